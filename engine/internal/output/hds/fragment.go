package hds

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/presentation"
)

// packager is part of every tag. It changes when the same media would give other bytes.
const packager = "h1"

// hold is how long a fragment is waited for: less than the 4 s after which players ask again.
const hold = 3500 * time.Millisecond

// fragment asks for a fragment.
type fragment struct {
	rendition rendition
	number    int64
	writers   *sync.Pool
}

// Class is Media.
func (fragment) Class() output.Class { return output.Media }

// errSoon says that a fragment will be there in a moment.
var errSoon = errors.New("the fragment is about to come")

// Render finds the fragment in the newest view and builds it. One that is about to come is
// waited for. Kinds: Starting before anything can be shown, Never, NotYet, Gone, Broken.
func (f fragment) Render(ctx context.Context, src presentation.Source) (*output.Object, error) {
	v := src.View()
	obj, err := f.render(v)
	if !errors.Is(err, errSoon) {
		return obj, err
	}
	ctx, cancel := context.WithTimeout(ctx, hold)
	defer cancel()
	for errors.Is(err, errSoon) {
		if v, err = src.Wait(ctx, v.Version); err != nil {
			// Too late, too long, or nobody asks any more: all of it is for later.
			return nil, notYet()
		}
		obj, err = f.render(v)
	}
	return obj, err
}

// render builds the fragment from one view.
func (f fragment) render(v *presentation.View) (*output.Object, error) {
	if v == nil {
		return nil, starting()
	}
	p, err := f.rendition.find(v)
	if err != nil {
		return nil, err
	}
	s, err := p.locate(f.number)
	if err != nil {
		return nil, err
	}
	plan, err := p.plan(s)
	if err != nil {
		return nil, err
	}
	return &output.Object{
		Type: "video/f4f", Size: plan.size(), Modified: plan.arrived(), Body: &body{plan: plan, writers: f.writers},
		Tag: fmt.Sprintf("%s-%s-%d-%s", v.Event, f.rendition.path(), s.number, packager),
	}, nil
}

// locate finds a fragment by its number, or says why there is none to give.
func (p *playing) locate(n int64) (step, error) {
	spans := len(p.stream.Spans)
	if spans == 0 {
		if p.view.Live {
			return step{}, starting()
		}
		return step{}, never("The event ended without anything of this stream.")
	}
	i := p.seek(n)
	first, last := p.number(p.startOf(0)), p.number(p.startOf(spans-1))
	switch {
	case n < first || n == first && p.torn():
		return step{}, &output.Error{Kind: output.Gone, Text: fmt.Sprintf(
			"Fragment %d is older than everything that is kept; seek to a later time.", n)}
	case n > last && !p.view.Live:
		return step{}, never(fmt.Sprintf("The stream ended before fragment %d.", n))
	case i < spans && p.number(p.startOf(i)) == n:
		if s := p.stepAt(i); p.over(s) {
			return s, nil
		}
	case i < spans || n < p.number(p.edge()) || !p.view.Live:
		// Nothing began in its four seconds, and nothing will.
		at := p.slot(n)
		return step{number: n, start: at, end: at}, nil
	}
	if n <= max(last+2, p.number(p.edge())+1) {
		return step{}, errSoon
	}
	return step{}, notYet()
}

func notYet() error {
	return &output.Error{Kind: output.NotYet, Text: "The fragment is not there yet; ask again when the bootstrap lists it."}
}
