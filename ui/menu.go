package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"pubpoint/ui/page"
)

// numbered is how many points have a shortcut of their own.
const numbered = 9

// setMenu makes the main menu for points of those names. Every shortcut that must work while a
// field is being typed into stands on an item, because Fyne tells no other about it.
func (w *Window) setMenu(names []string) {
	w.menuNames = slices.Clone(names[:min(len(names), numbered)])
	quit := item(menuQuit, w.AskClose, fyne.KeyQ, fyne.KeyModifierShortcutDefault)
	quit.IsQuit = true
	theme := menuLight
	if w.light {
		theme = menuDark
	}
	points := []*fyne.MenuItem{}
	for i, name := range w.menuNames {
		points = append(points, item(name, func() { w.ShowPoint(name) }, fyne.KeyName(rune('1'+i)), fyne.KeyModifierShortcutDefault))
	}
	if len(points) == 0 {
		none := fyne.NewMenuItem(menuNoPoints, nil)
		none.Disabled = true
		points = append(points, none)
	}
	w.win.SetMainMenu(fyne.NewMainMenu(
		fyne.NewMenu(menuFile, item(menuNewPoint, w.NewPoint, fyne.KeyN, fyne.KeyModifierShortcutDefault), fyne.NewMenuItemSeparator(), quit),
		fyne.NewMenu(menuView,
			item(menuWall, w.ShowWall, fyne.Key0, fyne.KeyModifierShortcutDefault),
			item(menuEncoders, func() { w.ShowEncoders("") }, fyne.KeyE, fyne.KeyModifierShortcutDefault),
			item(menuLog, w.ShowLog, fyne.KeyL, fyne.KeyModifierShortcutDefault),
			item(menuSettings, w.ShowSettings, fyne.KeyComma, fyne.KeyModifierShortcutDefault),
			fyne.NewMenuItemSeparator(),
			item(menuBack, w.back, fyne.KeyLeft, fyne.KeyModifierAlt),
			item(menuFullScreen, w.toggleFullScreen, fyne.KeyF11, fyne.KeyModifierShortcutDefault),
			fyne.NewMenuItem(theme, w.toggleTheme)),
		fyne.NewMenu(menuPoints, points...),
		fyne.NewMenu(menuPoint, item(menuPreview, w.previewCurrent, fyne.KeyP, fyne.KeyModifierShortcutDefault)),
	))
}

func item(label string, do func(), key fyne.KeyName, modifier fyne.KeyModifier) *fyne.MenuItem {
	i := fyne.NewMenuItem(label, do)
	i.Shortcut = &desktop.CustomShortcut{KeyName: key, Modifier: modifier}
	return i
}

// typedKey serves the keys that go without Ctrl; Fyne passes them on while nothing has the keyboard.
func (w *Window) typedKey(e *fyne.KeyEvent) {
	switch {
	case e.Name == fyne.KeyEscape:
		w.back()
	case e.Name == fyne.KeyF11:
		w.toggleFullScreen()
	case w.encodersKey(e):
	case e.Name == fyne.KeySpace && w.modal == nil:
		w.previewCurrent()
	}
}

func (w *Window) toggleFullScreen() { w.win.SetFullScreen(!w.win.FullScreen()) }

func (w *Window) back() {
	switch {
	case w.files != nil:
		w.closeFiles()
	case w.modal != nil:
		w.closeModal()
	case w.page == page.Page(w.encoders) && w.encoders.Back():
	case w.win.FullScreen():
		w.win.SetFullScreen(false)
	default:
		w.ShowWall()
	}
}

func (w *Window) previewCurrent() {
	if w.pointName != "" {
		w.preview(w.pointName)
	}
}
