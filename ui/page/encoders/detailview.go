package encoders

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/page/encoderform"
	"pubpoint/ui/words"
)

// detailView shows one encoder whole, with the orders for it.
type detailView struct {
	page    *Page
	last    detail
	pending map[string]bool // encoders to which an order was given that has not been answered
	edit    bool            // the form shall open once the chosen encoder is known

	panel   *kit.Panel
	lamp    *kit.Lamp
	about   *kit.Text
	problem *kit.Banner
	exit    *kit.Text
	process *kit.KeyValue
	arrival *kit.KeyValue
	parts   *kit.DataTable
	partBox *fyne.Container
	command *page.CodeBox
	log     *logTail
	trial   *encoderform.Trial
	body    *fyne.Container
	left    *container.Scroll // what is known, beside command and log

	start   *kit.Button
	stop    *kit.Button        // while nothing is on air by it
	stopAsk *kit.ConfirmButton // while something is
	restart *kit.ConfirmButton
	change  *kit.Button
	copy    *kit.Button
	remove  *kit.ConfirmButton
	open    *kit.Button
	orders  *fyne.Container
}

const (
	commandHeight float32 = 62
	leftShare     float32 = 0.435
)

func (w *Page) newDetailView() *detailView {
	v := &detailView{page: w, pending: map[string]bool{}, lamp: kit.NewLamp(kit.LampNormal, look.Quiet, look.Unknown), problem: kit.NewBanner(kit.Notice{}),
		about: kit.NewText(look.Body, "").Toned(look.ToneSoft).Cutting(kit.CutEnd), exit: kit.NewText(look.Caption, "").Toned(look.ToneSoft).Cutting(kit.CutEnd),
		process: kit.NewKeyValue(), arrival: kit.NewKeyValue(), parts: kit.NewDataTable(partColumns()...), command: page.NewCodeBox(w.host.Copy), log: newLogTail(w.host)}
	v.buildOrders()
	v.parts.OnSelect = func(row int) { v.command.SetText(v.commandOf(row)) }
	caption := func(s string) fyne.CanvasObject { return kit.NewText(look.Caption, words.T(s)).Toned(look.ToneFaint) }
	v.partBox = page.Column(2, caption(textProcesses), v.parts)
	ledgers := container.New(layout.NewGridLayoutWithColumns(2),
		page.Inset(page.Column(2, caption(textProcess), v.process), 0, 0, look.Space3, 0),
		page.Inset(page.Column(2, caption(textEngine), v.arrival), look.Space3, 0, 0, 0))
	v.left = container.NewVScroll(page.Inset(page.Column(look.Space2, ledgers, v.partBox), 0, 0, look.Space4, 0))
	left := page.Inset(v.left, 0, 0, look.Space2, 0)
	right := page.Edges(page.Inset(page.Sized(v.command, fyne.NewSize(0, commandHeight)), 0, 0, 0, look.Space2), nil, nil, nil, v.log.object)
	top := page.Column(look.Space2, page.Edges(nil, nil, page.Inset(v.lamp, 0, 0, look.Space4, 0), nil, page.Edges(nil, nil, nil, nil, v.about)), v.exit, v.problem, v.trial.Object())
	v.body = page.Edges(page.Inset(top, 0, 0, 0, look.Space2), nil, nil, nil, container.New(sides{}, left, right))
	v.panel = kit.NewPanel("", v.body, v.orders)
	return v
}

// sides sets two objects side by side, the left one with its share.
type sides struct{}

// MinSize is for Fyne.
func (sides) MinSize(o []fyne.CanvasObject) fyne.Size {
	a, b := o[0].MinSize(), o[1].MinSize()
	return fyne.NewSize(a.Width+b.Width, max(a.Height, b.Height))
}

// Layout is for Fyne.
func (sides) Layout(o []fyne.CanvasObject, size fyne.Size) {
	left := size.Width * leftShare
	o[0].Move(fyne.NewPos(0, 0))
	o[0].Resize(fyne.NewSize(left, size.Height))
	o[1].Move(fyne.NewPos(left, 0))
	o[1].Resize(fyne.NewSize(size.Width-left, size.Height))
}

func (v *detailView) buildOrders() {
	w := v.page
	give := func(do func(context.Context, string) error) func() { return func() { v.order(do) } }
	asking := func(text, ask string, icon look.IconName, do func(context.Context, string) error) *kit.ConfirmButton {
		return kit.NewConfirmButton(kit.ConfirmConfig{Later: w.host.Later, Text: words.T(text), Ask: words.T(ask), Icon: icon, Do: give(do)})
	}
	v.start = kit.NewButton(kit.ButtonPlain, words.T(textStart), look.IconPlay, give(w.operator.StartEncoder))
	v.stop = kit.NewButton(kit.ButtonPlain, words.T(textStop), look.IconStop, give(w.operator.StopEncoder))
	v.stopAsk = asking(textStop, textStopAsk, look.IconStop, w.operator.StopEncoder)
	v.restart = asking(textRestart, textRestartAsk, look.IconRestart, w.operator.RestartEncoder)
	v.remove = asking(textDelete, textDeleteAsk, look.IconTrash, w.operator.RemoveEncoder)
	v.change = kit.NewButton(kit.ButtonPlain, words.T(textEdit), "", func() { w.Edit(v.last.id) })
	v.copy = kit.NewButton(kit.ButtonPlain, words.T(textDuplicate), look.IconCopy, w.duplicate)
	v.open = kit.NewButton(kit.ButtonQuiet, words.T(textOpenPoint), look.IconPoint, func() { w.host.ShowPoint(v.last.spec.Point) })
	v.trial = encoderform.NewTrial(w.host, w.operator, "encoder-test", func() (engine.EncoderSpec, bool) { return v.last.spec, v.last.id != "" }, func() {
		if v.body != nil {
			v.body.Refresh()
		}
	})
	v.orders = page.Row(look.Space2, v.open, v.start, v.stop, v.stopAsk, v.restart, v.trial.Button, v.change, v.copy, v.remove)
}

