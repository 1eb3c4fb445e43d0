// Package choosefile is the dialog in which an operator points at a file of this machine. Directories
// are read off Fyne's goroutine; what a slow disk answers late is dropped when another was asked for.
package choosefile

import (
	"context"
	"path/filepath"

	"fyne.io/fyne/v2"

	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// Config is what a dialog begins with.
type Config struct {
	Dir    string // to begin in; empty is the user's own
	Close  func() // takes the dialog away
	Chosen func(path string)
}

// Dialog asks for a file. Use New; it is used on Fyne's goroutine.
type Dialog struct {
	host   page.Host
	config Config
	dir    string
	all    bool // not only media
	list   listing
	round  int

	path   *page.Field
	which  *page.Choice
	table  *kit.LongTable
	note   *kit.Text
	up     *kit.Button
	cancel *kit.Button
	take   *kit.Button
}

// New makes the dialog, and begins to read its directory.
func New(host page.Host, config Config) *Dialog {
	d := &Dialog{host: host, config: config}
	d.path = page.NewField("")
	d.path.OnEscape = config.Close
	d.path.OnSubmitted = d.turnTo
	d.which = page.NewChoice([]string{words.T(textMedia), words.T(textAll)}, []string{"file-media", "file-all"}, 0)
	d.which.Changed = func(i int) { d.all = i == 1; d.show() }
	d.table = kit.NewLongTable(kit.Column{Title: words.T(columnName), Width: 260, Grow: 1}, kit.Column{Title: words.T(columnSize), Width: 80, Right: true},
		kit.Column{Title: words.T(columnChanged), Width: 130, Right: true})
	d.table.Empty = words.T(textReading)
	d.table.OnSelect = func(int) { d.enable() }
	d.table.OnOpen = d.open
	d.table.OnKey = d.key
	d.note = kit.NewText(look.Caption, "").Toned(look.ToneFaint).Cutting(kit.CutEnd)
	d.up = kit.NewButton(kit.ButtonPlain, "", look.IconBack, d.goUp)
	d.cancel = kit.NewButton(kit.ButtonQuiet, words.T(textCancel), "", config.Close)
	d.take = kit.NewButton(kit.ButtonPrimary, words.T(textTake), look.IconCheck, func() { d.open(d.table.Selected()) })
	d.turnTo(config.Dir)
	return d
}

// Modal is the dialog as the window shows it.
func (d *Dialog) Modal() page.Modal {
	head := page.Edges(nil, nil, page.Inset(d.up, 0, 0, look.Space2, 0), page.Inset(d.which.Object(), look.Space3, 0, 0, 0), d.path)
	body := page.Edges(page.Inset(head, 0, 0, 0, look.Space3), page.Inset(d.note, 0, look.Space2, 0, 0), nil, nil, kit.NewPanel("", d.table).Flush())
	return page.Modal{Title: words.T(textTitle), Body: page.Sized(body, fyne.NewSize(680, 420)), Buttons: []fyne.CanvasObject{d.cancel, d.take},
		Focus: d.table.Focusable(), Controls: d.controls}
}

// turnTo reads a directory, or takes the file of that path.
func (d *Dialog) turnTo(path string) {
	d.round++
	round := d.round
	var found listing
	d.host.Do(func(context.Context) error {
		var err error
		found, err = read(path)
		return err
	}, func(err error) {
		switch {
		case round != d.round:
		case err != nil:
			d.note.Set(sentenceOf(err), look.ToneBad)
		case found.file != "":
			d.choose(found.file)
		default:
			d.list, d.dir = found, found.dir
			d.table.SetSelected(-1)
			d.show()
		}
	})
}

func (d *Dialog) show() {
	d.path.SetText(d.dir)
	d.table.SetRows(d.list.rows(d.all))
	d.table.SetSelected(-1)
	if d.table.Rows() > 0 {
		d.table.Select(0)
	}
	d.table.Empty = words.T(textNothing)
	d.table.Refresh()
	d.note.Set(words.T(textHint), look.ToneFaint)
	d.enable()
}

func (d *Dialog) enable() {
	if d.table.Selected() < 0 {
		d.take.Disable()
	} else {
		d.take.Enable()
	}
}

// open enters the directory of a row, or takes its file.
func (d *Dialog) open(row int) {
	e, ok := d.list.at(row, d.all)
	if !ok {
		return
	}
	path := filepath.Join(d.dir, e.name)
	if e.dir {
		d.turnTo(path)
		return
	}
	d.choose(path)
}

func (d *Dialog) choose(path string) {
	d.config.Close()
	d.config.Chosen(path)
}

func (d *Dialog) goUp() { d.turnTo(filepath.Dir(d.dir)) }

func (d *Dialog) key(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyEscape:
		d.config.Close()
	case fyne.KeyBackspace:
		d.goUp()
	}
}

func (d *Dialog) controls() []page.Control {
	all := []page.Control{page.ButtonControl("file-up", d.up), {Name: "file-path", Text: d.path.Text, Object: d.path}}
	all = append(all, d.which.Controls()...)
	for i := range d.table.Rows() {
		if e, ok := d.list.at(i, d.all); ok && d.table.Line(i) != nil {
			all = append(all, page.Control{Name: "file-row-" + e.name, Text: e.name, Object: d.table.Line(i)})
		}
	}
	return append(all, page.Control{Name: "file-table", Object: d.table}, page.Control{Name: "file-note", Text: d.note.Text(), Object: d.note},
		page.ButtonControl("file-cancel", d.cancel), page.ButtonControl("file-take", d.take))
}
