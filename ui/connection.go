package ui

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// Remote is an Operator that drives an engine on another machine.
type Remote interface {
	// Connection tells how it is reached; it returns at once.
	Connection() engine.Connection
	// GiveToken takes the token of its admin API, tries it, and keeps it when it is right. It may block.
	GiveToken(ctx context.Context, token string) error
}

// title is what the window is called.
func (o Options) title() string {
	if o.Engine == "" {
		return o.Title
	}
	return o.Engine + " — " + o.Title
}

// longestHeading is how many letters of an engine's name stand in the bar.
const longestHeading = 21

// heading is what stands first in the bar: the engine that is driven.
func (o Options) heading() string {
	if name := []rune(o.Engine); len(name) > longestHeading {
		return string(name[:longestHeading-1]) + "…"
	} else if len(name) > 0 {
		return o.Engine
	}
	return o.Title
}

// linkOf is how the engine is reached when it is elsewhere, else nil. Then everything is shown by its
// clock, which stands still while it does not answer: what is shown was so at that moment.
func (w *Window) linkOf(s *page.Snapshot) *engine.Connection {
	r, ok := w.options.Operator.(Remote)
	if !ok {
		return nil
	}
	c := r.Connection()
	if !c.Now.IsZero() {
		s.Now = c.Now
	}
	return &c
}

// dated takes back what would be claimed of an engine that does not answer.
func (m *frameModel) dated(link *engine.Connection) {
	if link == nil || link.Up {
		return
	}
	m.old, m.worst = true, look.Quiet
	now := link.Now
	if !link.Known.IsZero() {
		now = link.Known.Add(link.Silent) // a clock that stands still would be a lie
	}
	m.local, m.utc = look.TimeOfDay(now.Local()), look.TimeOfDay(now.UTC())
	m.tool.lamp = look.Quiet
	if m.alarm.lamp == look.Good {
		m.alarm = alarmModel{lamp: look.Quiet, word: words.T(farUnknown)}
	}
}

// firstAnswer is how long a first answer may take before it is worth a sentence.
const firstAnswer = 2 * time.Second

// showLink says above every page that the engine does not answer, since when, and why. No page stands
// below it while there has been no answer at all: one that is empty would claim that there is nothing.
func (w *Window) showLink(link *engine.Connection) {
	w.setShown(w.below, link == nil || link.Up || !link.Known.IsZero())
	if w.away = link != nil && !link.Up; !w.away && w.farFails {
		w.report(nil) // why it failed is over
	}
	first := link != nil && link.Known.IsZero() && !link.WantsToken && link.Silent < firstAnswer
	if link == nil || link.Up || first {
		w.farSaid = ""
		w.setShown(w.distance, false)
		return
	}
	sentence := textFar(*link)
	if w.farSaid == sentence && w.distance.Visible() {
		return
	}
	w.farSaid = sentence
	notice := kit.Notice{Lamp: look.Bad, Sentence: sentence}
	if link.WantsToken {
		notice.Action, notice.OnAction = words.T(farToken), w.askToken
	}
	w.far.Set(notice)
	w.setShown(w.distance, true)
}

// textFar says what is wrong with the way to an engine. The time of day is this machine's way to tell
// the engine's clock.
func textFar(c engine.Connection) string {
	why, at := c.Reason, look.TimeOfDay(c.Known.Local())
	switch {
	case c.WantsToken && c.Known.IsZero():
		return why
	case c.WantsToken:
		return words.F(farRefused, at, why)
	case c.Known.IsZero():
		return words.F(farNever, c.Name, why)
	}
	return words.F(farSilent, c.Name, look.Age(max(time.Second, c.Silent)), at, why)
}

// linkControls are those of showLink.
func (w *Window) linkControls() []page.Control {
	if !w.distance.Visible() {
		return nil
	}
	ask, _ := w.far.Buttons()
	return []page.Control{{Name: "engine-away", Text: w.farSaid, Object: w.far}, page.ButtonControl("enter-token", ask)}
}

// askToken asks for the token of the engine's admin API. What is typed is not shown.
func (w *Window) askToken() {
	r, ok := w.options.Operator.(Remote)
	if !ok {
		return
	}
	field := page.NewField(words.T(farHint))
	field.Password = true
	cancel := kit.NewButton(kit.ButtonPlain, words.T(askNo), "", w.closeModal)
	check := kit.NewLamp(kit.LampSmall, look.Quiet, words.T(farSay))
	var use *kit.Button
	give := func() {
		token := field.Text
		page.SetEnabled(use, false)
		w.host().Do(func(ctx context.Context) error { return r.GiveToken(ctx, token) }, func(err error) {
			if err == nil {
				w.closeModal()
				return
			}
			page.SetEnabled(use, true)
			check.Set(look.Bad, engine.Sentence(err))
		})
	}
	use = kit.NewButton(kit.ButtonPrimary, words.T(farUse), "", give)
	field.OnSubmitted = func(string) { give() }
	field.OnEscape = w.closeModal
	w.showModal(page.Modal{
		Title:   words.F(farAsk, w.options.Engine),
		Body:    page.Column(look.Space2, page.Sized(field, fyne.NewSize(440, 0)), check),
		Buttons: []fyne.CanvasObject{cancel, use},
		Focus:   field,
		Controls: func() []page.Control {
			// What is typed is a secret, which a layout file must not tell.
			return []page.Control{{Name: "token-text", Object: field}, page.ButtonControl("token-cancel", cancel), page.ButtonControl("token-give", use)}
		},
	})
}
