package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"pubpoint/ui/look"
)

// Notice is what a Banner says: how bad it is, one sentence of cause, and one next action.
type Notice struct {
	Lamp     look.Lamp
	Sentence string
	Action   string // the button's word; empty leaves it out
	OnAction func()
	Other    string // the word of a second, quieter button; empty leaves it out
	OnOther  func()
	OnClose  func() // nil leaves the closing cross out
}

// Banner is a notice inside a page. It wraps its sentence and is never in the way: nothing is covered, nothing waits.
type Banner struct {
	widget.BaseWidget

	notice   Notice
	sentence *Paragraph
	action   *Button
	other    *Button
	close    *Button
}

// NewBanner makes a banner that shows notice.
func NewBanner(notice Notice) *Banner {
	b := &Banner{sentence: NewParagraph("", look.ToneText, fyne.TextAlignLeading)}
	b.action = NewButton(ButtonPlain, "", "", func() { call(b.notice.OnAction) })
	b.other = NewButton(ButtonQuiet, "", "", func() { call(b.notice.OnOther) })
	b.close = NewButton(ButtonQuiet, "", look.IconClose, func() { call(b.notice.OnClose) })
	b.ExtendBaseWidget(b)
	b.Set(notice)
	return b
}

// Set shows another notice.
func (b *Banner) Set(notice Notice) {
	b.notice = notice
	b.sentence.SetText(notice.Sentence)
	b.action.SetText(notice.Action)
	b.action.Hidden = notice.Action == ""
	b.other.SetText(notice.Other)
	b.other.Hidden = notice.Other == ""
	b.close.Hidden = notice.OnClose == nil
	b.Refresh()
}

// Sentence is what the banner says.
func (b *Banner) Sentence() string { return b.notice.Sentence }

// Buttons are the button of the action and the second one, shown or not.
func (b *Banner) Buttons() (action, other *Button) { return b.action, b.other }

// CreateRenderer is for Fyne.
func (b *Banner) CreateRenderer() fyne.WidgetRenderer {
	r := &bannerRenderer{banner: b, ground: canvas.NewRectangle(nil), shape: canvas.NewImageFromResource(b.notice.Lamp.Shape())}
	r.shape.FillMode = canvas.ImageFillContain
	r.objects = []fyne.CanvasObject{r.ground, r.shape, b.sentence, b.action, b.other, b.close}
	r.Refresh()
	return r
}

const bannerShape float32 = 15

type bannerRenderer struct {
	banner  *Banner
	ground  *canvas.Rectangle
	shape   *canvas.Image
	objects []fyne.CanvasObject
}

func (r *bannerRenderer) Destroy()                     {}
func (r *bannerRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *bannerRenderer) MinSize() fyne.Size {
	b := r.banner
	size := fyne.NewSize(bannerShape+2*look.Space3+140, max(40, b.sentence.MinSize().Height+2*look.Space2))
	for _, o := range []*Button{b.action, b.other, b.close} {
		if !o.Hidden {
			size.Width += o.MinSize().Width + look.Space1
		}
	}
	return size
}

func (r *bannerRenderer) Layout(size fyne.Size) {
	b := r.banner
	r.ground.Resize(size)
	r.shape.Resize(fyne.NewSquareSize(bannerShape))
	right := size.Width - look.Space1
	for _, o := range []*Button{b.close, b.other, b.action} {
		if o.Hidden {
			continue
		}
		m := o.MinSize()
		right -= m.Width
		o.Resize(m)
		o.Move(fyne.NewPos(right, (size.Height-m.Height)/2))
		right -= look.Space1
	}
	left := look.Space3 + bannerShape + look.Space2 + 2
	wide := max(0, right-left-look.Space1)
	height := b.sentence.HeightFor(wide)
	b.sentence.Resize(fyne.NewSize(wide, height))
	top := (size.Height - height) / 2
	b.sentence.Move(fyne.NewPos(left, top))
	r.shape.Move(fyne.NewPos(look.Space3, top+(lineHeight()-2-bannerShape)/2))
}

func (r *bannerRenderer) Refresh() {
	b, p := r.banner, look.PaletteOf(r.banner.Theme())
	c := b.notice.Lamp.Colour(p)
	r.ground.FillColor, r.ground.StrokeColor = look.Mix(p.Panel, c, 0.11), look.Mix(p.Panel, c, 0.42)
	r.ground.StrokeWidth, r.ground.CornerRadius = look.Hair, look.Radius
	r.shape.Resource = b.notice.Lamp.Shape()
	r.shape.Refresh()
	r.Layout(b.Size())
	canvas.Refresh(b)
}
