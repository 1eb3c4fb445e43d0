package point

import (
	"context"

	"fyne.io/fyne/v2"

	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// head is the upper part of the page: state, name, orders, figures, and what is wrong.
type head struct {
	object   *fyne.Container
	back     *kit.Button
	lamp     *kit.Lamp
	name     *kit.Text
	title    *kit.Text
	preview  *kit.Button
	mark     *kit.Button
	settings *kit.Button
	shutDown *kit.ConfirmButton
	start    *kit.Button
	stop     *kit.ConfirmButton
	figures  [figureCount]*kit.Stat
	rec      *fyne.Container
	problem  *kit.Banner
	notice   *fyne.Container
	first    *fyne.Container // the row of who and orders
	who      *fyne.Container // name, state and title, in the room that the orders leave
	can      *fyne.Container // the orders
	strip    *fyne.Container // the row of figures

	pending bool // an order was given and has not been answered
}

func (w *Page) newHead() *head {
	h := &head{
		back:  kit.NewButton(kit.ButtonQuiet, "", look.IconBack, w.host.ShowWall),
		lamp:  kit.NewLamp(kit.LampLarge, look.Quiet, ""),
		name:  kit.NewText(look.Heading, "").Cutting(kit.CutMiddle),
		title: kit.NewText(look.Body, "").Toned(look.ToneFaint).Cutting(kit.CutEnd),
		rec:   page.Recording(),
	}
	h.preview = kit.NewButton(kit.ButtonPlain, words.T(textPreview), look.IconOpen, func() { w.host.Preview(w.name()) })
	h.mark = kit.NewButton(kit.ButtonPlain, words.T(textMark), look.IconFlag, func() { w.host.Note(w.name()) })
	h.settings = kit.NewButton(kit.ButtonPlain, words.T(textSettings), look.IconSettings, w.askSettings)
	h.shutDown = kit.NewConfirmButton(kit.ConfirmConfig{Later: w.host.Later, Text: words.T(textShutDown), Ask: words.T(textShutDownAsk), Icon: look.IconClose, Do: func() { w.order(w.operator.ShutDownPoint) }})
	h.start = kit.NewButton(kit.ButtonPrimary, words.T(textStart), look.IconPlay, func() { w.order(w.operator.StartPoint) })
	h.stop = kit.NewConfirmButton(kit.ConfirmConfig{Later: w.host.Later, Text: words.T(textStop), Ask: words.T(textStopAsk), Icon: look.IconStop, Do: func() { w.order(w.operator.StopPoint) }})
	for i, caption := range [figureCount]string{words.T(textClock), words.T(textArriving), words.T(textLag), words.T(textViewers), words.T(textRequests), words.T(textArchive), words.T(textDVR)} {
		h.figures[i] = kit.NewStat(caption)
	}
	h.figures[figureClock].Wide("0:00:00")
	h.figures[figureArriving].Wide("0.00 Mbit/s")
	h.figures[figureLag].Wide("000 ms")
	h.figures[figureRequests].Wide("000 000")
	h.figures[figureArchive].Wide("000 MB")
	h.problem = kit.NewBanner(kit.Notice{})
	h.notice = page.Inset(h.problem, 0, 0, 0, look.Space3)
	h.notice.Hide()
	h.rec.Hide()
	h.who = page.Who(h.back, h.name, h.lamp, h.title)
	h.can = page.Row(look.Space2, h.settings, h.mark, h.preview, h.shutDown, h.start, h.stop)
	h.first = page.Edges(nil, nil, nil, h.can, page.Inset(h.who, 0, 0, look.Space3, 0))
	figures := []fyne.CanvasObject{}
	for i, f := range h.figures {
		if i > 0 {
			figures = append(figures, page.Fill())
		}
		figures = append(figures, f)
	}
	h.strip = page.Row(look.Space2, append(figures, page.Fill(), page.Sized(h.rec, h.rec.MinSize()))...)
	strip := kit.NewPanel("", h.strip)
	h.object = page.Column(0, h.first, page.Inset(strip, 0, look.Space3, 0, look.Space3), h.notice)
	return h
}

// order gives an order to the point; its encoders go with it. The lamp changes when the state
// does.
func (w *Page) order(do func(context.Context, string) error) {
	name := w.name()
	w.head.pending = true
	w.head.showOrders(w.last.orders)
	w.host.Order(func(ctx context.Context) error { return do(ctx, name) }, func(error) {
		w.head.pending = false
		w.head.showOrders(w.last.orders)
	})
}

func (h *head) show(m model) {
	h.name.SetText(m.name)
	h.title.SetText(m.title)
	page.SetHidden(h.title, m.title == "")
	h.lamp.Set(m.lamp, m.word)
	for i, f := range m.figures {
		h.figures[i].SetValue(f.value, f.tone)
	}
	h.showOrders(m.orders)
	page.SetDisabled(h.mark, !m.notable)
	loud := m.problem.Sentence != ""
	if loud {
		h.problem.Set(kit.Notice{Lamp: m.problem.Lamp, Sentence: m.problem.Sentence + " " + m.problem.Action})
	}
	page.SetHidden(h.notice, !loud)
	page.SetHidden(h.rec, !m.recording)
	// Starting a test picture is the next step on a bare point, and there is but one.
	kind := kit.ButtonPrimary
	if m.bare {
		kind = kit.ButtonPlain
	}
	h.start.SetKind(kind)
	page.Relayout(h.first, h.who, h.can, h.strip)
}

// showOrders shows which orders make sense, and that one is being carried out.
func (h *head) showOrders(o orders) {
	page.SetHidden(h.start, !o.start)
	page.SetHidden(h.stop, !o.stop)
	busy := h.pending || o.busy && !o.stop
	page.SetDisabled(h.start, busy)
	if h.pending && o.start {
		h.start.SetText(words.T(textStarting))
		h.start.SetIcon(look.IconHourglass, "")
	} else {
		h.start.SetText(words.T(textStart))
		h.start.SetIcon(look.IconPlay, "")
	}
	page.SetDisabled(h.stop, h.pending)
	stop := look.IconStop
	if h.pending {
		stop = look.IconHourglass
	}
	h.stop.SetIcon(stop, "")
	page.SetDisabled(h.shutDown, !o.shutDown || h.pending)
}

func (w *Page) headControls() []page.Control {
	h := w.head
	all := []page.Control{
		page.ButtonControl("back", h.back),
		{Name: "state", Text: w.last.word, Object: h.lamp},
		page.ButtonControl("settings", h.settings),
		page.ButtonControl("mark", h.mark),
		page.ButtonControl("preview", h.preview),
		w.confirmControl("shut-down", h.shutDown),
	}
	if h.start.Visible() {
		all = append(all, page.ButtonControl("start", h.start))
	}
	if h.stop.Visible() {
		all = append(all, w.confirmControl("stop", h.stop))
	}
	if h.notice.Visible() {
		all = append(all, page.Control{Name: "problem", Text: w.last.problem.Sentence, Object: h.problem})
	}
	return all
}
