package control

import (
	"context"
	"errors"
	"slices"
	"strings"

	"pubpoint/engine"
)

// ResumePolicy says what happens to the encoders that were ordered to run when the program
// ended, or was killed.
type ResumePolicy string

// The policies.
const (
	ResumeAlways ResumePolicy = "always" // Restore starts them; the zero value means this
	ResumeAsk    ResumePolicy = "ask"    // they wait in Unresumed for Resume or DeclineResume
	ResumeNever  ResumePolicy = "never"  // Restore orders them to stop
)

// Unresumed returns the encoders that were ordered to run at the last end and wait for the
// operator, ordered by id. One that was given an order since is no longer among them.
func (d *Desk) Unresumed() []engine.EncoderSpec {
	var all []engine.EncoderSpec
	encoders := d.engine.Encoders()
	d.waiting.Lock()
	defer d.waiting.Unlock()
	for _, e := range encoders {
		if d.unresumed[e.Spec.ID] && e.Order != engine.OrderRun {
			all = append(all, e.Spec)
		}
	}
	return all
}

// Resume starts every encoder that waits. One that cannot be started hinders no other and
// waits on; the error joins the sentences of all. Kinds as StartEncoder.
func (d *Desk) Resume(ctx context.Context) error {
	return d.decide(ctx, d.StartEncoder)
}

// DeclineResume orders every encoder that waits to stop, so that nobody asks again. Kind: Storage.
func (d *Desk) DeclineResume(ctx context.Context) error {
	return d.decide(ctx, d.StopEncoder)
}

func (d *Desk) decide(ctx context.Context, give func(context.Context, string) error) error {
	var errs []error
	for _, spec := range d.Unresumed() {
		err := give(ctx, spec.ID)
		if err == nil || engine.KindOf(err) == engine.NotFound {
			d.decided(spec.ID)
			continue
		}
		errs = append(errs, &engine.Error{Op: "resume", Point: spec.Point, Kind: engine.KindOf(err), Err: err,
			Text: "Encoder " + spec.ID + ": " + engine.Sentence(err)})
	}
	return joined(errs)
}

// decided notes that an encoder waits no longer.
func (d *Desk) decided(id string) {
	d.waiting.Lock()
	defer d.waiting.Unlock()
	delete(d.unresumed, id)
}

// waits notes that an encoder waits for the operator's word.
func (d *Desk) waits(id string) {
	d.waiting.Lock()
	defer d.waiting.Unlock()
	d.unresumed[id] = true
}

// joined is several errors as one whose sentence holds all of theirs; its kind is the first one's.
func joined(errs []error) error {
	if len(errs) < 2 {
		return errors.Join(errs...)
	}
	var text []string
	for _, err := range errs {
		if s := engine.Sentence(err); !slices.Contains(text, s) {
			text = append(text, s)
		}
	}
	return &engine.Error{Op: "resume", Kind: engine.KindOf(errs[0]), Text: strings.Join(text, " "), Err: errors.Join(errs...)}
}
