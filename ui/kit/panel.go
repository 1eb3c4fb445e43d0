package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"pubpoint/ui/look"
)

const panelHead float32 = 38

// Panel is a titled card: a hairline border, a head with the title on the left and actions on the right, and the
// content below with the same margin everywhere.
type Panel struct {
	widget.BaseWidget

	title   *Text
	note    *Text
	actions *fyne.Container
	content fyne.CanvasObject
	flush   bool
}

// NewPanel makes a panel around content. An empty title without actions leaves the head out.
func NewPanel(title string, content fyne.CanvasObject, actions ...fyne.CanvasObject) *Panel {
	p := &Panel{
		title:   NewText(look.Title, title).Cutting(CutEnd),
		note:    NewText(look.Caption, "").Toned(look.ToneFaint),
		actions: container.NewHBox(actions...),
		content: content,
	}
	p.ExtendBaseWidget(p)
	return p
}

// Flush takes away the margin around the content, for tables and logs that reach from edge to edge, and returns p.
func (p *Panel) Flush() *Panel {
	p.flush = true
	return p
}

// SetTitle shows another title.
func (p *Panel) SetTitle(title string) {
	if p.title.Text() == title {
		return
	}
	p.title.SetText(title)
	p.Refresh()
}

// SetNote shows a few quiet words beside the title, such as a count or a span.
func (p *Panel) SetNote(note string) {
	if p.note.Text() == note {
		return
	}
	p.note.SetText(note)
	p.Refresh()
}

// CreateRenderer is for Fyne.
func (p *Panel) CreateRenderer() fyne.WidgetRenderer {
	r := &panelRenderer{panel: p, ground: canvas.NewRectangle(nil), line: canvas.NewRectangle(nil)}
	r.objects = []fyne.CanvasObject{r.ground, r.line, p.title, p.note, p.actions, p.content}
	r.Refresh()
	return r
}

type panelRenderer struct {
	panel        *Panel
	ground, line *canvas.Rectangle
	objects      []fyne.CanvasObject
}

func (r *panelRenderer) Destroy()                     {}
func (r *panelRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *panelRenderer) headed() bool {
	return r.panel.title.Text() != "" || len(r.panel.actions.Objects) > 0
}

func (r *panelRenderer) margin() float32 {
	if r.panel.flush {
		return look.Hair
	}
	return look.Space3
}

func (r *panelRenderer) MinSize() fyne.Size {
	size := r.panel.content.MinSize().AddWidthHeight(2*r.margin(), 2*r.margin())
	if r.headed() {
		size.Height += panelHead
		head := r.panel.title.MinSize().Width + r.panel.actions.MinSize().Width + 3*look.Space3
		size.Width = max(size.Width, head)
	}
	return size
}

func (r *panelRenderer) Layout(size fyne.Size) {
	r.ground.Resize(size)
	top := r.margin()
	if r.headed() {
		top += panelHead
		actions := r.panel.actions.MinSize()
		r.panel.actions.Resize(actions)
		r.panel.actions.Move(fyne.NewPos(size.Width-actions.Width-look.Space1, (panelHead-actions.Height)/2))
		room := size.Width - actions.Width - look.Space3 - look.Space2
		whole := fyne.MeasureText(r.panel.title.Text(), look.Title.Size(), look.Title.Style())
		wide := max(0, min(whole.Width, room))
		r.panel.title.Resize(fyne.NewSize(wide, panelHead))
		r.panel.title.Move(fyne.NewPos(look.Space3, 0))
		r.panel.note.Hidden = wide+look.Space2+r.panel.note.MinSize().Width > room
		r.panel.note.Resize(fyne.NewSize(r.panel.note.MinSize().Width, panelHead))
		r.panel.note.Move(fyne.NewPos(look.Space3+wide+look.Space2, 0.5))
		r.line.Resize(fyne.NewSize(size.Width-2*look.Hair, look.Hair))
		r.line.Move(fyne.NewPos(look.Hair, panelHead))
	}
	r.line.Hidden = !r.headed()
	inner := fyne.NewSize(max(0, size.Width-2*r.margin()), max(0, size.Height-top-r.margin()))
	r.panel.content.Resize(inner)
	r.panel.content.Move(fyne.NewPos(r.margin(), top))
}

func (r *panelRenderer) Refresh() {
	p := look.PaletteOf(r.panel.Theme())
	r.ground.FillColor, r.ground.StrokeColor, r.ground.StrokeWidth, r.ground.CornerRadius = p.Panel, p.Hairline, look.Hair, look.Radius
	r.line.FillColor = p.Hairline
	r.Layout(r.panel.Size())
	// Refreshing the panel itself would make Fyne draw the charts in it anew.
	r.ground.Refresh()
	r.line.Refresh()
}
