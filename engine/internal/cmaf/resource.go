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

// hold is how long a request for the part that comes next is kept waiting: longer than any
// part lasts, shorter than clients wait.
const hold = 10 * time.Second

// Resolve understands requests for headers, segments and parts, for the formats whose
// manifests name them; for everything else it returns output.ErrNoResource.
func Resolve(req output.Request) (output.Resource, error) {
	if !strings.HasPrefix(req.Path, Folder+"/") {
		return nil, output.ErrNoResource
	}
	p, ok := ParsePath(req.Path)
	if !ok {
		return nil, &output.Error{Kind: output.BadRequest,
			Text: "The address names no header, segment or part; use those that the manifest lists."}
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

// Render finds what the path names in the newest view. A part that comes next is waited
// for. Kinds: Starting, Never, NotYet, Gone, Broken.
func (p Path) Render(ctx context.Context, src presentation.Source) (*output.Object, error) {
	v := src.View()
	if v == nil {
		return nil, &output.Error{Kind: output.Starting, Text: "The stream is starting; try again in a second."}
	}
	t, err := p.track(v)
	switch {
	case err != nil:
		return nil, err
	case p.Header != "":
		return p.header(v, t)
	case p.Part >= 0:
		return p.part(ctx, src, v, t)
	}
	if t.Open != nil && v.Live && near(t.Open.Start, p.At) && !p.Key {
		o := p.object(v, t, 0, &Body{size: output.Unknown})
		o.Body = &arriving{ctx: ctx, src: src, path: p, view: v}
		return o, nil
	}
	f, err := output.Locate(v, t, p.At)
	if err != nil {
		return nil, err
	}
	build := Segment
	if p.Key {
		build = KeyFrame
	}
	body, err := build(t, f)
	if err != nil {
		return nil, err
	}
	return p.object(v, t, f.Arrived, body), nil
}

func (p Path) track(v *presentation.View) (*presentation.Track, error) {
	s := v.Stream(p.Stream)
	if s == nil {
		return nil, never("There is no stream of that name; load the manifest again.")
	}
	t := s.Track(p.Bitrate)
	if t == nil || t.Init == nil || t.Header == nil {
		return nil, never(fmt.Sprintf("Stream %s has no track of %d bit/s; load the manifest again.", s.Name, p.Bitrate))
	}
	return t, nil
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
	key := ""
	if p.Key {
		key = "k"
	}
	o := &output.Object{
		Type: mediaType(t), Size: body.Size(), Body: body,
		Tag: fmt.Sprintf("%s-%s-%d-%d-%d%s-%s", v.Event, p.Stream, p.Bitrate, p.At, p.Part, key, packager),
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

// part finds a part, and waits for the one that comes next.
func (p Path) part(ctx context.Context, src presentation.Source, v *presentation.View, t *presentation.Track) (*output.Object, error) {
	ctx, cancel := context.WithTimeout(ctx, hold)
	defer cancel()
	for {
		f := chunked(t, p.At)
		if f != nil {
			if parts := Parts(f, t.Init.Timescale, f != t.Open); p.Part < len(parts) {
				body, err := part(t, f, parts[p.Part])
				if err != nil {
					return nil, err
				}
				return p.object(v, t, parts[p.Part].arrived, body), nil
			}
		}
		if !p.next(v, t) {
			if f != nil && f != t.Open || !v.Live || t.Ended {
				return nil, never(fmt.Sprintf("The segment at %d has no part %d.", p.At, p.Part))
			}
			return nil, notYet()
		}
		newer, err := src.Wait(ctx, v.Version)
		if err != nil {
			return nil, notYet()
		}
		v = newer
		if t, err = p.track(v); err != nil {
			return nil, err
		}
	}
}

// chunked returns the fragment at a time if it came in chunks, complete or not.
func chunked(t *presentation.Track, at engine.Ticks) *presentation.Fragment {
	if t.Open != nil && near(t.Open.Start, at) {
		return t.Open
	}
	if f, ok := t.Find(at); ok && f.Chunks != nil {
		return f
	}
	return nil
}

// next reports whether the part is the one that comes next on its track: of the segment that
// is arriving, or the first of the one behind it.
func (p Path) next(v *presentation.View, t *presentation.Track) bool {
	if !v.Live || t.Ended || t.Open == nil {
		return false
	}
	if near(t.Open.Start, p.At) {
		return p.Part == len(Parts(t.Open, t.Init.Timescale, false))
	}
	return p.Part == 0 && near(t.Open.End(), p.At)
}

func near(a, b engine.Ticks) bool { return a-b <= snap && b-a <= snap }

func never(text string) error { return &output.Error{Kind: output.Never, Text: text} }

func notYet() error {
	return &output.Error{Kind: output.NotYet, Text: "The segment is not there yet; ask again when the manifest lists it."}
}
