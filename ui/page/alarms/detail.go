package alarms

import (
	"image/color"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// detail says all of what was chosen, and what can be done about it.
type detail struct {
	page   *Page
	object fyne.CanvasObject
	text   *kit.Paragraph
	action *kit.Paragraph
	option *kit.LinkRow
	facts  *kit.Text
	room   *canvas.Rectangle // keeps the height of rows the same for all that can be chosen
	rows   *fyne.Container
	bar    *fyne.Container

	ack, ackAll, short, long, unshelve, goTo, copy *kit.Button
	why                                            *page.Field
	reason                                         *fyne.Container // holds why
	busy                                           bool
}

// The room for words about an alarm, and about an event.
const (
	roomAlarm float32 = 104
	roomEvent float32 = 44
)

func newDetail(w *Page) *detail {
	d := &detail{page: w,
		text:   kit.NewParagraph("", look.ToneText, fyne.TextAlignLeading).AtMost(3),
		action: kit.NewParagraph("", look.ToneSoft, fyne.TextAlignLeading).AtMost(2),
		option: kit.NewLinkRow("", kit.LinkConfig{Label: words.T(textOption), LabelWidth: 104, Copy: w.host.Copy, Later: w.host.Later}),
		facts:  kit.NewText(look.Caption, "").Toned(look.ToneFaint).Cutting(kit.CutEnd),
	}
	d.why = page.NewField(words.T(textWhy))
	d.ack = kit.NewButton(kit.ButtonPrimary, words.T(textAck), look.IconCheck, w.Acknowledge)
	d.ackAll = kit.NewButton(kit.ButtonPlain, words.T(textAckAll), "", w.acknowledgeAll)
	d.short = kit.NewButton(kit.ButtonPlain, words.T(textShelveShort), look.IconHourglass, func() { d.shelve(10 * time.Minute) })
	d.long = kit.NewButton(kit.ButtonPlain, words.T(textShelveLong), look.IconHourglass, func() { d.shelve(time.Hour) })
	d.unshelve = kit.NewButton(kit.ButtonPlain, words.T(textUnshelve), look.IconRestart, func() { w.shelve(0, "") })
	d.goTo = kit.NewButton(kit.ButtonPlain, words.T(textGo), look.IconPoint, w.goTo)
	d.copy = kit.NewButton(kit.ButtonPlain, words.T(textCopy), look.IconCopy, w.copyChosen)
	d.reason = page.Sized(d.why, fyne.NewSize(210, 0))
	d.bar = page.Row(look.Space2, d.ack, d.ackAll, d.reason, d.short, d.long, d.unshelve, page.Fill(), d.copy, d.goTo)
	d.room = canvas.NewRectangle(color.Transparent)
	d.rows = page.Column(look.Space1, d.text, d.action, d.option, d.facts)
	d.object = kit.NewPanel("", page.Edges(nil, page.Inset(d.bar, 0, look.Space2, 0, 0), nil, nil, container.NewStack(d.room, d.rows)))
	return d
}

// show says what is chosen now.
func (d *detail) show() {
	w := d.page
	on := w.asked().tab
	a, isAlarm := w.chosenAlarm()
	e, isEvent := w.chosenEvent()
	o, isOrder := w.chosenOrder()
	switch {
	case isAlarm:
		d.say(page.Sentence(a.Text), look.ToneText, page.Sentence(a.Action), a.Option, sourceOf(a)+textFacts(a, w.last.now, time.Local))
	case isEvent:
		d.say(textEvent(e), look.ToneText, "", "", words.F(textEventAt, words.Date(e.At.In(time.Local), "2 Jan 2006 15:04:05"), look.TimeOfDay(e.At.UTC())))
	case isOrder:
		d.say(wholeOrder(o), look.ToneText, "", "", words.F(textOrderAt, o.Who, words.Date(o.At.In(time.Local), "2 Jan 2006 15:04:05"), look.TimeOfDay(o.At.UTC())))
	case !on.ofAlarms():
		d.say(words.T(textPickEvent), look.ToneSoft, "", "", "")
	case on != tabActive:
		d.say(words.T(textPickAny), look.ToneSoft, "", "", "")
	default:
		d.say(words.T(textPick), look.ToneSoft, "", "", "")
	}
	page.SetHidden(d.ack, on != tabActive)
	page.SetHidden(d.ackAll, on != tabActive)
	page.SetHidden(d.reason, on != tabActive)
	page.SetHidden(d.short, on != tabActive)
	page.SetHidden(d.long, on != tabActive)
	page.SetHidden(d.unshelve, on != tabShelved)
	least := fyne.NewSize(0, roomAlarm)
	if !on.ofAlarms() {
		least.Height = roomEvent
	}
	if d.room.MinSize() != least {
		d.room.SetMinSize(least)
		w.content.Refresh()
	}
	d.enable(a, isAlarm, isAlarm || isEvent || isOrder)
	page.Relayout(d.bar, d.rows)
}

func (d *detail) say(text string, tone look.Tone, action, option, facts string) {
	d.text.SetTone(tone)
	d.text.SetText(text)
	d.action.SetText(action)
	d.option.SetText(option)
	d.facts.SetText(facts)
	page.SetHidden(d.action, action == "")
	page.SetHidden(d.option, option == "")
	page.SetHidden(d.facts, facts == "")
}

func sourceOf(a engine.Alarm) string {
	if parts := nonEmpty(a.Point, a.Encoder, a.Stream); len(parts) > 0 {
		return strings.Join(parts, " · ") + " · "
	}
	return ""
}

// enable leaves those buttons in use that would do something.
func (d *detail) enable(a engine.Alarm, alarm, chosen bool) {
	unseen := 0
	for _, other := range d.page.last.alarms {
		if other.Acked.IsZero() {
			unseen++
		}
	}
	target := d.page.target()
	label := words.T(textGo)
	if target != "" {
		label = words.F(textGoTo, target)
	}
	d.goTo.SetText(label)
	page.SetEnabled(d.ack, !d.busy && (alarm && a.Acked.IsZero() || !alarm && unseen > 0))
	page.SetEnabled(d.ackAll, !d.busy && unseen > 0)
	for _, b := range []*kit.Button{d.short, d.long, d.unshelve} {
		page.SetEnabled(b, !d.busy && alarm)
	}
	page.SetEnabled(d.copy, chosen)
	page.SetEnabled(d.goTo, target != "")
}

func (d *detail) setBusy(busy bool) {
	d.busy = busy
	d.show()
}

// shelve asks for a reason first.
func (d *detail) shelve(length time.Duration) {
	why := strings.TrimSpace(d.why.Text)
	if why == "" {
		d.page.host.Report(&engine.Error{Op: "shelve alarm", Kind: engine.BadInput, Text: words.T(textWhyFirst)})
		page.Focus(d.page.content, d.why)
		return
	}
	d.page.shelve(length, why)
}

// copied says that an option is on the clipboard now.
func (d *detail) copied(option string) {
	if d.option.Text() == option && d.option.Visible() {
		d.option.Copied()
	}
}

func (d *detail) controls() []page.Control {
	all := []page.Control{{Name: "alarm-text", Text: d.text.Text(), Object: d.text}}
	if d.action.Visible() {
		all = append(all, page.Control{Name: "alarm-action", Text: d.action.Text(), Object: d.action})
	}
	if d.option.Visible() {
		all = append(all, page.Control{Name: "alarm-option", Text: d.option.Text(), Object: d.option})
	}
	if d.facts.Visible() {
		all = append(all, page.Control{Name: "alarm-facts", Text: d.facts.Text(), Object: d.facts})
	}
	if d.reason.Visible() {
		all = append(all, page.Control{Name: "alarm-why", Text: d.why.Text, Object: d.why})
	}
	for _, b := range []struct {
		name   string
		button *kit.Button
	}{{"alarm-ack", d.ack}, {"alarm-ack-all", d.ackAll}, {"alarm-shelve-10", d.short}, {"alarm-shelve-60", d.long},
		{"alarm-unshelve", d.unshelve}, {"alarm-copy", d.copy}, {"alarm-go", d.goTo}} {
		if b.button.Visible() {
			all = append(all, page.ButtonControl(b.name, b.button))
		}
	}
	return all
}
