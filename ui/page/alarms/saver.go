package alarms

import (
	"context"
	"io"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// saver asks where to save what is shown, and says what became of it.
type saver struct {
	page   *Page
	object *fyne.Container
	form   *fyne.Container
	path   *page.Field
	save   *kit.Button
	cancel *kit.Button
	notice *kit.Banner
	busy   bool
}

func newSaver(w *Page) *saver {
	s := &saver{page: w, path: page.NewField(""), notice: kit.NewBanner(kit.Notice{})}
	s.path.OnEscape = s.close
	s.path.OnSubmitted = func(string) { s.write() }
	s.save = kit.NewButton(kit.ButtonPrimary, words.T(textSave), "", s.write)
	s.cancel = kit.NewButton(kit.ButtonQuiet, words.T(textCancel), "", s.close)
	label := kit.NewText(look.Body, words.T(textSaveTo)).Toned(look.ToneSoft)
	hint := kit.NewText(look.Caption, words.T(textSaveHint)).Toned(look.ToneFaint).Cutting(kit.CutEnd)
	line := container.NewBorder(nil, nil, page.Row(0, label), page.Row(look.Space2, s.save, s.cancel), page.Inset(s.path, look.Space3, 0, look.Space3, 0))
	s.form = page.Column(look.Space1, line, hint)
	s.object = page.Column(look.Space2, s.form, s.notice)
	s.form.Hide()
	s.notice.Hide()
	s.object.Hide()
	return s
}

// open asks for a file, with a name that tells the time.
func (s *saver) open() {
	name := textAlarmFile
	switch s.page.asked().tab {
	case tabLog:
		name = textLogFile
	case tabOrders:
		name = textOrderFile
	}
	s.path.SetText(words.F(name, s.page.last.now.In(time.Local).Format("20060102-150405")))
	s.set(true, kit.Notice{})
	page.Focus(s.page.content, s.path)
}

func (s *saver) close() { s.set(false, kit.Notice{}) }

// set shows the form, a notice, or neither.
func (s *saver) set(form bool, notice kit.Notice) {
	if notice.Sentence != "" {
		notice.OnClose = func() { s.set(s.form.Visible(), kit.Notice{}) }
		s.notice.Set(notice)
	}
	page.SetHidden(s.form, !form)
	page.SetHidden(s.notice, notice.Sentence == "")
	page.SetHidden(s.object, !form && notice.Sentence == "")
	if s.page.content != nil {
		s.page.content.Refresh()
	}
}

// write saves what is shown at this moment.
func (s *saver) write() {
	if s.busy {
		return
	}
	s.setBusy(true)
	path, m := strings.TrimSpace(s.path.Text), s.page.last
	table := strings.HasSuffix(strings.ToLower(path), ".csv")
	lines := len(m.alarms)
	switch m.ask.tab {
	case tabLog:
		lines = len(m.log.events)
	case tabOrders:
		lines = len(m.orders.actions)
	}
	var whole string
	s.page.host.Do(func(ctx context.Context) error {
		var err error
		whole, err = page.SaveFile(ctx, path, func(w io.Writer) error {
			switch m.ask.tab {
			case tabLog:
				return writeEvents(w, m.log.events, table, time.Local)
			case tabOrders:
				return writeOrders(w, m.orders.actions, table)
			}
			return writeAlarms(w, m.alarms, table, m.now, time.Local)
		})
		return err
	}, func(err error) {
		s.setBusy(false)
		if err != nil {
			s.set(true, kit.Notice{Lamp: look.Bad, Sentence: page.Sentence(engine.Sentence(err))})
			return
		}
		s.set(false, kit.Notice{Lamp: look.Good, Sentence: words.F(textSaved, whole, lines)})
	})
}

func (s *saver) setBusy(busy bool) {
	s.busy = busy
	page.SetEnabled(s.save, !busy)
}

func (s *saver) controls() []page.Control {
	var all []page.Control
	if s.form.Visible() {
		all = append(all, page.Control{Name: "alarm-export-path", Text: s.path.Text, Object: s.path},
			page.ButtonControl("alarm-export-save", s.save), page.ButtonControl("alarm-export-cancel", s.cancel))
	}
	if s.notice.Visible() {
		all = append(all, page.Control{Name: "alarm-export-said", Text: s.notice.Sentence(), Object: s.notice})
	}
	return all
}
