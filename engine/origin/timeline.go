package origin

import (
	"context"
	"slices"

	"pubpoint/engine"
	"pubpoint/engine/internal/timeline"
)

// maxNotes is how many notes a timeline has at most; the newest are kept.
const maxNotes = 1000

// Fragments implements engine.Timelines.
func (o *Origin) Fragments(q engine.FragmentQuery) (engine.FragmentMap, error) {
	if err := q.Check(); err != nil {
		return engine.FragmentMap{}, err
	}
	of, err := o.recorded(context.Background(), "read timeline", q.Point, q.Event)
	if err != nil {
		// A point that is there and has nothing is no failure: somebody waits for its first fragment.
		if q.Event == "" && o.points.find(q.Point, liveExt) != nil && engine.KindOf(err) == engine.NotFound {
			return engine.FragmentMap{Notes: o.notes(q, engine.FragmentMap{}, true)}, nil
		}
		return engine.FragmentMap{}, err
	}
	defer of.release()
	m, err := timeline.Map(of.view, q)
	if err != nil {
		return engine.FragmentMap{}, err
	}
	m.Notes = append(m.Notes, o.notes(q, m, q.Event == "" || of.view.Live)...)
	slices.SortStableFunc(m.Notes, func(a, b engine.TimelineNote) int { return a.At.Compare(b.At) })
	m.Notes = m.Notes[max(0, len(m.Notes)-maxNotes):]
	return m, nil
}

// notes are what was marked and what went wrong at a point in a stretch, as far back as the journal
// remembers. Those of an earlier event lie within it.
func (o *Origin) notes(q engine.FragmentQuery, m engine.FragmentMap, newest bool) []engine.TimelineNote {
	return slices.DeleteFunc(o.journal.notes(q.Point, q.From, q.To), func(n engine.TimelineNote) bool {
		within := newest || !n.At.Before(m.From) && !n.At.After(m.To)
		return !within || !q.Covers(n)
	})
}
