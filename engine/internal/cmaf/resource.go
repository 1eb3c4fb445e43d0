package cmaf

import (
	"context"
	"fmt"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/presentation"
)

// packager is part of every tag. It changes when the same media would give other bytes.
const packager = "c1"

// snap is how far, in ticks, a time may be off and still mean a fragment's end, as
// presentation.Track.Find has it for starts.
const snap = 8

// hold is how long a request for the chunk that comes next is kept waiting: longer than any
// chunk lasts, shorter than clients wait.
const hold = 10 * time.Second

// Resolve understands requests for headers, segments and chunks, for the formats whose
// manifests name them; for everything else it returns output.ErrNoResource.
func Resolve(req output.Request) (output.Resource, error) {
	if !strings.HasPrefix(req.Path, Folder+"/") {
		return nil, output.ErrNoResource
	}
	p, ok := ParsePath(req.Path)
	if !ok {
		return nil, &output.Error{Kind: output.BadRequest,
			Text: "The address names no header, segment or chunk; use those that the manifest lists."}
	}
	return p, nil
}

// Class is Init or Media.
func (p Path) Class() output.Class {
	if p.Header != "" {
		return output.Init
	}
	return output.Media
}

// Render finds what the path names in the newest view. A chunk that comes next is waited
// for. Kinds: Starting, Never, NotYet, Gone, Broken.
func (p Path) Render(ctx context.Context, src presentation.Source) (*output.Object, error) {
	v := src.View()
	if v == nil {
		return nil, &output.Error{Kind: output.Starting, Text: "The stream is starting; try again in a second."}
	}
	s, t, err := p.track(v)
	switch {
	case err != nil:
		return nil, err
	case p.Header != "":
		return p.header(v, t)
	case p.Chunk >= 0:
		return p.chunk(ctx, src, v, t)
	}
	f, err := locate(v, s, t, p.At)
	if err != nil {
		return nil, err
	}
	body, err := Segment(t, f)
	if err != nil {
		return nil, err
	}
	return p.object(v, t, f.Arrived, body), nil
}

func (p Path) track(v *presentation.View) (*presentation.Stream, *presentation.Track, error) {
	s := v.Stream(p.Stream)
	if s == nil {
		return nil, nil, never("There is no stream of that name; load the manifest again.")
	}
	t := s.Track(p.Bitrate)
	if t == nil || t.Init == nil || t.Header == nil {
		return nil, nil, never(fmt.Sprintf("Stream %s has no track of %d bit/s; load the manifest again.", s.Name, p.Bitrate))
	}
	return s, t, nil
}

func (p Path) header(v *presentation.View, t *presentation.Track) (*output.Object, error) {
	if p.Header != HeaderName(v.Event) {
		return nil, never("That header is of another event; load the manifest again.")
	}
	b, err := Header(t.Init)
	if err != nil {
		return nil, &output.Error{Kind: output.Broken, Text: "The header of the track cannot be made; see the server's log.", Err: err}
	}
	return &output.Object{
		Type: mediaType(t), Size: int64(len(b)), Modified: v.ZeroTime, Body: output.Bytes(b),
		Tag: fmt.Sprintf("%s-%s-%d-%s", p.Header, p.Stream, p.Bitrate, packager),
	}, nil
}

func (p Path) object(v *presentation.View, t *presentation.Track, arrived int64, body *Body) *output.Object {
	o := &output.Object{
		Type: mediaType(t), Size: body.Size(), Body: body,
		Tag: fmt.Sprintf("%s-%s-%d-%d-%d-%s", v.Event, p.Stream, p.Bitrate, p.At, p.Chunk, packager),
	}
	if arrived != 0 {
		o.Modified = time.Unix(0, arrived)
	}
	return o
}

func mediaType(t *presentation.Track) string {
	switch engine.MediaType(t.Init.Type) {
	case engine.Video:
		return "video/mp4"
	case engine.Audio:
		return "audio/mp4"
	}
	return "application/mp4"
}

// locate returns the track's fragment at a time, or why there is none to give.
func locate(v *presentation.View, s *presentation.Stream, t *presentation.Track, at engine.Ticks) (*presentation.Fragment, error) {
	if f, ok := t.Find(at); ok {
		return f, nil
	}
	n := len(t.Fragments)
	switch {
	case n > 0 && at < t.Fragments[0].Start:
		return nil, &output.Error{Kind: output.Gone, Text: fmt.Sprintf(
			"The segment at %d is older than everything that is kept; seek to a later time.", at)}
	case n > 0 && at < t.Fragments[n-1].End()-snap:
		return nil, never(fmt.Sprintf("No segment begins at %d; use the times that the manifest lists.", at))
	case v.Live && !t.Ended:
		return nil, notYet()
	}
	return nil, never(fmt.Sprintf("Stream %s ended before %d.", s.Name, at))
}

// chunk finds a chunk, and waits for the one that comes next.
func (p Path) chunk(ctx context.Context, src presentation.Source, v *presentation.View, t *presentation.Track) (*output.Object, error) {
	ctx, cancel := context.WithTimeout(ctx, hold)
	defer cancel()
	for {
		f := chunked(t, p.At)
		if f != nil && p.Chunk < len(f.Chunks) {
			body, err := Chunk(t, f, p.Chunk)
			if err != nil {
				return nil, err
			}
			return p.object(v, t, f.Chunks[p.Chunk].Arrived, body), nil
		}
		if !p.next(v, t) {
			if f != nil && f != t.Open || !v.Live || t.Ended {
				return nil, never(fmt.Sprintf("The segment at %d has no chunk %d.", p.At, p.Chunk))
			}
			return nil, notYet()
		}
		newer, err := src.Wait(ctx, v.Version)
		if err != nil {
			return nil, notYet()
		}
		v = newer
		if _, t, err = p.track(v); err != nil {
			return nil, err
		}
	}
}

// chunked returns the fragment at a time if it came in chunks, complete or not.
func chunked(t *presentation.Track, at engine.Ticks) *presentation.Fragment {
	if t.Open != nil && near(t.Open.Start, at) {
		return t.Open
	}
	if f, ok := t.Find(at); ok && len(f.Chunks) > 0 {
		return f
	}
	return nil
}

// next reports whether the chunk is the one that comes next on its track: of the segment that
// is arriving, or the first of the one behind it.
func (p Path) next(v *presentation.View, t *presentation.Track) bool {
	if !v.Live || t.Ended || t.Open == nil {
		return false
	}
	return near(t.Open.Start, p.At) && p.Chunk == len(t.Open.Chunks) || p.Chunk == 0 && near(t.Open.End(), p.At)
}

func near(a, b engine.Ticks) bool { return a-b <= snap && b-a <= snap }

func never(text string) error { return &output.Error{Kind: output.Never, Text: text} }

func notYet() error {
	return &output.Error{Kind: output.NotYet, Text: "The segment is not there yet; ask again when the manifest lists it."}
}
