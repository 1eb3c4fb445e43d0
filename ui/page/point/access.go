package point

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// access is the dialog of who may send to a point and watch it. What is changed counts once it is saved;
// then the dialog stays, for secrets are shown here and nowhere else.
type access struct {
	page    *Page
	name    string
	was     engine.PointConfig
	form    accessForm
	secrets map[string]string // of credentials made here, by name
	gone    bool              // the dialog was taken away
	working bool

	list    *fyne.Container // of credentials
	shelf   *fyne.Container // holds scroll, which holds list
	scroll  *container.Scroll
	rows    []credentialRow
	none    *kit.Paragraph
	user    *page.Field
	secret  *page.Field
	kind    *page.Choice
	add     *kit.Button
	allow   *page.Field
	play    *page.Field
	signed  *widget.Check
	signing *signing

	failure *kit.Banner
	notice  *fyne.Container
	cancel  *kit.Button
	save    *kit.Button
}

// credentialRow is one credential in the list.
type credentialRow struct {
	name          string
	renew, remove *kit.Button
	secret        *kit.LinkRow // nil when it is not known here
	object        fyne.CanvasObject
	kind          engine.CredentialKind
}

const (
	accessHalf float32 = 400
	accessList float32 = 206
)

// askAccess opens the dialog with the settings as they are.
func (w *Page) askAccess() {
	if !w.last.known {
		return
	}
	d := &access{page: w, name: w.name(), was: w.last.config.Clone(), form: accessOf(w.last.config), secrets: map[string]string{}}
	d.user = d.field(hintCredential, "", func(s string) { d.form.name = s })
	d.secret = d.field(hintSecret, "", func(s string) { d.form.secret = s })
	for _, f := range []*page.Field{d.user, d.secret} {
		f.OnSubmitted = func(string) { d.addCredential() }
	}
	d.allow = d.field(hintAddresses, d.form.allow, func(s string) { d.form.allow = s })
	d.play = d.field(hintAddresses, d.form.play, func(s string) { d.form.play = s })
	d.kind = page.NewChoice([]string{words.T(textPassword), words.T(textToken)}, []string{"access-password", "access-token"}, 0)
	d.kind.Changed = func(i int) { d.form.kind = i; d.refresh() }
	d.add = kit.NewButton(kit.ButtonPlain, words.T(textAddCredential), look.IconPlus, d.addCredential)
	d.signed = widget.NewCheck(words.T(textSigned), func(on bool) { d.form.signed = on; d.refresh() })
	d.signed.Checked = d.form.signed
	d.signing = newSigning(d)
	d.none = kit.NewParagraph(words.T(textNoCredentials), look.ToneSoft, fyne.TextAlignLeading)
	d.list = page.Column(look.Space1)
	d.shelf, d.scroll = page.Scrolled(page.Inset(d.list, 0, 0, look.Space2, 0))
	d.failure = kit.NewBanner(kit.Notice{Lamp: look.Bad})
	d.failure.Hide()
	d.notice = noticeSlot(d.failure)
	d.cancel = kit.NewButton(kit.ButtonQuiet, words.T(textClose), "", w.host.CloseModal)
	d.save = kit.NewButton(kit.ButtonPrimary, words.T(textSave), look.IconCheck, d.submit)
	d.showCredentials()
	d.refresh()
	w.host.ShowModal(page.Modal{
		Title:    words.F(textAccessOf, d.name),
		Body:     d.body(),
		Buttons:  []fyne.CanvasObject{d.cancel, d.save},
		Focus:    d.user,
		Controls: d.controls,
		Closed:   func() { d.gone = true },
	})
}

// field is an entry that changes the form.
func (d *access) field(hint, text string, change func(string)) *page.Field {
	f := page.NewField(words.T(hint))
	f.Text = text
	f.OnEscape = d.page.host.CloseModal
	f.OnSubmitted = func(string) { d.submit() }
	f.OnChanged = func(s string) {
		change(s)
		d.refresh()
	}
	return f
}

