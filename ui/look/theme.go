package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"pubpoint/assets"
)

// Colour names beyond Fyne's own, for icons and rich text that take a name instead of a colour.
const (
	ColorSoft     fyne.ThemeColorName = "pubpointSoft"
	ColorFaint    fyne.ThemeColorName = "pubpointFaint"
	ColorBusy     fyne.ThemeColorName = "pubpointBusy"
	ColorQuiet    fyne.ThemeColorName = "pubpointQuiet"
	ColorPanel    fyne.ThemeColorName = "pubpointPanel"
	ColorHairline fyne.ThemeColorName = "pubpointHairline"
)

// Theme is the window's fyne.Theme. It ignores the system's light or dark variant: the operator decides, not the
// desktop. It is read-only after NewTheme and may be used from any goroutine.
type Theme struct {
	palette Palette
	colours map[fyne.ThemeColorName]color.NRGBA
	fonts   [4]fyne.Resource // regular, bold, monospace, monospace bold
	base    fyne.Theme
}

var _ fyne.Theme = (*Theme)(nil)

// NewTheme makes the theme that draws with p.
func NewTheme(p Palette) *Theme {
	font := func(file string) fyne.Resource { return fyne.NewStaticResource(file, assets.Font(file)) }
	return &Theme{
		palette: p,
		colours: colours(p),
		fonts: [4]fyne.Resource{
			font("Inter-Regular.otf"), font("Inter-SemiBold.otf"),
			font("FiraCode-Regular.ttf"), font("FiraCode-SemiBold.ttf"),
		},
		base: theme.DefaultTheme(),
	}
}

// Palette is the palette the theme draws with.
func (t *Theme) Palette() Palette { return t.palette }

// Color answers Fyne's colour names and the names of this package.
func (t *Theme) Color(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.Color {
	if c, ok := t.colours[name]; ok {
		return c
	}
	return t.base.Color(name, variant)
}

// Font answers the family's file. Italics are drawn upright: the window uses none.
func (t *Theme) Font(style fyne.TextStyle) fyne.Resource {
	switch {
	case style.Symbol:
		return t.base.Font(style)
	case style.Monospace && style.Bold:
		return t.fonts[3]
	case style.Monospace:
		return t.fonts[2]
	case style.Bold:
		return t.fonts[1]
	default:
		return t.fonts[0]
	}
}

// Icon answers Fyne's built-in icons; ours are found with Icon.
func (t *Theme) Icon(name fyne.ThemeIconName) fyne.Resource { return t.base.Icon(name) }

// Size answers Fyne's size names.
func (t *Theme) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case theme.SizeNameText:
		return Body.Size()
	case theme.SizeNameCaptionText:
		return Caption.Size()
	case theme.SizeNameSubHeadingText:
		return 15
	case theme.SizeNameHeadingText:
		return Heading.Size()
	case theme.SizeNameInlineIcon:
		return IconSize
	case theme.SizeNamePadding:
		return Space1
	case theme.SizeNameInnerPadding:
		return 6
	case theme.SizeNameLineSpacing:
		return 3
	case theme.SizeNameScrollBar:
		return 10
	case theme.SizeNameScrollBarSmall:
		return 4
	case theme.SizeNameSeparatorThickness, theme.SizeNameInputBorder:
		return Hair
	case theme.SizeNameInputRadius, theme.SizeNameButtonRadius, theme.SizeNameCardRadius,
		theme.SizeNamePopupRadius, theme.SizeNameMenuRadius:
		return Radius
	case theme.SizeNameDialogRadius:
		return Space2
	case theme.SizeNameSelectionRadius:
		return Space1
	case theme.SizeNameModalBlurRadius:
		// Blurring repaints the whole window at each frame behind a dialog, and hides what is on air.
		return 0
	default:
		return t.base.Size(name)
	}
}

func colours(p Palette) map[fyne.ThemeColorName]color.NRGBA {
	return map[fyne.ThemeColorName]color.NRGBA{
		theme.ColorNameBackground:                p.Window,
		theme.ColorNameButton:                    p.Raised,
		theme.ColorNameDisabledButton:            p.Panel,
		theme.ColorNameDisabled:                  Mix(p.Panel, p.Faint, 0.6),
		theme.ColorNameForeground:                p.Text,
		theme.ColorNameForegroundOnPrimary:       p.OnAccent,
		theme.ColorNameForegroundOnSuccess:       p.OnAccent,
		theme.ColorNameForegroundOnWarning:       p.OnAccent,
		theme.ColorNameForegroundOnError:         p.OnAccent,
		theme.ColorNamePrimary:                   p.Accent,
		theme.ColorNameHyperlink:                 p.Accent,
		theme.ColorNameSuccess:                   p.Good,
		theme.ColorNameWarning:                   p.Warn,
		theme.ColorNameError:                     p.Bad,
		theme.ColorNameFocus:                     Fade(p.Accent, 0.42),
		theme.ColorNameHover:                     Fade(p.Text, 0.07),
		theme.ColorNamePressed:                   Fade(p.Text, 0.16),
		theme.ColorNameSelection:                 Fade(p.Accent, 0.24),
		theme.ColorNameHeaderBackground:          p.Raised,
		theme.ColorNameInputBackground:           p.Input,
		theme.ColorNameInputBorder:               p.Border,
		theme.ColorNamePlaceHolder:               p.Faint,
		theme.ColorNameMenuBackground:            p.Overlay,
		theme.ColorNameOverlayBackground:         p.Overlay,
		theme.ColorNameScrollBar:                 Fade(p.Soft, 0.45),
		theme.ColorNameScrollBarBackground:       Fade(p.Raised, 0.5),
		theme.ColorNameSeparator:                 p.Hairline,
		theme.ColorNameShadow:                    p.Shadow,
		theme.ColorNameInnerWindowBorder:         p.Border,
		theme.ColorNameInnerWindowBorderInactive: p.Hairline,
		ColorSoft:                                p.Soft,
		ColorFaint:                               p.Faint,
		ColorBusy:                                p.Busy,
		ColorQuiet:                               p.Quiet,
		ColorPanel:                               p.Panel,
		ColorHairline:                            p.Hairline,
	}
}
