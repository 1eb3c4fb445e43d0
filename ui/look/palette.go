package look

import (
	"image/color"

	"fyne.io/fyne/v2"
)

// Palette is every colour of the window, named by what it means. Values are opaque unless the comment says otherwise.
// A Palette is a plain value: copy it freely.
type Palette struct {
	Window   color.NRGBA // behind everything
	Panel    color.NRGBA // cards, tiles, charts
	Raised   color.NRGBA // what lies on a panel: hovered rows, table heads, buttons at rest
	Overlay  color.NRGBA // dialogs and menus; differs from Input so that fields stay visible in dialogs
	Input    color.NRGBA // the inside of what is filled in: fields, check boxes; stands out on Window, Panel and Overlay
	Well     color.NRGBA // the inside of what is taken away: code boxes, missing pictures
	Hairline color.NRGBA // separators and the quiet border of panels
	Shadow   color.NRGBA // behind a dialog, and at the edge of what can be scrolled on
	Border   color.NRGBA // borders of what can be used: fields, focusable cards; lighter than Panel

	Text  color.NRGBA // what is read first
	Soft  color.NRGBA // what is read second: labels, hints
	Faint color.NRGBA // what is read on purpose: axis labels, units

	Accent   color.NRGBA // the next step, selection, focus
	OnAccent color.NRGBA // text on Accent, Good, Warn and Bad
	Good     color.NRGBA // as wanted
	Warn     color.NRGBA // works, needs a look
	Bad      color.NRGBA // does not work
	Busy     color.NRGBA // on its way
	Quiet    color.NRGBA // nothing is wanted and nothing happens

	Tracks [8]color.NRGBA // series in charts, told apart on Panel; see Track
}

// Dark is the control room's palette. Every text colour keeps a contrast of at least 4.5 to 1 on Panel.
func Dark() Palette {
	return Palette{
		Window:   rgb(0x0a0e13),
		Panel:    rgb(0x11171e),
		Raised:   rgb(0x1b242e),
		Overlay:  rgb(0x171f28),
		Input:    rgb(0x202b37),
		Well:     rgb(0x0c1117),
		Hairline: rgb(0x212b36),
		Shadow:   Fade(rgb(0), 0.5),
		Border:   rgb(0x425266),
		Text:     rgb(0xe8eef4),
		Soft:     rgb(0xa9b6c3),
		Faint:    rgb(0x7f8d9c),
		Accent:   rgb(0x4c9aff),
		OnAccent: rgb(0x06101c),
		Good:     rgb(0x38cf8f),
		Warn:     rgb(0xf5b53d),
		Bad:      rgb(0xff6161),
		Busy:     rgb(0x5fb0ff),
		Quiet:    rgb(0x8794a3),
		Tracks: [8]color.NRGBA{
			rgb(0x4c9aff), rgb(0x38cf8f), rgb(0xf5b53d), rgb(0xb78cff),
			rgb(0x2fc9dd), rgb(0xf477b8), rgb(0xff8552), rgb(0xb5d647),
		},
	}
}

// Light is the same palette for bright rooms.
func Light() Palette {
	return Palette{
		Window:   rgb(0xe9edf2),
		Panel:    rgb(0xfcfdfe),
		Raised:   rgb(0xe8edf3),
		Overlay:  rgb(0xffffff),
		Input:    rgb(0xf4f7fa),
		Well:     rgb(0xf1f4f8),
		Hairline: rgb(0xd9e0e8),
		Shadow:   Fade(rgb(0), 0.25),
		Border:   rgb(0x97a5b5),
		Text:     rgb(0x16202b),
		Soft:     rgb(0x445364),
		Faint:    rgb(0x5f6e7e),
		Accent:   rgb(0x1263cf),
		OnAccent: rgb(0xffffff),
		Good:     rgb(0x0d7a4c),
		Warn:     rgb(0x8f5a00),
		Bad:      rgb(0xc42b2b),
		Busy:     rgb(0x1b66bd),
		Quiet:    rgb(0x5d6b7a),
		Tracks: [8]color.NRGBA{
			rgb(0x1263cf), rgb(0x0d7a4c), rgb(0x946000), rgb(0x7a3fd1),
			rgb(0x00758a), rgb(0xb82a78), rgb(0xb84a12), rgb(0x5c7300),
		},
	}
}

// Track is the colour of the i-th series, counted from 0; after the last the colours begin again.
func (p Palette) Track(i int) color.NRGBA {
	n := len(p.Tracks)
	return p.Tracks[((i%n)+n)%n]
}

// PaletteOf is the palette a widget should draw with: that of its theme, or Dark under a foreign theme.
func PaletteOf(th fyne.Theme) Palette {
	if own, ok := th.(*Theme); ok {
		return own.palette
	}
	return Dark()
}

// Fade is c with its opacity multiplied by share, from 0 (invisible) to 1 (unchanged).
func Fade(c color.NRGBA, share float64) color.NRGBA {
	c.A = uint8(float64(c.A)*max(0, min(1, share)) + 0.5)
	return c
}

// Mix is the opaque colour a share of top laid over ground gives; 0 is ground, 1 is top.
func Mix(ground, top color.NRGBA, share float64) color.NRGBA {
	share = max(0, min(1, share))
	blend := func(a, b uint8) uint8 { return uint8(float64(a)*(1-share) + float64(b)*share + 0.5) }
	return color.NRGBA{R: blend(ground.R, top.R), G: blend(ground.G, top.G), B: blend(ground.B, top.B), A: 0xff}
}

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff}
}
