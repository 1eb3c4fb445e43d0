package wall

import (
	"bytes"
	"image"
	"image/draw"
	"image/jpeg"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/words"
)

// gallery keeps the newest picture and level of each point that can be seen. It belongs to the
// goroutine that prepares.
type gallery struct {
	source Source
	hung   map[string]*exhibit
}

// exhibit is what is kept of one point.
type exhibit struct {
	of      engine.Thumbnail // what picture was decoded from
	picture image.Image
	level   engine.AudioLevel
	why     string // there is no picture; empty when there is one
}

// look asks for the pictures of those points, and forgets those of points that are gone.
func (g *gallery) look(visible map[string]bool, points []engine.PointStatus) {
	there := make(map[string]bool, len(points))
	for _, p := range points {
		there[p.Name] = true
		if visible[p.Name] && shows(p.State) {
			g.renew(p.Name)
		}
	}
	for name := range g.hung {
		if !there[name] {
			delete(g.hung, name)
		}
	}
}

// shows reports whether there is anything to see at a point in that state.
func shows(s engine.State) bool {
	return s == engine.StateStarted || s == engine.StateStopping || s == engine.StateStopped
}

func (g *gallery) renew(point string) {
	e := g.hung[point]
	if e == nil {
		e = &exhibit{}
		g.hung[point] = e
	}
	t, err := g.source.Thumbnail(point)
	switch {
	case err != nil:
		e.of, e.picture, e.why = engine.Thumbnail{}, nil, engine.Sentence(err)
	case e.picture == nil || !t.At.Equal(e.of.At) || t.Start != e.of.Start:
		e.of = t
		if e.picture, err = decode(t.JPEG); err != nil {
			e.why = words.T(textBadPicture)
		} else {
			e.why = ""
		}
	}
	if e.level, err = g.source.AudioLevel(point); err != nil {
		e.level = engine.AudioLevel{} // without sound there are no bars, which says it
	}
}

// decode makes what can be drawn at once, so that nothing is converted while the window is.
func decode(raw []byte) (image.Image, error) {
	img, err := jpeg.Decode(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	out := image.NewRGBA(img.Bounds())
	draw.Draw(out, out.Bounds(), img, img.Bounds().Min, draw.Src)
	return out, nil
}

// How old a picture may be that is shown as what is: after a lost source, and else. Fragments of ten
// seconds and a worker that has many points to renew make it old without anything being wrong.
const (
	freshLost = 5 * time.Second
	freshElse = 25 * time.Second
)

// pictured puts what is kept of a point on its tile.
func (g *gallery) pictured(t *tileModel, p engine.PointStatus, now time.Time) {
	e := g.hung[p.Name]
	if e == nil || !shows(p.State) {
		return
	}
	t.picture, t.peaks = e.picture, e.level.Peaks
	if e.picture == nil && p.State == engine.StateStarted {
		t.hint = e.why
	}
	if p.State != engine.StateStarted {
		t.peaks = nil
		return
	}
	age := now.Sub(e.of.At)
	t.stale = p.SourceLost
	if e.picture == nil || e.of.At.IsZero() {
		return
	}
	if age > freshElse || p.SourceLost && age > freshLost {
		t.stale, t.age = true, textAge(age)
	}
}
