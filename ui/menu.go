package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"pubpoint/ui/words"
)

// numbered is how many points have a shortcut of their own.
const numbered = 9

// setMenu makes the main menu for points of those names. Every shortcut that must work while a
// field is being typed into stands on an item, because Fyne tells no other about it; keys without
// modifiers stand beside the words of theirs, because Fyne knows none on items.
func (w *Window) setMenu(names []string) {
	w.menuNames = slices.Clone(names[:min(len(names), numbered)])
	quit := item(words.T(menuQuit), w.AskClose, fyne.KeyQ, fyne.KeyModifierShortcutDefault)
	quit.IsQuit = true
	points := []*fyne.MenuItem{}
	for i, name := range w.menuNames {
		points = append(points, item(name, func() { w.ShowPoint(name) }, fyne.KeyName(rune('1'+i)), fyne.KeyModifierShortcutDefault))
	}
	if len(points) == 0 {
		none := fyne.NewMenuItem(words.T(menuNoPoints), nil)
		none.Disabled = true
		points = append(points, none)
	}
	w.win.SetMainMenu(fyne.NewMainMenu(
		fyne.NewMenu(words.T(menuFile),
			item(words.T(menuNewPoint), w.NewPoint, fyne.KeyN, fyne.KeyModifierShortcutDefault), fyne.NewMenuItemSeparator(), quit),
		fyne.NewMenu(words.T(menuView), w.viewItems()...),
		fyne.NewMenu(words.T(menuPoints), points...),
		fyne.NewMenu(words.T(menuPoint),
			item(keyed(menuPreview, words.T(keySpace)), w.previewCurrent, fyne.KeyP, fyne.KeyModifierShortcutDefault),
			item(words.T(menuTimeline), w.timelineCurrent, fyne.KeyT, fyne.KeyModifierShortcutDefault),
			item(keyed(menuNote, "M"), w.noteCurrent, fyne.KeyM, fyne.KeyModifierShortcutDefault),
			item(keyed(menuRestart, "F5"), w.restartCurrent, fyne.KeyR, fyne.KeyModifierShortcutDefault),
			fyne.NewMenuItem(keyed(menuAck, "A"), w.acknowledgeWorst)),
		fyne.NewMenu(words.T(menuHelp),
			item(keyed(menuShortcuts, "F1"), w.ShowHelp, fyne.KeyF1, fyne.KeyModifierShortcutDefault)),
	))
}

func (w *Window) viewItems() []*fyne.MenuItem {
	var all []*fyne.MenuItem
	for _, p := range w.sections {
		all = append(all, item(words.T(p.name), func() { w.showSection(p.id) }, p.key, fyne.KeyModifierShortcutDefault))
	}
	theme := menuLight
	if w.light {
		theme = menuDark
	}
	return append(all,
		fyne.NewMenuItemSeparator(),
		item(words.T(menuPalette), w.togglePalette, fyne.KeyK, fyne.KeyModifierShortcutDefault),
		item(keyed(menuBack, "Esc"), w.back, fyne.KeyLeft, fyne.KeyModifierAlt),
		item(keyed(menuFullScreen, "F11"), w.toggleFullScreen, fyne.KeyF11, fyne.KeyModifierShortcutDefault),
		fyne.NewMenuItem(words.T(theme), w.toggleTheme))
}

// keyed is an item's words with a key that does the same.
func keyed(text, key string) string { return words.T(text) + "    " + key }

func item(label string, do func(), key fyne.KeyName, modifier fyne.KeyModifier) *fyne.MenuItem {
	i := fyne.NewMenuItem(label, do)
	i.Shortcut = &desktop.CustomShortcut{KeyName: key, Modifier: modifier}
	return i
}
