package point

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// encoderCard shows one supervised encoder: both ledgers, and what can be done about it.
type encoderCard struct {
	panel    *kit.Panel
	lamp     *kit.Lamp
	input    *kit.Text
	sentence *kit.Banner
	exit     *kit.Text
	process  *kit.KeyValue
	arrival  *kit.KeyValue
	command  *kit.LinkRow
	start    *kit.Button
	stop     *kit.ConfirmButton
	restart  *kit.ConfirmButton
	remove   *kit.ConfirmButton
	log      *kit.Button
	orders   *fyne.Container
	top      *fyne.Container
	body     *fyne.Container
	pending  bool
}

func (w *Page) newEncoderCard(id string) *encoderCard {
	c := &encoderCard{
		lamp:     kit.NewLamp(kit.LampNormal, look.Quiet, ""),
		input:    kit.NewText(look.Body, "").Toned(look.ToneSoft).Cutting(kit.CutMiddle).Aligned(fyne.TextAlignTrailing),
		sentence: kit.NewBanner(kit.Notice{}),
		exit:     kit.NewText(look.Caption, "").Toned(look.ToneSoft).Cutting(kit.CutEnd),
		process:  kit.NewKeyValue(),
		arrival:  kit.NewKeyValue(),
		command:  kit.NewLinkRow("", kit.LinkConfig{Copy: w.host.Copy, Later: w.host.Later}),
	}
	give := func(do func(context.Context, string) error) func() { return func() { w.orderEncoder(c, id, do) } }
	c.start = kit.NewButton(kit.ButtonPlain, words.T(textEncoderStart), look.IconPlay, give(w.operator.StartEncoder))
	c.stop = kit.NewConfirmButton(kit.ConfirmConfig{Later: w.host.Later, Text: words.T(textEncoderStop), Ask: words.T(textEncoderStopAsk), Do: give(w.operator.StopEncoder)})
	c.restart = kit.NewConfirmButton(kit.ConfirmConfig{Later: w.host.Later, Text: words.T(textRestart), Ask: words.T(textRestartAsk), Do: give(w.operator.RestartEncoder)})
	c.remove = kit.NewConfirmButton(kit.ConfirmConfig{Later: w.host.Later, Text: words.T(textRemove), Ask: words.T(textRemoveAsk), Do: give(w.operator.RemoveEncoder)})
	c.log = kit.NewButton(kit.ButtonQuiet, words.T(textShowLog), look.IconLog, func() { w.chooseLog(id) })
	c.log.Hide()
	caption := func(text string) fyne.CanvasObject { return kit.NewText(look.Caption, text).Toned(look.ToneFaint) }
	ledgers := container.New(layout.NewGridLayoutWithColumns(2),
		page.Inset(page.Column(2, caption(words.T(textProcess)), c.process), 0, 0, look.Space2, 0),
		page.Inset(page.Column(2, caption(words.T(textEngine)), c.arrival), look.Space2, 0, 0, 0))
	c.orders = page.Row(look.Space2, c.start, c.stop, c.restart)
	c.top = page.Edges(nil, nil, c.lamp, nil, page.Inset(c.input, look.Space3, 0, 0, 0))
	c.body = page.Column(look.Space2, c.top,
		c.exit, c.sentence, ledgers, c.command, c.orders)
	c.panel = kit.NewPanel(id, c.body, c.log, page.Inset(c.remove, 0, 0, look.Space2, 0))
	return c
}

// orderEncoder gives an order to one encoder.
func (w *Page) orderEncoder(c *encoderCard, id string, do func(context.Context, string) error) {
	c.pending = true
	c.showOrders(w.cardModel(id))
	w.host.Order(func(ctx context.Context) error { return do(ctx, id) }, func(error) {
		c.pending = false
		c.showOrders(w.cardModel(id))
	})
}

func (w *Page) cardModel(id string) card {
	i := slices.IndexFunc(w.last.cards, func(c card) bool { return c.id == id })
	if i < 0 {
		return card{id: id}
	}
	return w.last.cards[i]
}

func (c *encoderCard) show(m card, several bool) {
	c.lamp.Set(m.lamp, m.word)
	c.input.SetText(m.input)
	c.sentence.Set(kit.Notice{Lamp: m.said, Sentence: m.sentence})
	page.SetHidden(c.sentence, m.sentence == "")
	c.exit.SetText(m.exit)
	page.SetHidden(c.exit, m.exit == "")
	c.process.SetPairs(m.process)
	c.arrival.SetPairs(m.arrival)
	c.command.SetText(m.command)
	page.SetHidden(c.command, m.command == "")
	page.SetHidden(c.log, !several)
	c.showOrders(m)
	page.Relayout(c.top)
}

func (c *encoderCard) showOrders(m card) {
	page.SetHidden(c.start, m.run && !m.failed)
	page.SetHidden(c.stop, !m.run)
	page.SetHidden(c.restart, m.failed)
	page.SetDisabled(c.start, c.pending)
	page.SetDisabled(c.stop, c.pending)
	page.SetDisabled(c.restart, c.pending || !m.run)
	page.SetDisabled(c.remove, c.pending)
	page.Relayout(c.orders)
}

// showCards keeps a card for every encoder and shows the models.
func (w *Page) showCards(m model) {
	ids := make([]string, len(m.cards))
	for i, c := range m.cards {
		ids[i] = c.id
	}
	if !slices.Equal(ids, w.cardIDs) {
		kept := make(map[string]*encoderCard, len(ids))
		w.cardBox.Objects = w.cardBox.Objects[:0]
		for _, id := range ids {
			if kept[id] = w.cards[id]; kept[id] == nil {
				kept[id] = w.newEncoderCard(id)
			}
			w.cardBox.Add(kept[id].panel)
		}
		w.cards, w.cardIDs = kept, ids
	}
	for _, c := range m.cards {
		w.cards[c.id].show(c, len(ids) > 1)
	}
}

func (w *Page) cardControls() []page.Control {
	var all []page.Control
	for _, id := range w.cardIDs {
		c := w.cards[id]
		all = append(all, page.Control{Name: "encoder-" + id, Text: w.cardModel(id).word, Object: c.lamp})
		if c.start.Visible() {
			all = append(all, page.ButtonControl("encoder-start-"+id, c.start))
		}
		if c.stop.Visible() {
			all = append(all, w.confirmControl("encoder-stop-"+id, c.stop))
		}
		if c.restart.Visible() {
			all = append(all, w.confirmControl("encoder-restart-"+id, c.restart))
		}
		all = append(all, w.confirmControl("encoder-remove-"+id, c.remove),
			page.Control{Name: "encoder-command-" + id, Text: c.command.Text(), Object: c.command})
	}
	return all
}

// testPicture is the encoder that a bare point is offered.
func testPicture(point string) engine.EncoderSpec {
	return engine.EncoderSpec{Point: point, Input: engine.EncoderInput{Kind: engine.InputTestPattern},
		Video: engine.DemoLadder(), AudioBitrate: 64_000}
}
