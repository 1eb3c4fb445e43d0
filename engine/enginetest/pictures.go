package enginetest

import (
	"context"
	"slices"

	"pubpoint/engine"
)

// SetThumbnail sets what a point shows.
func (f *Fake) SetThumbnail(point string, t engine.Thumbnail) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.thumbnails[point] = t
}

// SetAudioLevel sets how loud a point is.
func (f *Fake) SetAudioLevel(point string, l engine.AudioLevel) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.levels[point] = l
}

// Thumbnail implements engine.Pictures.
func (f *Fake) Thumbnail(point string) (engine.Thumbnail, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !slices.Contains(f.looked, point) {
		f.looked = append(f.looked, point)
	}
	if err := f.pictured("Thumbnail", point); err != nil {
		return engine.Thumbnail{}, err
	}
	t, ok := f.thumbnails[point]
	if !ok {
		return t, &engine.Error{Op: "thumbnail", Point: point, Kind: engine.Unavailable, Text: "Nothing is on air at " + point + "."}
	}
	return t, nil
}

// Asked are the points whose pictures were asked for, in the order of the first time.
func (f *Fake) Asked() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.looked)
}

// AudioLevel implements engine.Pictures.
func (f *Fake) AudioLevel(point string) (engine.AudioLevel, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.pictured("AudioLevel", point); err != nil {
		return engine.AudioLevel{}, err
	}
	l, ok := f.levels[point]
	if !ok {
		return l, &engine.Error{Op: "audio level", Point: point, Kind: engine.Unavailable, Text: "Nothing is heard at " + point + "."}
	}
	return l, nil
}

// pictured returns why a point has no picture at all. The lock is held.
func (f *Fake) pictured(method, point string) error {
	if err := f.refuse(method); err != nil {
		return err
	}
	if _, ok := f.points[point]; !ok {
		return noPoint(method, point)
	}
	return nil
}

// SetFragments sets what the timeline of a point holds. Marks without At and Low get them.
func (f *Fake) SetFragments(point string, m engine.FragmentMap) {
	f.mu.Lock()
	defer f.mu.Unlock()
	m.Lanes = slices.Clone(m.Lanes)
	for i := range m.Lanes {
		marks := slices.Clone(m.Lanes[i].Marks)
		for j := range marks {
			if marks[j].At.IsZero() {
				marks[j].At = m.Zero.Add(marks[j].Start)
			}
			if marks[j].Low == 0 {
				marks[j].Low = int(marks[j].Rate())
			}
		}
		m.Lanes[i].Marks = marks
	}
	f.fragments[point] = m
}

// Fragments implements engine.Timelines. It gives those marks that lie in the range, as they were
// set: nothing is joined. Every event of a point has the same.
func (f *Fake) Fragments(q engine.FragmentQuery) (engine.FragmentMap, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.pictured("Fragments", q.Point); err != nil {
		return engine.FragmentMap{}, err
	}
	if err := q.Check(); err != nil {
		return engine.FragmentMap{}, err
	}
	if q.Event != "" && q.Event != f.fragments[q.Point].Event && !slices.ContainsFunc(f.archives[q.Point], func(e engine.ArchivedEvent) bool { return e.ID == q.Event }) {
		return engine.FragmentMap{}, &engine.Error{Op: "read timeline", Point: q.Point, Kind: engine.NotFound, Text: "The publishing point " + q.Point + " has no event " + q.Event + "."}
	}
	m := f.fragments[q.Point]
	m.Lanes = slices.Clone(m.Lanes)
	for i := range m.Lanes {
		m.Lanes[i].Marks = slices.DeleteFunc(slices.Clone(m.Lanes[i].Marks), func(k engine.FragmentMark) bool {
			return !q.From.IsZero() && !k.At.Add(k.Length).After(q.From) || !q.To.IsZero() && !k.At.Before(q.To)
		})
	}
	m.Notes = slices.DeleteFunc(slices.Clone(m.Notes), func(n engine.TimelineNote) bool { return !q.Covers(n) })
	return m, nil
}

// AddNote implements engine.Timelines.
func (f *Fake) AddNote(_ context.Context, point, text string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.enter("AddNote", point, text); err != nil {
		return err
	}
	if _, ok := f.points[point]; !ok {
		return noPoint("add note", point)
	}
	if len([]rune(text)) > 200 {
		return &engine.Error{Op: "add note", Point: point, Kind: engine.BadInput, Text: "A note has 200 letters at most; shorten it."}
	}
	m := f.fragments[point]
	m.Notes = append(slices.Clone(m.Notes), engine.TimelineNote{At: f.now(), Kind: engine.NoteOperator, Severity: engine.Info, Text: text})
	f.fragments[point] = m
	f.hub.emit(engine.Event{Point: point, Text: text, Note: true}, f.now())
	return nil
}

// SetSystem sets the answer of System.
func (f *Fake) SetSystem(s engine.SystemStatus) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.system = s
}

// System implements engine.System.
func (f *Fake) System() engine.SystemStatus {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.system
}