// order gives an order to the chosen encoder. The lamp changes when the state does.
func (v *detailView) order(do func(context.Context, string) error) {
	id := v.last.id
	v.pending[id] = true
	v.showOrders()
	v.page.host.Order(func(ctx context.Context) error { return do(ctx, id) }, func(error) {
		delete(v.pending, id)
		v.showOrders()
	})
}

// turnTo shows another encoder: a question or a test of one is not that of another.
func (v *detailView) turnTo(id string) {
	for _, b := range []*kit.ConfirmButton{v.stopAsk, v.restart, v.remove} {
		b.Reset()
	}
	v.edit = false
	v.trial.Reset()
	v.parts.Select(-1)
	v.log.turnTo(id)
}

func (v *detailView) commandOf(row int) string {
	if row >= 0 && row < len(v.last.partLines) {
		return v.last.partLines[row]
	}
	return v.last.command
}

func (v *detailView) show(m model) {
	d := m.detail
	v.last = d
	v.panel.SetTitle(d.id)
	v.lamp.Set(d.lamp, d.word)
	v.about.SetText(d.about)
	v.exit.SetText(d.exit)
	page.SetHidden(v.exit, d.exit == "")
	sentence := d.problem.Sentence
	if d.problem.Action != "" {
		sentence += " " + d.problem.Action
	}
	v.problem.Set(kit.Notice{Lamp: d.problem.Lamp, Sentence: sentence})
	page.SetHidden(v.problem, sentence == "")
	v.process.SetPairs(d.process)
	v.arrival.SetPairs(d.arrival)
	v.parts.SetRows(d.parts)
	page.SetHidden(v.partBox, len(d.parts) == 0)
	v.command.SetText(v.commandOf(v.parts.Selected()))
	v.log.add(m.lines)
	v.showOrders()
	v.panel.Refresh()
	v.body.Refresh()
	v.left.Refresh()
	if v.edit && d.id == m.ask.id {
		v.edit = false
		v.page.Edit(d.id)
	}
}

// showOrders shows which orders make sense.
func (v *detailView) showOrders() {
	d := v.last
	runs := d.run && !d.failed
	page.SetHidden(v.start, runs)
	page.SetHidden(v.stop, !d.run || d.onAir)
	page.SetHidden(v.stopAsk, !d.run || !d.onAir)
	page.SetHidden(v.restart, !runs)
	busy := v.pending[d.id] || d.id == ""
	for _, b := range []fyne.Disableable{v.start, v.stop, v.stopAsk, v.restart, v.remove, v.change, v.copy, v.trial.Button, v.open} {
		page.SetDisabled(b, busy)
	}
	page.Relayout(v.orders)
	v.panel.Refresh()
}

func (v *detailView) controls() []page.Control {
	d := v.last
	all := []page.Control{{Name: "encoder-state", Text: d.word, Object: v.lamp}, {Name: "encoder-name", Text: d.id, Object: v.panel}}
	for _, b := range []struct {
		name   string
		button *kit.Button
		object fyne.CanvasObject
	}{{"encoder-open-point", v.open, v.open}, {"encoder-start", v.start, v.start}, {"encoder-stop", v.stop, v.stop}, {"encoder-stop", &v.stopAsk.Button, v.stopAsk},
		{"encoder-restart", &v.restart.Button, v.restart}, {"encoder-edit", v.change, v.change}, {"encoder-duplicate", v.copy, v.copy}, {"encoder-delete", &v.remove.Button, v.remove}} {
		if b.object.Visible() {
			all = append(all, page.Control{Name: b.name, Text: b.button.Text(), Object: b.object, Disabled: b.button.Disabled()})
		}
	}
	all = append(all, v.trial.Controls()...)
	if d.problem.Sentence != "" {
		all = append(all, page.Control{Name: "encoder-problem", Text: d.problem.Sentence + " " + d.problem.Action, Object: v.problem})
	}
	if d.exit != "" {
		all = append(all, page.Control{Name: "encoder-exit", Text: d.exit, Object: v.exit})
	}
	all = append(all, page.Control{Name: "encoder-command", Text: v.command.Text(), Object: v.command},
		page.Control{Name: "encoder-process", Text: pairsText(d.process), Object: v.process}, page.Control{Name: "encoder-arrival", Text: pairsText(d.arrival), Object: v.arrival})
	if len(d.parts) > 0 {
		all = append(all, page.Control{Name: "encoder-processes", Text: d.parts[0][0].Text, Object: v.parts})
	}
	return append(all, v.log.controls()...)
}

// pairsText is a ledger in one line, for tests from outside.
func pairsText(pairs []kit.Pair) string {
	text := ""
	for _, p := range pairs {
		text += p.Key + " " + p.Value + "; "
	}
	return text
}
