package origin

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/clip"
	"pubpoint/engine/internal/point"
	"pubpoint/engine/internal/presentation"
	"pubpoint/engine/internal/progressive"
)

// Clip implements engine.Clips.
func (o *Origin) Clip(ctx context.Context, req engine.ClipRequest) (engine.Clip, error) {
	began := time.Now()
	c, err := o.clip(ctx, req)
	if err != nil {
		return engine.Clip{}, err
	}
	c.Took = time.Since(began)
	o.journal.add(engine.Event{Severity: engine.Info, Point: req.Point, Text: "A clip has been cut: " + req.Name + "."})
	return c, nil
}

func (o *Origin) clip(ctx context.Context, req engine.ClipRequest) (engine.Clip, error) {
	const op = "clip"
	if !engine.ValidName(req.Name) {
		return engine.Clip{}, &engine.Error{Op: op, Point: req.Point, Kind: engine.BadInput,
			Text: "A clip's name may have letters, digits, '.', '_' and '-' only, must begin with a letter or digit and have at most 64 characters; choose another."}
	}
	of, err := o.recorded(ctx, op, req.Point, req.Event)
	if err != nil {
		return engine.Clip{}, err
	}
	defer of.release()
	if o.points.taken(req.Name) {
		return engine.Clip{}, nameTaken(req.Name)
	}
	now := time.Now()
	cut, err := clip.Select(of.view, req.Range, now.UTC().Format("20060102T150405.000Z"))
	if err != nil {
		return engine.Clip{}, err
	}
	base := path.Base(req.Name)
	players, err := o.points.render(cut)
	if err != nil {
		return engine.Clip{}, &engine.Error{Op: op, Point: req.Point, Kind: engine.Internal, Err: err}
	}
	temp := clip.TempPrefix + rand.Text()
	size, err := clip.NewWriter(o.root).Write(ctx, temp, cut,
		clip.File{Name: base + ".ismc", Data: players},
		clip.File{Name: base + ".ism", Data: point.FinishedManifest(cut, base, cmp.Or(req.Title, of.title), of.view.Event, now, players)})
	if err != nil {
		return engine.Clip{}, err
	}
	if err := o.points.limitLike(temp, of.said); err != nil {
		return engine.Clip{}, errors.Join(err, o.root.RemoveAll(temp))
	}
	if err := o.points.adopt(temp, req.Name); err != nil {
		return engine.Clip{}, errors.Join(err, o.root.RemoveAll(temp))
	}
	return o.clipped(req.Name, cut, size), nil
}

// clipped tells of a clip that is served.
func (o *Origin) clipped(name string, cut *presentation.View, size int64) engine.Clip {
	c := engine.Clip{Name: name, URL: o.recordingURL(name), Bytes: size}
	c.From, c.To = clip.Extent(cut)
	if !cut.ZeroTime.IsZero() {
		c.Began = cut.ZeroTime.Add(c.From)
	}
	for _, s := range cut.Streams {
		c.Tracks += len(s.Tracks)
		for _, t := range s.Tracks {
			c.Fragments += len(t.Fragments)
		}
	}
	return c
}

func nameTaken(name string) error {
	return &engine.Error{Op: "clip", Point: name, Kind: engine.Conflict, Text: "There is a publishing point or a recording " + name + " already; choose another name."}
}

// recording is what somebody reads of an event.
type recording struct {
	view    *presentation.View
	title   string
	release func() // when it is not read any more
	said    *reading
}

// recorded finds what a point, or a directory of finished files, has of an event.
func (o *Origin) recorded(ctx context.Context, op, name, event string) (recording, error) {
	e := o.points.find(name, liveExt)
	if e == nil {
		e = o.points.find(name, vodExt)
	}
	if e == nil {
		return recording{}, noPoint(op, name)
	}
	v := e.Source().View()
	if event != "" && (v == nil || event != v.Event) {
		ref, err := (recordings{o.points}).Event(ctx, name, event)
		if err != nil {
			return recording{}, err
		}
		return recording{view: ref.Source.View(), title: e.Status().Title, release: ref.Release, said: e.said.Load()}, nil
	}
	if v == nil {
		return recording{}, &engine.Error{Op: op, Point: name, Kind: engine.NotFound, Text: "The publishing point " + name + " has nothing recorded; put it on air first."}
	}
	return recording{view: v, title: e.Status().Title, release: func() {}, said: e.said.Load()}, nil
}

// OpenExport implements engine.Clips.
func (o *Origin) OpenExport(ctx context.Context, req engine.ExportRequest) (*engine.Export, error) {
	of, err := o.recorded(ctx, "export", req.Point, req.Event)
	if err != nil {
		return nil, err
	}
	file, err := export(ctx, of.view, req)
	if err != nil {
		of.release()
		return nil, err
	}
	x := &engine.Export{Type: "video/mp4", Size: file.Size(), From: file.From(), To: file.To(), Body: file, Release: of.release}
	stamp := fmt.Sprintf("%.3fs", x.From.Seconds())
	if !of.view.ZeroTime.IsZero() {
		stamp = of.view.ZeroTime.Add(x.From).UTC().Format("20060102T150405Z")
	}
	x.FileName = path.Base(req.Point) + "-" + stamp + ".mp4"
	return x, nil
}

func export(ctx context.Context, v *presentation.View, req engine.ExportRequest) (*progressive.File, error) {
	cut, err := clip.Select(v, req.Range, v.Event)
	if err != nil {
		return nil, err
	}
	tracks, err := progressive.Choose(cut, req)
	if err != nil {
		return nil, err
	}
	return progressive.Open(ctx, tracks)
}

// Recordings implements engine.Clips.
func (o *Origin) Recordings() []engine.Recording {
	var all []engine.Recording
	for _, e := range o.points.all() {
		if !e.ReadOnly() {
			continue
		}
		st := e.Status()
		all = append(all, engine.Recording{Name: e.Name(), Title: st.Title, State: st.State, Reason: st.Reason,
			Event: st.Event, Bytes: st.Archive.Bytes, Manifest: o.recordingURL(e.Name())})
	}
	return all
}

func (o *Origin) recordingURL(name string) string {
	return o.Addresses().Media + "/" + name + vodExt + "/Manifest"
}

// taken reports whether there is a point or a recording of a name.
func (r *registry) taken(name string) bool {
	for _, ext := range []string{liveExt, vodExt} {
		if _, err := r.root.Lstat(name + ext); !errors.Is(err, fs.ErrNotExist) {
			return true
		}
	}
	return false
}

// adopt gives a complete directory its name, under which it is served from now on.
func (r *registry) adopt(temp, name string) error {
	if err := r.rename(temp, name); err != nil {
		return err
	}
	e := r.find(name, vodExt)
	if e == nil {
		return &engine.Error{Op: "clip", Point: name, Kind: engine.Unavailable, Text: "The server is shutting down; the clip is there when it runs again."}
	}
	return nil
}

// rename holds the lock that opening takes, so that two clips do not take one name.
func (r *registry) rename(temp, name string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.taken(name) {
		return nameTaken(name)
	}
	dir := name + vodExt
	var err error
	if parent := path.Dir(dir); parent != "." {
		err = r.root.MkdirAll(parent, 0o755)
	}
	if err == nil {
		err = r.root.Rename(temp, dir)
	}
	if err != nil {
		return &engine.Error{Op: "clip", Point: name, Kind: engine.Storage, Err: err,
			Text: "The directory " + dir + " cannot be made: " + reason(err) + ". Check the document root's permissions and free space."}
	}
	return nil
}
