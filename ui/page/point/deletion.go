package point

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// askDelete asks whether to delete the point, by its name: there is no way back.
func (w *Page) askDelete() {
	name, live := w.name(), w.last.open
	gone, working := false, false
	field := page.NewField(name)
	keep := widget.NewCheck(words.T(textKeepFiles), nil)
	failure := kit.NewBanner(kit.Notice{Lamp: look.Bad})
	failure.Hide()
	notice := noticeSlot(failure)
	cancel := kit.NewButton(kit.ButtonPlain, words.T(textCancel), "", w.host.CloseModal)
	yes := kit.NewButton(kit.ButtonDanger, words.T(textDeleteNow), look.IconTrash, nil)
	yes.Disable()
	field.OnEscape = w.host.CloseModal
	field.OnChanged = func(text string) { page.SetDisabled(yes, working || text != name) }
	yes.OnTapped = func() {
		if yes.Disabled() {
			return
		}
		working = true
		yes.SetText(words.T(textDeleting))
		page.SetDisabled(yes, true)
		how := engine.Deletion{Force: live, KeepFiles: keep.Checked}
		w.host.Do(func(ctx context.Context) error { return w.operator.DeletePoint(ctx, name, how) }, func(err error) {
			working = false
			switch {
			case gone:
				w.host.Report(err)
			case err != nil:
				yes.SetText(words.T(textDeleteNow))
				page.SetDisabled(yes, field.Text != name)
				failure.Set(kit.Notice{Lamp: look.Bad, Sentence: page.Sentence(engine.Sentence(err))})
				failure.Show()
				notice.Refresh()
			default:
				w.host.CloseModal()
				w.host.ShowWall()
			}
		})
	}
	field.OnSubmitted = func(string) { yes.OnTapped() }
	text := words.F(textDeleteAsk, name)
	if live {
		text += " " + words.T(textDeleteLive)
	}
	say := kit.NewParagraph(text, look.ToneText, fyne.TextAlignLeading)
	const wide = 460
	w.host.ShowModal(page.Modal{
		Title: words.F(textDeleteTitle, name),
		Body: page.Column(look.Space3, page.Sized(say, fyne.NewSize(wide, say.HeightFor(wide))), keep,
			kit.NewText(look.Caption, words.T(textDeleteType)).Toned(look.ToneSoft), field, notice),
		Buttons: []fyne.CanvasObject{cancel, yes},
		Focus:   field,
		Closed:  func() { gone = true },
		Controls: func() []page.Control {
			all := []page.Control{{Name: "delete-name", Text: field.Text, Object: field}, {Name: "delete-keep", Object: keep},
				page.ButtonControl("delete-cancel", cancel), page.ButtonControl("delete-confirm", yes)}
			if failure.Visible() {
				all = append(all, page.Control{Name: "delete-failure", Object: failure})
			}
			return all
		},
	})
}
