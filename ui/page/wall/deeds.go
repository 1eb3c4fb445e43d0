package wall

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"pubpoint/engine"
	"pubpoint/ui/words"
)

// deedsOf is what the tile of a point does.
func (w *Page) deedsOf(name string) deeds {
	return deeds{
		open:    func() { w.host.ShowPoint(name) },
		preview: func() { w.host.Preview(name) },
		menu:    func(at fyne.Position) { w.popUp(name, at) },
		key:     func(key fyne.KeyName) bool { return w.key(name, key) },
		focused: func() { w.reveal(name) },
	}
}

// key does what a key means on the tile of a point.
func (w *Page) key(name string, key fyne.KeyName) bool {
	switch key {
	case fyne.KeySpace:
		w.host.Preview(name)
	case fyne.KeyP:
		w.ToggleWrong()
	case fyne.KeyLeft:
		w.step(name, -1)
	case fyne.KeyRight:
		w.step(name, 1)
	case fyne.KeyUp:
		w.step(name, -max(1, w.layout.columns))
	case fyne.KeyDown:
		w.step(name, max(1, w.layout.columns))
	case desktop.KeyMenu, fyne.KeyF10:
		if t := w.tiles[name]; t != nil {
			at := fyne.CurrentApp().Driver().AbsolutePositionForObject(t.card)
			w.popUp(name, at.AddXY(20, 20))
		}
	default:
		return false
	}
	return true
}

// step gives the keyboard to the tile that stands so many places on.
func (w *Page) step(name string, by int) {
	for i, shown := range w.shown {
		if to := i + by; shown == name && to >= 0 && to < len(w.shown) {
			if c := fyne.CurrentApp().Driver().CanvasForObject(w.grid); c != nil {
				c.Focus(w.tiles[w.shown[to]].card)
			}
			return
		}
	}
}

// reveal scrolls so that the tile of a point can be seen.
func (w *Page) reveal(name string) {
	t := w.tiles[name]
	if t == nil || t.card.Size().Height == 0 {
		return
	}
	top, bottom := t.card.Position().Y, t.card.Position().Y+t.card.Size().Height
	offset := w.scroll.Offset
	offset.Y = min(offset.Y, top-clear)
	offset.Y = max(offset.Y, bottom+clear-w.scroll.Size().Height)
	if offset != w.scroll.Offset {
		w.scroll.ScrollToOffset(offset)
	}
}

// TypedKey does what a key means on the wall, and reports whether it means anything.
func (w *Page) TypedKey(e *fyne.KeyEvent) bool {
	if e.Name != fyne.KeyP {
		return false
	}
	w.ToggleWrong()
	return true
}

// ToggleWrong changes between all points and only those that something is wrong with. Fyne
// goroutine.
func (w *Page) ToggleWrong() {
	w.filter.Select(1 - w.filter.Index())
	w.sort()
}

// popUp shows what can be done with a point at a place of the window.
func (w *Page) popUp(name string, at fyne.Position) {
	c := fyne.CurrentApp().Driver().CanvasForObject(w.grid)
	if c == nil {
		return
	}
	w.menu = w.menuOf(name)
	widget.ShowPopUpMenuAtPosition(w.menu, c, at)
}

// Menu is the menu of a tile as it was last shown, for tests; nil before.
func (w *Page) Menu() *fyne.Menu { return w.menu }

// menuOf is what can be done with a point as it is shown.
func (w *Page) menuOf(name string) *fyne.Menu {
	var m tileModel
	for _, t := range w.last.tiles {
		if t.name == name {
			m = t
		}
	}
	order := func(text string, do func(context.Context, string) error) *fyne.MenuItem {
		return fyne.NewMenuItem(text, func() {
			w.host.Order(func(ctx context.Context) error { return do(ctx, name) }, nil)
		})
	}
	do := w.deedsOf(name)
	items := []*fyne.MenuItem{fyne.NewMenuItem(words.T(textOpen), do.open)}
	preview := fyne.NewMenuItem(words.T(textPreview), do.preview)
	preview.Disabled = !m.playable
	items = append(items, preview, fyne.NewMenuItem(words.T(textCopyIngest), func() { w.copyIngest(name) }), fyne.NewMenuItemSeparator())
	start := order(words.T(textStart), w.source.StartPoint)
	start.Disabled = m.state == engine.StateStarted || m.state == engine.StateStarting || m.state == engine.StateStopping
	// What ends an event is never one click away.
	stop := fyne.NewMenuItem(words.T(textStop), nil)
	stop.ChildMenu = fyne.NewMenu("", order(words.F(textStopNow, name), w.source.StopPoint))
	stop.Disabled = m.state != engine.StateStarted && m.state != engine.StateStarting
	return fyne.NewMenu("", append(items, start, stop)...)
}

// copyIngest puts the address to send to on the clipboard.
func (w *Page) copyIngest(name string) {
	var links []engine.Link
	w.host.Do(func(context.Context) error {
		links = w.source.Links(name)
		return nil
	}, func(error) {
		if len(links) > 0 {
			w.host.Copy(links[0].URL)
		}
	})
}
