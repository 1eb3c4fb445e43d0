package ui

import (
	"context"

	"pubpoint/engine"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// commands lists everything that can be done now: on the page that is shown first, then in the frame,
// then with each alarm, publishing point and encoder.
func (w *Window) commands() []page.Command {
	var all []page.Command
	if c, ok := w.page.(page.Commander); ok {
		all = c.Commands()
	}
	all = append(all, w.frameCommands()...)
	all = append(all, w.alarmCommands()...)
	for _, p := range w.last.Points {
		all = append(all, w.pointCommands(p)...)
	}
	for _, e := range w.last.Encoders {
		all = append(all, w.encoderCommands(e)...)
	}
	return all
}

func (w *Window) frameCommands() []page.Command {
	all := []page.Command{{Name: words.T(cmdNewPoint), Keys: "Ctrl+N", Icon: look.IconPlus, Do: w.NewPoint}}
	for _, p := range w.sections {
		all = append(all, page.Command{Name: words.F(cmdGoTo, words.T(p.name)), Keys: p.keys, Icon: p.icon, Do: func() { w.showSection(p.id) }})
	}
	theme := menuLight
	if w.light {
		theme = menuDark
	}
	return append(all,
		page.Command{Name: words.T(theme), Icon: look.IconSquare, Do: w.toggleTheme},
		page.Command{Name: words.T(menuFullScreen), Keys: "F11", Icon: look.IconWall, Do: w.toggleFullScreen},
		page.Command{Name: words.T(menuShortcuts), Keys: "F1", Icon: look.IconSearch, Do: w.ShowHelp},
		page.Command{Name: words.T(menuQuit), Keys: "Ctrl+Q", Icon: look.IconClose, Do: w.AskClose})
}

func (w *Window) alarmCommands() []page.Command {
	var all []page.Command
	for _, a := range w.last.Alarms {
		if a.Active(w.last.Now) && a.Acked.IsZero() {
			all = append(all, page.Command{Name: words.F(cmdAck, alarmSentence(a)), Icon: look.IconCheck, Do: func() { w.acknowledge(a.ID) }})
		}
	}
	return all
}

func (w *Window) pointCommands(p engine.PointStatus) []page.Command {
	name := p.Name
	_, state := w.stateOf(p)
	all := []page.Command{{Name: words.F(cmdOpen, name), Note: state, Keys: w.keysOf(name), Icon: look.IconPoint, Do: func() { w.ShowPoint(name) }}}
	if page.Open(p) || p.State == engine.StateError {
		all = append(all, page.Command{Name: words.F(cmdStop, name), Icon: look.IconStop, Do: func() { w.askStop(name) }})
	} else {
		all = append(all, page.Command{Name: words.F(cmdStart, name), Icon: look.IconPlay, Do: func() {
			w.order(func(ctx context.Context) error { return w.options.Operator.StartPoint(ctx, name) })
		}})
	}
	all = append(all, page.Command{Name: words.F(cmdPreview, name), Icon: look.IconOpen, Do: func() { w.preview(name) }})
	if p.State == engine.StateStarted {
		all = append(all, page.Command{Name: words.F(cmdNote, name), Icon: look.IconPlus, Do: func() { w.askNote(name) }})
	}
	return all
}

func (w *Window) encoderCommands(e engine.EncoderStatus) []page.Command {
	id := e.Spec.ID
	lamp, state := page.EncoderLamp(e, w.last.Now)
	if lamp == look.Quiet && e.Order == engine.OrderStop {
		return []page.Command{{Name: words.F(cmdStartEncoder, id), Note: state, Icon: look.IconPlay, Do: func() {
			w.order(func(ctx context.Context) error { return w.options.Operator.StartEncoder(ctx, id) })
		}}}
	}
	return []page.Command{
		{Name: words.F(cmdStopEncoder, id), Note: state, Icon: look.IconStop, Do: func() { w.askStopEncoder(e) }},
		{Name: words.F(cmdRestartEncoder, id), Note: state, Icon: look.IconRestart, Do: func() { w.askRestart(e) }},
	}
}

// stateOf is how a point is doing now.
func (w *Window) stateOf(p engine.PointStatus) (look.Lamp, string) {
	c := page.ConditionOf(p, w.last.EncodersOf(p.Name), w.last.Now)
	return c.Lamp, c.Word
}

// keysOf are the keys that open a point, or nothing.
func (w *Window) keysOf(name string) string {
	for i, n := range w.menuNames {
		if n == name {
			return "Ctrl+" + string(rune('1'+i))
		}
	}
	return ""
}

// order carries something out and reports how it went.
func (w *Window) order(work func(context.Context) error) { w.host().Order(work, nil) }

func (w *Window) acknowledge(id string) {
	w.order(func(ctx context.Context) error { return w.options.Operator.AckAlarm(ctx, id) })
}

func (w *Window) askStop(name string) {
	w.ask(words.F(askStopTitle, name), words.T(askStopText), words.T(askStopGo), look.IconStop, func() {
		w.order(func(ctx context.Context) error { return w.options.Operator.StopPoint(ctx, name) })
	})
}

func (w *Window) askStopEncoder(e engine.EncoderStatus) {
	id := e.Spec.ID
	w.ask(words.F(askStopTitle, id), words.F(askEncoderText, e.Spec.Point), words.T(askStopGo), look.IconStop, func() {
		w.order(func(ctx context.Context) error { return w.options.Operator.StopEncoder(ctx, id) })
	})
}

func (w *Window) askRestart(e engine.EncoderStatus) {
	id := e.Spec.ID
	w.ask(words.F(askRestartTitle, id), words.F(askRestartText, e.Spec.Point), words.T(askRestartGo), look.IconRestart, func() {
		w.order(func(ctx context.Context) error { return w.options.Operator.RestartEncoder(ctx, id) })
	})
}