func (d *access) body() fyne.CanvasObject {
	label := func(text string, o fyne.CanvasObject) fyne.CanvasObject {
		return page.Column(look.Space1, kit.NewText(look.Caption, words.T(text)).Toned(look.ToneSoft), o)
	}
	half := func(head string, rows ...fyne.CanvasObject) fyne.CanvasObject {
		column := append([]fyne.CanvasObject{kit.NewText(look.Title, words.T(head))}, rows...)
		return page.Sized(page.Column(look.Space2, column...), fyne.NewSize(accessHalf, 0))
	}
	list := page.Sized(d.shelf, fyne.NewSize(accessHalf, accessList))
	kinds := page.Edges(nil, nil, d.kind.Object(), d.add, page.Fill())
	encoders := half(headEncoders, list, d.user, d.secret, kinds, label(labelAllow, d.allow))
	viewers := half(headViewers, d.signed, d.signing.object, label(labelPlay, d.play))
	return page.Column(look.Space3, container.NewBorder(nil, nil, page.Inset(encoders, 0, 0, look.Space6, 0), nil, viewers), d.notice)
}

// showCredentials makes the list anew.
func (d *access) showCredentials() {
	d.list.RemoveAll()
	d.rows = nil
	for _, c := range d.form.credentials {
		r := d.row(c)
		d.rows = append(d.rows, r)
		d.list.Add(r.object)
	}
	if len(d.rows) == 0 {
		d.list.Add(page.Sized(d.none, fyne.NewSize(0, d.none.HeightFor(accessHalf-look.Space3))))
	}
	d.scroll.Refresh()
}

func (d *access) row(c engine.Credential) credentialRow {
	r := credentialRow{name: c.Name, kind: c.Kind}
	word := words.T(textPassword)
	if c.Kind == engine.CredentialToken {
		word = words.T(textToken)
	}
	r.renew = kit.NewButton(kit.ButtonQuiet, words.T(textReplaceSecret), "", func() { d.renew(c) })
	r.remove = kit.NewButton(kit.ButtonQuiet, words.T(textRemove), "", func() {
		d.form.remove(c.Name)
		delete(d.secrets, c.Name)
		d.showCredentials()
		d.refresh()
		page.Focus(d.user, d.user)
	})
	name := page.Column(0, kit.NewText(look.Body, c.Name).Cutting(kit.CutMiddle), kit.NewText(look.Caption, word).Toned(look.ToneFaint))
	row := page.Edges(nil, nil, nil, page.Row(0, r.renew, r.remove), name)
	r.object = row
	if secret := d.secrets[c.Name]; secret != "" {
		r.secret = kit.NewLinkRow(secret, kit.LinkConfig{Copy: d.page.host.Copy, Later: d.page.host.Later})
		r.object = page.Column(look.Space1, row, r.secret, kit.NewText(look.Caption, words.T(textOnlyNow)).Toned(look.ToneWarn).Cutting(kit.CutEnd))
	}
	return r
}

// renew readies the form for another secret of a credential.
func (d *access) renew(c engine.Credential) {
	d.form.kind = 0
	if c.Kind == engine.CredentialToken {
		d.form.kind = 1
	}
	d.kind.Select(d.form.kind)
	d.user.SetText(c.Name)
	page.Focus(d.secret, d.secret)
}

// addCredential takes what was typed into the list.
func (d *access) addCredential() {
	if d.add.Disabled() {
		return
	}
	c, err := d.form.add()
	if err != nil {
		d.fail(engine.Sentence(err))
		return
	}
	d.secrets[c.Name] = c.Secret
	d.user.SetText("")
	d.secret.SetText("")
	d.showCredentials()
	if d.rows[len(d.rows)-1].name == c.Name {
		d.scroll.ScrollToBottom()
	}
	d.refresh()
	page.Focus(d.user, d.user)
}

