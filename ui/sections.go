package ui

import (
	"fyne.io/fyne/v2"

	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// section is a page of its own: an item of the rail, of the menu and of the command palette.
type section struct {
	id      string // what Prefs remembers
	control string // name for tests from outside
	icon    look.IconName
	name    string       // English
	key     fyne.KeyName // with Ctrl
	keys    string       // the same, for people
	page    page.Page
	open    func()               // shows it; nil turns to its page as it stands
	badge   func(frameModel) int // number on the item; nil for none
}

// The sections as Prefs remembers them; a point's page is pagePoint and its name.
const (
	pageWall     = "wall"
	pageEncoders = "encoders"
	pageAlarms   = "alarms"
	pageLog      = "log" // what Prefs of earlier versions call the alarms
	pageArchive  = "archive"
	pageSettings = "settings"
	pagePoint    = "point:"
)

// makeSections lists the sections in the order of the rail. The first is home.
func (w *Window) makeSections() []section {
	return []section{
		{id: pageWall, control: "nav-wall", icon: look.IconWall, name: textWall, key: fyne.Key0, keys: "Ctrl+0", page: w.wall},
		{id: pageEncoders, control: "nav-encoders", icon: look.IconEncoder, name: textEncoders, key: fyne.KeyE, keys: "Ctrl+E", page: w.encoders},
		{id: pageAlarms, control: "nav-alarms", icon: look.IconBell, name: textAlarms, key: fyne.KeyL, keys: "Ctrl+L", page: w.alarms,
			open: w.ShowAlarms, badge: func(m frameModel) int { return m.unacked }},
		{id: pageArchive, control: "nav-archive", icon: look.IconArchive, name: textArchive, key: fyne.KeyR, keys: "Ctrl+R", page: w.archive},
		{id: pageSettings, control: "nav-settings", icon: look.IconSettings, name: textSettings, key: fyne.KeyComma, keys: "Ctrl+,", page: w.settings},
	}
}

// makeNav makes the rail's items.
func (w *Window) makeNav() []*navItem {
	var all []*navItem
	for _, p := range w.sections {
		all = append(all, newNavItem(p.icon, words.T(p.name), func() { w.showSection(p.id) }))
	}
	return all
}

// showSection shows the section of that id, or home when there is none.
func (w *Window) showSection(id string) {
	if id == pageLog {
		id = pageAlarms
	}
	for _, p := range w.sections {
		if p.id == id && p.open != nil {
			p.open()
			return
		}
		if p.id == id {
			w.turnTo(p.page, p.id, "")
			return
		}
	}
	w.turnTo(w.sections[0].page, w.sections[0].id, "")
}

// ShowWall shows the home page.
func (w *Window) ShowWall() { w.showSection(pageWall) }

// ShowSettings shows what is set.
func (w *Window) ShowSettings() { w.showSection(pageSettings) }

// showTrouble shows more of what the top bar says.
func (w *Window) showTrouble() {
	if a := w.model.alarm; a.id == "" && a.point != "" {
		w.ShowPoint(a.point)
		return
	}
	w.ShowAlarms()
}

// markSection shows in the rail which section is open; a point belongs to home.
func (w *Window) markSection() {
	for i, p := range w.sections {
		w.nav[i].setCurrent(p.id == w.pageID || i == 0 && w.pointName != "")
	}
}

// showBadges shows the numbers on the rail's items.
func (w *Window) showBadges(m frameModel) {
	for i, p := range w.sections {
		if p.badge != nil {
			w.nav[i].setBadge(p.badge(m))
		}
	}
}
