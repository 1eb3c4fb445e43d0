package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"pubpoint/ui/look"
)

// EmptyConfig is what an EmptyState says. Only Headline is needed.
type EmptyConfig struct {
	Icon     look.IconName
	Headline string // what is missing: "No publishing points yet"
	Hint     string // what to do about it, in a sentence
	Command  string // the same from a terminal, to be copied
	Action   string // the button's word
	OnAction func()
	Link     LinkConfig // how Command is copied; the zero value will do
}

// EmptyState fills a page that has nothing to show yet: it says so, and shows the next step.
type EmptyState struct {
	widget.BaseWidget

	config   EmptyConfig
	headline *Text
	hint     *Paragraph
	command  *LinkRow
	action   *Button
}

// NewEmptyState makes the page.
func NewEmptyState(config EmptyConfig) *EmptyState {
	if config.Icon == "" {
		config.Icon = look.IconPoint
	}
	e := &EmptyState{
		config:   config,
		headline: NewText(look.Heading, config.Headline).Aligned(fyne.TextAlignCenter),
		hint:     NewParagraph(config.Hint, look.ToneSoft, fyne.TextAlignCenter),
		command:  NewLinkRow(config.Command, config.Link),
		action:   NewButton(ButtonPrimary, config.Action, "", config.OnAction),
	}
	e.hint.Hidden = config.Hint == ""
	e.command.Hidden = config.Command == ""
	e.action.Hidden = config.Action == ""
	e.ExtendBaseWidget(e)
	return e
}

// CreateRenderer is for Fyne.
func (e *EmptyState) CreateRenderer() fyne.WidgetRenderer {
	r := &emptyRenderer{state: e, disc: canvas.NewCircle(nil), icon: canvas.NewImageFromResource(look.IconIn(e.config.Icon, look.ColorSoft))}
	r.icon.FillMode = canvas.ImageFillContain
	r.objects = []fyne.CanvasObject{r.disc, r.icon, e.headline, e.hint, e.command, e.action}
	r.Refresh()
	return r
}

const (
	emptyWidth float32 = 460
	emptyDisc  float32 = 64
)

type emptyRenderer struct {
	state   *EmptyState
	disc    *canvas.Circle
	icon    *canvas.Image
	objects []fyne.CanvasObject
}

func (r *emptyRenderer) Destroy()                     {}
func (r *emptyRenderer) Objects() []fyne.CanvasObject { return r.objects }

// rows are what stands under the icon, in order.
func (r *emptyRenderer) rows() [4]fyne.CanvasObject {
	return [4]fyne.CanvasObject{r.state.headline, r.state.hint, r.state.command, r.state.action}
}

func (r *emptyRenderer) height() float32 {
	sum := emptyDisc
	for _, o := range r.rows() {
		if o.Visible() {
			sum += look.Space3 + o.MinSize().Height
		}
	}
	return sum
}

func (r *emptyRenderer) MinSize() fyne.Size {
	return fyne.NewSize(max(280, r.state.headline.MinSize().Width), r.height())
}

func (r *emptyRenderer) Layout(size fyne.Size) {
	wide := min(size.Width, emptyWidth)
	left := (size.Width - wide) / 2
	// The paragraph knows its height only at its width.
	r.state.hint.Resize(fyne.NewSize(wide, r.state.hint.HeightFor(wide)))
	y := max(0, (size.Height-r.height())/2)
	r.disc.Move(fyne.NewPos((size.Width-emptyDisc)/2, y))
	r.disc.Resize(fyne.NewSquareSize(emptyDisc))
	const icon = 28
	r.icon.Move(fyne.NewPos((size.Width-icon)/2, y+(emptyDisc-icon)/2))
	r.icon.Resize(fyne.NewSquareSize(icon))
	y += emptyDisc
	for _, o := range r.rows() {
		if !o.Visible() {
			continue
		}
		y += look.Space3
		m := o.MinSize()
		x, width := left, wide
		if o == fyne.CanvasObject(r.state.action) {
			x, width = (size.Width-m.Width)/2, m.Width
		}
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(width, m.Height))
		y += m.Height
	}
}

func (r *emptyRenderer) Refresh() {
	p := look.PaletteOf(r.state.Theme())
	r.disc.FillColor = p.Raised
	for _, o := range r.rows() {
		o.Refresh()
	}
	r.Layout(r.state.Size())
	canvas.Refresh(r.state)
}
