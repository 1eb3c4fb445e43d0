package ui

import (
	"context"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/words"
)

// Resumer is an Operator that knows which encoders were on air when the program ended the last time
// and waits to be told what to do about them. Calls may block.
type Resumer interface {
	// Unresumed lists them; it returns at once, and nothing once it was decided.
	Unresumed() []engine.EncoderSpec
	// Resume starts them; DeclineResume leaves them stopped.
	Resume(ctx context.Context) error
	DeclineResume(ctx context.Context) error
}

// offerResume shows, above the page, what could go on where the last run ended.
func (w *Window) offerResume(left []engine.EncoderSpec) {
	r, ok := w.options.Operator.(Resumer)
	if !ok || len(left) == 0 || w.deciding {
		w.setShown(w.resume, false)
		return
	}
	names := make([]string, len(left))
	for i, e := range left {
		names[i] = e.ID
	}
	decide := func(work func(context.Context) error) func() {
		return func() {
			w.deciding = true
			w.setShown(w.resume, false)
			w.host().Order(work, func(error) { w.deciding = false })
		}
	}
	sentence := words.N(len(left), resumeOne, resumeMany, look.Count(int64(len(left))), textNames(names))
	if !w.resume.Visible() || w.resumed != sentence {
		w.resumed = sentence
		w.offer.Set(kit.Notice{Lamp: look.Busy, Sentence: sentence,
			Action: words.T(resumeGo), OnAction: decide(r.Resume), Other: words.T(resumeDecline), OnOther: decide(r.DeclineResume)})
		w.setShown(w.resume, true)
	}
}
