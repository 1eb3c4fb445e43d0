package remote

import (
	"bytes"
	"context"
	"image/jpeg"
	"net/http"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"pubpoint/app/api"
	"pubpoint/engine"
)

// picture is a thumbnail and what names it over there.
type picture struct {
	engine.Thumbnail
	tag string
}

// Thumbnail is what a point shows, about a second old. Kinds: NotFound, Unavailable while there is none.
func (e *Engine) Thumbnail(point string) (engine.Thumbnail, error) {
	var last atomic.Pointer[picture]
	e.readings.mu.Lock()
	if one := e.readings.all["picture "+point]; one != nil {
		if p, ok := one.value.(picture); ok {
			last.Store(&p)
		}
	}
	e.readings.mu.Unlock()
	p, err := lookUp(e, "picture "+point, "", time.Second, 0, func(ctx context.Context) (picture, error) {
		return e.fetchPicture(ctx, point, last.Load())
	})
	return p.Thumbnail, err
}

// fetchPicture asks for a picture unless it is the last one still.
func (e *Engine) fetchPicture(ctx context.Context, point string, last *picture) (picture, error) {
	q := question{op: "read picture", method: http.MethodGet, path: []string{"points", point, "thumbnail.jpg"}}
	if last != nil && last.tag != "" {
		q.header = http.Header{"If-None-Match": {last.tag}}
	}
	a, err := e.ask(ctx, q)
	if err != nil {
		return picture{}, err
	}
	var p picture
	if a.status == http.StatusNotModified && last != nil {
		p = *last
	} else {
		size, err := jpeg.DecodeConfig(bytes.NewReader(a.body))
		if err != nil {
			return picture{}, &engine.Error{Op: q.op, Point: point, Kind: engine.Unavailable, Text: "The picture that came is none: " + err.Error() + "."}
		}
		p = picture{engine.Thumbnail{Width: size.Width, Height: size.Height, JPEG: a.body}, a.header.Get("ETag")}
	}
	// Without these it is a picture of an unknown moment.
	if at, err := time.Parse(time.RFC3339Nano, a.header.Get(api.AtHeader)); err == nil {
		p.At = at
	}
	if start, err := strconv.ParseFloat(a.header.Get(api.StartHeader), 64); err == nil {
		p.Start = time.Duration(start * float64(time.Second))
	}
	return p, nil
}

// AudioLevel is how loud a point is. It returns at once; asking has it told with the next snapshots.
func (e *Engine) AudioLevel(point string) (engine.AudioLevel, error) {
	e.look()
	e.mu.Lock()
	defer e.mu.Unlock()
	s := &e.known.snapshot
	if _, there := s.Links[point]; !there {
		return engine.AudioLevel{}, &engine.Error{Op: "read level", Point: point, Kind: engine.NotFound, Text: "There is no publishing point " + point + "."}
	}
	e.known.levels[point] = time.Now()
	l, ok := s.Levels[point]
	if !ok || !e.isUp() {
		return engine.AudioLevel{}, &engine.Error{Op: "read level", Point: point, Kind: engine.Unavailable, Text: "No sound of " + point + " was measured yet."}
	}
	l.Peaks = slices.Clone(l.Peaks)
	return l, nil
}
