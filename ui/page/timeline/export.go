package timeline

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"time"

	"fyne.io/fyne/v2"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// exportTray writes what is shown into a file: every fragment with its facts, or the picture.
type exportTray struct {
	page    *Page
	object  *fyne.Container
	path    *page.Field
	kind    *page.Choice
	write   *kit.Button
	cancel  *kit.Button
	written *kit.Lamp
	says    string // beside written
}

func (w *Page) newExportTray() *exportTray {
	t := &exportTray{page: w, path: page.NewField(words.T(textPath)), written: kit.NewLamp(kit.LampNormal, look.Good, "")}
	t.kind = page.NewChoice([]string{words.T(textCSV), words.T(textPNG)}, []string{"export-csv", "export-png"}, 0)
	t.kind.Changed = func(int) { t.path.SetText(t.suggest()) }
	t.path.OnSubmitted = func(string) { t.order() }
	t.path.OnEscape = t.close
	t.write = kit.NewButton(kit.ButtonPrimary, words.T(textExport), "", t.order)
	t.cancel = kit.NewButton(kit.ButtonQuiet, "", look.IconClose, t.close)
	row := page.Edges(nil, nil, t.kind.Object(), page.Row(look.Space2, t.write, t.cancel), page.Inset(t.path, look.Space3, 0, look.Space3, 0))
	t.object = page.Inset(kit.NewPanel("", page.Column(look.Space2, row, t.written)), 0, look.Space3, 0, 0)
	t.written.Hide()
	t.object.Hide()
	return t
}

// askExport asks where to write it.
func (w *Page) askExport() {
	t := w.writing
	w.marking.close()
	t.path.SetText(t.suggest())
	t.written.Hide()
	t.object.Show()
	w.relayout()
	w.focus(t.path)
}

func (t *exportTray) close() {
	if t.object.Visible() {
		t.object.Hide()
		t.page.relayout()
		t.page.focus(t.page.lanes)
	}
}

// suggest is a file that says what is in it, in the operator's home.
func (t *exportTray) suggest() string {
	from, _, _ := t.page.lanes.View()
	name := path.Base(t.page.asked().point) + "-" + from.In(time.Local).Format("20060102-150405") + []string{".csv", ".png"}[t.kind.Index()]
	home, err := os.UserHomeDir()
	if err != nil {
		return name
	}
	return filepath.Join(home, name)
}

func (t *exportTray) say(lamp look.Lamp, text string) {
	t.says = text
	t.written.Set(lamp, text)
	t.written.Show()
	t.object.Refresh()
	t.page.relayout()
}

// order writes the file, off the Fyne goroutine.
func (t *exportTray) order() {
	file, w := t.path.Text, t.page
	if file == "" {
		t.say(look.Bad, words.T(textNoPath))
		return
	}
	write := w.csv()
	if t.kind.Index() == 1 {
		write = w.png()
	}
	page.SetDisabled(t.write, true)
	w.host.Order(func(context.Context) error { return create(file, write) }, func(err error) {
		page.SetDisabled(t.write, false)
		if err == nil {
			t.say(look.Good, words.F(textWritten, file))
		} else {
			t.written.Hide()
			w.relayout()
		}
	})
}

// create writes a new file; one that is there is left alone.
func create(name string, write func(io.Writer) error) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	switch {
	case errors.Is(err, fs.ErrExist):
		return &engine.Error{Op: "export", Kind: engine.Conflict, Err: err, Text: words.F(textFileThere, name)}
	case err != nil:
		return badFile(name, err)
	}
	err = write(f)
	if closing := f.Close(); err == nil && closing != nil {
		err = badFile(name, closing)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(name))
	}
	return err
}

func badFile(name string, err error) error {
	cause := err
	var at *fs.PathError
	if errors.As(err, &at) {
		cause = at.Err
	}
	return &engine.Error{Op: "export", Kind: engine.Storage, Err: err, Text: words.F(textFileBad, name, cause.Error())}
}

// csv writes every fragment of the stretch that is shown, and what was marked in it.
func (w *Page) csv() func(io.Writer) error {
	from, to, _ := w.lanes.View()
	a := w.asked()
	return func(out io.Writer) error {
		m, err := w.operator.Fragments(engine.FragmentQuery{Point: a.point, Event: a.event, From: from, To: to})
		if err != nil {
			return err
		}
		if err := csv.NewWriter(out).WriteAll(table(m)); err != nil {
			return fmt.Errorf("write fragments: %w", err)
		}
		return nil
	}
}

// table is a map in rows, beginning with their names.
func table(m engine.FragmentMap) [][]string {
	rows := [][]string{{"kind", "track", "label", "at", "start_seconds", "length_seconds", "bytes", "bits_per_second", "arrived", "gap", "jump", "no_key_frame", "source", "text"}}
	seconds := func(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 6, 64) }
	instant := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.UTC().Format(time.RFC3339Nano)
	}
	for _, l := range m.Lanes {
		for _, k := range l.Marks {
			rows = append(rows, []string{"fragment", l.Track, l.Label, instant(k.At), seconds(k.Start), seconds(k.Length), strconv.FormatInt(k.Bytes, 10),
				strconv.FormatInt(int64(k.Rate()), 10), instant(k.Arrived), strconv.FormatBool(k.Gap), strconv.FormatBool(k.Jump), strconv.FormatBool(k.NoKey), k.Source, ""})
		}
	}
	for _, n := range m.Notes {
		rows = append(rows, []string{"note", "", string(n.Kind), instant(n.At), "", seconds(n.Length), "", "", "", "", "", "", string(n.Severity), n.Text})
	}
	return rows
}

// png writes the lanes as they stand on the screen now.
func (w *Page) png() func(io.Writer) error {
	canvas := fyne.CurrentApp().Driver().CanvasForObject(w.lanes)
	if canvas == nil {
		return func(io.Writer) error { return errors.New("the timeline is not shown") }
	}
	whole, scale := canvas.Capture(), canvas.Scale()
	at, size := fyne.CurrentApp().Driver().AbsolutePositionForObject(w.panel), w.panel.Size()
	part := image.Rect(int(at.X*scale), int(at.Y*scale), int((at.X+size.Width)*scale), int((at.Y+size.Height)*scale)).Intersect(whole.Bounds())
	img := image.NewRGBA(image.Rect(0, 0, part.Dx(), part.Dy()))
	draw.Draw(img, img.Rect, whole, part.Min, draw.Src)
	return func(out io.Writer) error {
		if err := png.Encode(out, img); err != nil {
			return fmt.Errorf("write the picture: %w", err)
		}
		return nil
	}
}

func (t *exportTray) controls() []page.Control {
	if !t.object.Visible() {
		return nil
	}
	all := append(t.kind.Controls(), page.Control{Name: "export-path", Text: t.path.Text, Object: t.path},
		page.ButtonControl("export-write", t.write), page.ButtonControl("export-cancel", t.cancel))
	if t.written.Visible() {
		all = append(all, page.Control{Name: "export-said", Text: t.says, Object: t.written})
	}
	return all
}
