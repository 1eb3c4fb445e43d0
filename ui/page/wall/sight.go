package wall

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"pubpoint/ui/kit"
	"pubpoint/ui/look"
)

// sight is the place of a tile's picture: the newest picture with its sound beside it, and over it
// what is wrong. Without a picture it says what is waited for.
type sight struct {
	object  *fyne.Container
	ground  *canvas.Rectangle
	picture *canvas.Image
	veil    *canvas.Rectangle // over a picture that is no more true
	meter   *kit.Meter
	hint    *kit.Paragraph
	age     *kit.Text
	ageBack *canvas.Rectangle
	preview *kit.Button
	strip   *canvas.Rectangle
	stripe  *canvas.Rectangle
	problem *kit.Paragraph
	shown   image.Image
}

const previewSide float32 = 22

func newSight(p look.Palette, preview func()) *sight {
	s := &sight{
		ground:  canvas.NewRectangle(p.Well),
		picture: &canvas.Image{FillMode: canvas.ImageFillContain, ScaleMode: canvas.ImageScaleFastest},
		veil:    canvas.NewRectangle(look.Fade(p.Well, 0.72)),
		meter:   kit.NewMeter(),
		hint:    kit.NewParagraph("", look.ToneFaint, fyne.TextAlignCenter).AtMost(3),
		age:     kit.NewText(look.Caption, "").Toned(look.ToneText).Cutting(kit.CutMiddle), // its end says how long
		ageBack: canvas.NewRectangle(look.Fade(p.Window, 0.8)),
		preview: kit.NewButton(kit.ButtonPlain, "", look.IconOpen, preview),
		strip:   canvas.NewRectangle(look.Fade(p.Panel, 0.9)),
		stripe:  canvas.NewRectangle(p.Bad),
		problem: kit.NewParagraph("", look.ToneText, fyne.TextAlignLeading).AtMost(2),
	}
	s.ground.CornerRadius, s.ageBack.CornerRadius = look.Space1, look.Space1
	s.object = container.New(s, s.ground, s.picture, s.veil, s.meter, s.hint, s.ageBack, s.age, s.preview, s.strip, s.stripe, s.problem)
	return s
}

func (s *sight) show(m tileModel, p look.Palette) {
	if m.picture != s.shown {
		s.shown = m.picture
		s.picture.Image = m.picture
		s.picture.Refresh()
	}
	setHidden(s.picture, m.picture == nil)
	setHidden(s.veil, m.picture == nil || !m.stale)
	wide := s.meter.Width()
	s.meter.Set(m.peaks, m.stale)
	s.hint.SetText(m.hint)
	setHidden(s.hint, m.picture != nil || m.hint == "" || m.problem.Sentence != "")
	s.age.SetText(m.age)
	setHidden(s.age, m.age == "")
	setHidden(s.ageBack, m.age == "")
	setHidden(s.preview, !m.playable)
	wrong := m.problem.Sentence != ""
	if wrong {
		s.problem.SetText(joined(m.problem.Sentence, m.problem.Action))
		if colour := m.problem.Lamp.Colour(p); s.stripe.FillColor != colour {
			s.stripe.FillColor = colour
			s.stripe.Refresh()
		}
	}
	moved := setHidden(s.strip, !wrong) || wide != s.meter.Width()
	setHidden(s.stripe, !wrong)
	setHidden(s.problem, !wrong)
	if moved || wrong || m.age != "" {
		s.Layout(nil, s.object.Size())
	}
}

// says is the sentence that the picture's place shows, if any.
func (s *sight) says() string {
	switch {
	case s.problem.Visible():
		return s.problem.Text()
	case s.age.Visible():
		return s.age.Text()
	case s.hint.Visible():
		return s.hint.Text()
	}
	return ""
}

func joined(sentence, action string) string {
	if action == "" {
		return sentence
	}
	return sentence + " " + action
}

// MinSize is for Fyne.
func (s *sight) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(80, 45) }

// Layout is for Fyne.
func (s *sight) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	wide := size.Width
	if m := s.meter.Width(); m > 0 {
		wide -= max(meterRoom, m+look.Space1)
		put(s.meter, size.Width-m, 0, m, size.Height)
	}
	put(s.ground, 0, 0, wide, size.Height)
	put(s.picture, 0, 0, wide, size.Height)
	put(s.veil, 0, 0, wide, size.Height)
	// Words keep off the button in the corner: beside it what is long, under it what is in the middle.
	corner := previewSide + look.Space1
	if !s.preview.Visible() {
		corner = 0
	}
	in := look.Space3
	high := min(size.Height, s.hint.HeightFor(max(1, wide-2*in)))
	top := (size.Height - high) / 2
	if top < corner {
		in = max(in, corner+look.Space1)
		high = min(size.Height, s.hint.HeightFor(max(1, wide-2*in)))
		top = (size.Height - high) / 2
	}
	put(s.hint, in, top, wide-2*in, high)
	m := s.age.MinSize()
	m.Width = min(fyne.MeasureText(s.age.Text(), look.Caption.Size(), look.Caption.Style()).Width+1, wide-corner-look.Space2-2*look.Space1)
	put(s.ageBack, look.Space1, look.Space1, m.Width+look.Space2, m.Height+look.Space1)
	put(s.age, look.Space2, look.Space1+2, m.Width, m.Height)
	put(s.preview, wide-previewSide-look.Space1, look.Space1, previewSide, previewSide)
	s.placeProblem(wide, size.Height)
}

// placeProblem sets the strip along the lower edge, as high as its words need, up to the room under
// the picture's upper corners.
func (s *sight) placeProblem(wide, high float32) {
	if !s.problem.Visible() {
		return
	}
	inside := max(1, wide-look.Space3-look.Space2)
	line := s.problem.HeightFor(10_000) // one line
	lines := max(1, min(4, int((high-previewSide-look.Space4)/line)))
	s.problem.AtMost(lines)
	words := s.problem.HeightFor(inside)
	top := high - words - look.Space2
	put(s.strip, 0, top, wide, words+look.Space2)
	put(s.stripe, 0, top, 3, words+look.Space2)
	put(s.problem, look.Space3, top+look.Space1, inside, words)
}
