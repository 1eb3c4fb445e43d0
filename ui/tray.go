package ui

import (
	"slices"

	"fyne.io/fyne/v2"

	"pubpoint/ui/look"
	"pubpoint/ui/words"
)

// Tray is the desktop's tray, which not every desktop has: it is never the only way to anything. Its
// methods are called on the Fyne goroutine.
type Tray interface {
	SetSystemTrayMenu(menu *fyne.Menu)
	SetSystemTrayIcon(icon fyne.Resource)
}

// trayModel is what the tray shows.
type trayModel struct {
	lamp  look.Lamp
	alarm string
	names []string
}

// showTray shows the worst state and the points in the tray, when they have changed.
func (w *Window) showTray(m frameModel) {
	if w.options.Tray == nil {
		return
	}
	now := trayModel{lamp: look.Worst(m.worst, m.alarm.lamp), alarm: m.alarm.sentence, names: m.names}
	if m.alarm.lamp == look.Good && m.worst < look.Good {
		now.lamp = m.worst
	}
	if w.tray == nil || w.tray.lamp != now.lamp {
		w.options.Tray.SetSystemTrayIcon(now.lamp.Shape())
	}
	if w.tray == nil || w.tray.alarm != now.alarm || !slices.Equal(w.tray.names, now.names) {
		w.options.Tray.SetSystemTrayMenu(w.trayMenu(now))
	}
	w.tray = &now
}

func (w *Window) trayMenu(m trayModel) *fyne.Menu {
	items := []*fyne.MenuItem{fyne.NewMenuItem(words.T(menuShow), w.Show)}
	alarm := fyne.NewMenuItem(words.T(textNoAlarm), nil)
	alarm.Disabled = true
	if m.alarm != "" {
		alarm = fyne.NewMenuItem(m.alarm, func() { w.Show(); w.showTrouble() })
	}
	items = append(items, alarm, fyne.NewMenuItemSeparator())
	for _, name := range m.names[:min(len(m.names), numbered)] {
		items = append(items, fyne.NewMenuItem(name, func() { w.Show(); w.ShowPoint(name) }))
	}
	quit := fyne.NewMenuItem(words.T(menuQuit), func() { w.Show(); w.AskClose() })
	quit.IsQuit = true
	return fyne.NewMenu(textProduct, append(items, fyne.NewMenuItemSeparator(), quit)...)
}
