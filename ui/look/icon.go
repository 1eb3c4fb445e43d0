package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"pubpoint/assets"
)

// IconName names a drawing of the window's one icon family.
type IconName string

// The icons. Each is 24 by 24 in one colour; show them at IconSize.
const (
	IconPlay      IconName = "play"
	IconStop      IconName = "stop"
	IconPlus      IconName = "plus"
	IconOpen      IconName = "open" // leaves the window: a browser, a preview
	IconCopy      IconName = "copy"
	IconCheck     IconName = "check"
	IconWarning   IconName = "warning"
	IconError     IconName = "error"
	IconHourglass IconName = "hourglass"
	IconDisc      IconName = "disc"
	IconSquare    IconName = "square"
	IconLog       IconName = "log"
	IconEncoder   IconName = "encoder"
	IconSettings  IconName = "settings"
	IconWall      IconName = "wall"
	IconBack      IconName = "back"
	IconRecord    IconName = "record"
	IconClose     IconName = "close"
	IconSearch    IconName = "search"
	IconChart     IconName = "chart"
	IconArchive   IconName = "archive"
	IconBell      IconName = "bell"
	IconPoint     IconName = "point"
	IconRestart   IconName = "restart"
	IconTrash     IconName = "trash"
	IconChevron   IconName = "chevron"
	IconCode      IconName = "qr"   // a code for a phone's camera
	IconFlag      IconName = "flag" // marks a moment
)

// Icon is the drawing in the theme's text colour; buttons recolour it to suit their own ground.
func Icon(name IconName) fyne.Resource { return theme.NewThemedResource(drawing(string(name))) }

// IconIn is the drawing in the theme colour of that name, such as theme.ColorNameError or ColorSoft.
func IconIn(name IconName, colour fyne.ThemeColorName) fyne.Resource {
	return theme.NewColoredResource(drawing(string(name)), colour)
}

// AppIcon is the application's icon, for the window and the task bar.
func AppIcon() fyne.Resource { return fyne.NewStaticResource("Icon.png", assets.AppIcon()) }

func drawing(name string) fyne.Resource {
	return fyne.NewStaticResource(name+".svg", assets.SVG(name))
}
