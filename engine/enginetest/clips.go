package enginetest

import (
	"cmp"
	"context"
	"io"
	"slices"
	"strings"

	"pubpoint/engine"
)

// SetRecording adds a recording, or replaces the one of the same name.
func (f *Fake) SetRecording(r engine.Recording) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.recordings[r.Name] = r
}

// SetExport makes body what OpenExport gives of a point.
func (f *Fake) SetExport(point, body string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.exports[point] = body
}

// Clip implements engine.Clips. The clip is as long as the range says, or as the event.
func (f *Fake) Clip(ctx context.Context, req engine.ClipRequest) (engine.Clip, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.enter("Clip", req); err != nil {
		return engine.Clip{}, err
	}
	if err := ctx.Err(); err != nil {
		return engine.Clip{}, &engine.Error{Op: "clip", Point: req.Point, Kind: engine.Unavailable, Err: err, Text: "The clip was given up."}
	}
	if !engine.ValidName(req.Name) {
		return engine.Clip{}, &engine.Error{Op: "clip", Point: req.Point, Kind: engine.BadInput,
			Text: "A clip's name is made of letters, digits, '.', '_' and '-'; choose another."}
	}
	p, err := f.recorded(req.Point, req.Range)
	if err != nil {
		return engine.Clip{}, err
	}
	_, isPoint := f.points[req.Name]
	if _, isRecording := f.recordings[req.Name]; isPoint || isRecording {
		return engine.Clip{}, &engine.Error{Op: "clip", Point: req.Name, Kind: engine.Conflict,
			Text: "There is a publishing point or a recording " + req.Name + " already; choose another name."}
	}
	c := engine.Clip{Name: req.Name, URL: f.addresses.Media + "/" + req.Name + ".ism/Manifest", From: req.Range.From.Media, To: p.Event.Duration, Tracks: len(p.Tracks)}
	if req.Range.To.Set {
		c.To = min(c.To, req.Range.To.Media)
	}
	f.recordings[req.Name] = engine.Recording{Name: req.Name, Title: cmp.Or(req.Title, p.Title), State: engine.StateStopped,
		Event: engine.EventStatus{Duration: c.Duration()}, Manifest: c.URL}
	return c, nil
}

// recorded finds the point, or the recording, of a range that has media. The lock is held.
func (f *Fake) recorded(name string, r engine.Range) (engine.PointStatus, error) {
	p, ok := f.points[name]
	if of, is := f.recordings[name]; !ok && is {
		p, ok = engine.PointStatus{Name: name, Title: of.Title, Event: of.Event}, true
	}
	if !ok {
		return p, noPoint("clip", name)
	}
	if r.From.Set && r.To.Set && r.To.Media <= r.From.Media {
		return p, &engine.Error{Op: "clip", Point: name, Kind: engine.BadInput, Text: "The range ends before it begins; turn it around."}
	}
	if p.Event.Duration == 0 || r.From.Media >= p.Event.Duration {
		return p, &engine.Error{Op: "clip", Point: name, Kind: engine.NotFound, Text: "There is no media in this range; choose another."}
	}
	return p, nil
}

// OpenExport implements engine.Clips.
func (f *Fake) OpenExport(_ context.Context, req engine.ExportRequest) (*engine.Export, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.enter("OpenExport", req); err != nil {
		return nil, err
	}
	p, err := f.recorded(req.Point, req.Range)
	if err != nil {
		return nil, err
	}
	body := f.exports[req.Point]
	return &engine.Export{FileName: req.Point[strings.LastIndexByte(req.Point, '/')+1:] + ".mp4", Type: "video/mp4",
		Size: int64(len(body)), From: req.Range.From.Media, To: p.Event.Duration, Body: text(body), Release: func() {}}, nil
}

// text is a body that may be written again and again.
type text string

// WriteTo writes all of t.
func (t text) WriteTo(w io.Writer) (int64, error) {
	n, err := io.WriteString(w, string(t))
	return int64(n), err
}

// DeleteRecording implements engine.Clips.
func (f *Fake) DeleteRecording(_ context.Context, name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.enter("DeleteRecording", name); err != nil {
		return err
	}
	if _, ok := f.recordings[name]; !ok {
		return &engine.Error{Op: "delete recording", Point: name, Kind: engine.NotFound, Text: "There is no recording " + name + "; list the recordings again."}
	}
	delete(f.recordings, name)
	return nil
}

// Recordings implements engine.Clips.
func (f *Fake) Recordings() []engine.Recording {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := make([]engine.Recording, 0, len(f.recordings))
	for _, r := range f.recordings {
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b engine.Recording) int { return cmp.Compare(a.Name, b.Name) })
	return all
}