// refresh shows what follows from the form.
func (d *access) refresh() {
	if d.save == nil {
		return // it is being made
	}
	problem := d.form.problem(d.was)
	said := problem
	if problem == "" && d.form.half() && d.changed() {
		said = words.T(textAddFirst)
	}
	d.fail(said)
	add := words.T(textAddCredential)
	if d.form.place(d.form.adding().Name) >= 0 {
		add = words.T(textReplaceSecret)
	}
	d.add.SetText(add)
	page.SetDisabled(d.add, d.working || d.form.name == "")
	page.SetDisabled(d.save, d.working || problem != "" || d.form.half() || !d.changed())
	leave := words.T(textClose)
	if d.changed() {
		leave = words.T(textCancel)
	}
	d.cancel.SetText(leave)
	d.signing.refresh()
}

// changed reports whether there is something to save.
func (d *access) changed() bool { return !d.form.config(d.was).Equal(d.was) }

// submit orders the change, over whatever else was changed since the dialog was opened.
func (d *access) submit() {
	if d.save.Disabled() {
		return
	}
	form, now := d.form, d.was
	d.working = true
	d.save.SetText(words.T(textSaving))
	d.refresh()
	d.page.host.Do(func(ctx context.Context) error {
		for _, p := range d.page.operator.Points() {
			if p.Name == d.name {
				now = form.config(p.Config)
				return d.page.operator.UpdatePoint(ctx, d.name, now)
			}
		}
		return &engine.Error{Op: "change access", Point: d.name, Kind: engine.NotFound, Text: words.F(textPointIsGone, d.name)}
	}, func(err error) {
		d.working = false
		d.save.SetText(words.T(textSave))
		if d.gone {
			d.page.host.Report(err)
			return
		}
		if err == nil {
			d.was = now
			d.saved()
		}
		d.refresh()
		if err != nil {
			d.fail(engine.Sentence(err))
		}
	})
}

// saved makes what was handed over the point's settings.
func (d *access) saved() {
	d.form.saved()
	d.was = d.was.Clone()
	for i := range d.was.IngestAuth {
		d.was.IngestAuth[i].Secret = ""
	}
	if !d.was.SignedPlayback {
		d.signing.forget("")
	}
}

// fail shows a sentence in the dialog, and takes it away when there is none.
func (d *access) fail(sentence string) {
	if sentence != "" {
		d.failure.Set(kit.Notice{Lamp: look.Bad, Sentence: page.Sentence(sentence)})
	}
	page.SetHidden(d.failure, sentence == "")
	d.notice.Refresh()
}

func (d *access) controls() []page.Control {
	all := []page.Control{{Name: "access-name", Text: d.user.Text, Object: d.user}, {Name: "access-secret", Text: d.secret.Text, Object: d.secret}}
	all = append(all, d.kind.Controls()...)
	all = append(all, page.ButtonControl("access-add", d.add), page.Control{Name: "access-allow", Text: d.allow.Text, Object: d.allow},
		page.Control{Name: "access-play", Text: d.play.Text, Object: d.play}, page.Control{Name: "access-signed", Object: d.signed})
	for _, r := range d.rows {
		all = append(all, page.Control{Name: "credential-" + r.name, Text: string(r.kind), Object: r.object},
			page.ButtonControl("credential-replace-"+r.name, r.renew), page.ButtonControl("credential-remove-"+r.name, r.remove))
		if r.secret != nil {
			all = append(all, page.Control{Name: "credential-secret-" + r.name, Text: r.secret.Text(), Object: r.secret})
		}
	}
	all = append(all, d.signing.controls()...)
	if d.failure.Visible() {
		all = append(all, page.Control{Name: "access-failure", Text: d.failure.Sentence(), Object: d.failure})
	}
	return append(all, page.ButtonControl("access-cancel", d.cancel), page.ButtonControl("access-save", d.save))
}
