package look

import "image/color"

// Tone is the colour of a piece of text, by meaning.
type Tone uint8

// The tones.
const (
	ToneText   Tone = iota // read first
	ToneSoft               // read second
	ToneFaint              // read on purpose
	ToneAccent             // the next step
	ToneGood
	ToneWarn
	ToneBad
	ToneBusy
	ToneQuiet
)

// Colour is the tone's colour in p.
func (t Tone) Colour(p Palette) color.NRGBA {
	switch t {
	case ToneSoft:
		return p.Soft
	case ToneFaint:
		return p.Faint
	case ToneAccent:
		return p.Accent
	case ToneGood:
		return p.Good
	case ToneWarn:
		return p.Warn
	case ToneBad:
		return p.Bad
	case ToneBusy:
		return p.Busy
	case ToneQuiet:
		return p.Quiet
	default:
		return p.Text
	}
}

// Tone is the lamp's colour as a tone for its word.
func (l Lamp) Tone() Tone {
	switch l {
	case Good:
		return ToneGood
	case Busy:
		return ToneBusy
	case Warn:
		return ToneWarn
	case Bad:
		return ToneBad
	default:
		return ToneQuiet
	}
}
