package outputtest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/presentation"
)

// Subject is a format with what the suite cannot know of it.
type Subject struct {
	Format output.Format
	// Read reads the manifests: the first that the format's Links name, and what it leads
	// to. It gets them by get, which takes a path below the point's directory with an
	// optional query. There is one Listing for each track that is listed.
	Read func(first string, get func(path string) ([]byte, error)) ([]Listing, error)
	// Lists tells whether a format lists a track; nil means all but text.
	Lists func(v *presentation.View, s *presentation.Stream, t *presentation.Track) bool
	// Text tells whether a format lists a stream of captions or markers as it does media; nil
	// means none.
	Text func(s *presentation.Stream) bool
	// Hold is how many of the newest fragments a live manifest of v keeps back; nil means
	// none. With Joins it is how many at most.
	Hold func(v *presentation.View) int
	// Joins says that an entry of a listing may be several fragments, whole ones and without a
	// gap between. Then Entry.Start may count from another zero than the stream, as long as it
	// is the same one for the whole event.
	Joins bool
	// Tolerance is how exact the manifests' times are; 0 means to the nanosecond.
	Tolerance time.Duration
}

// Listing is what a format's manifests say of one track.
type Listing struct {
	Stream  string
	Bitrate int
	Entries []Entry
	// Next is the path of the fragment that follows the last entry without a gap, whether
	// or not it exists; empty when the format has no name for it.
	Next string
}

// Entry is one fragment of a listing.
type Entry struct {
	Start, Duration time.Duration
	Path            string
}

// Run holds a format to the promises of output.Format.
func Run(t *testing.T, s Subject) {
	t.Helper()
	t.Run("paths", s.paths)
	t.Run("before anything", s.beforeAnything)
	for _, p := range Presentations(t) {
		t.Run(p.Name, func(t *testing.T) {
			r := &run{Subject: s, p: p, known: map[string][sha256.Size]byte{}, zeros: map[string]time.Duration{}}
			t.Run("live", r.live)
			t.Run("at the edge", r.edge)
			t.Run("after the end", r.afterTheEnd)
		})
	}
}

// paths sends what is nobody's, or nonsense.
func (s Subject) paths(t *testing.T) {
	for _, path := range []string{"", "nothing", "nothing/at/all", "facts.json", "favicon.ico", "Streams(x)", "Manifest(format=unheard-of)"} {
		_, err := s.Format.Resolve(output.Request{Point: "oceans", Path: path})
		if !errors.Is(err, output.ErrNoResource) {
			t.Errorf("Resolve(%q) = %v, want ErrNoResource", path, err)
		}
	}
	for _, path := range Nonsense() {
		CheckResolve(t, s.Format, output.Request{Point: "oceans", Path: path})
	}
}

// Nonsense returns paths that no format has a good answer to; seeds for fuzzing.
func Nonsense() []string {
	return []string{
		"/", "//", "..", "(", ")", "()", "=", ",", "%", "\x00", "\xff\xfe", "Manifest/", "Manifest(", "Manifest()",
		"QualityLevels", "QualityLevels(", "QualityLevels()", "QualityLevels(1)/", "QualityLevels(1)/Fragments",
		"QualityLevels(1)/Fragments(", "QualityLevels(1)/Fragments()", "QualityLevels(1)/Fragments(=)",
		"QualityLevels(-1)/Fragments(video=1)", "QualityLevels(1)/Fragments(video=-1)",
		"QualityLevels(99999999999999999999)/Fragments(video=99999999999999999999)",
		"oceans.ism", "oceans.ism/", "oceans.ism/Manifest/", ".m3u8", ".mpd", ".f4m", "oceans.", "\u00e9\u00e8",
	}
}

// CheckResolve fails t when Resolve breaks its contract for a request.
func CheckResolve(t testing.TB, f output.Format, req output.Request) {
	t.Helper()
	res, err := f.Resolve(req)
	var refused *output.Error
	switch {
	case err == nil && res == nil:
		t.Errorf("Resolve(%+v) gave neither resource nor error", req)
	case err == nil && (res.Class() < output.ClientManifest || res.Class() > output.Media):
		t.Errorf("Resolve(%+v) gave class %d", req, res.Class())
	case err != nil && !errors.Is(err, output.ErrNoResource) && (!errors.As(err, &refused) || refused.Kind != output.BadRequest || refused.Text == ""):
		t.Errorf("Resolve(%+v) = %v, want ErrNoResource or a BadRequest with a sentence", req, err)
	}
}

func (s Subject) beforeAnything(t *testing.T) {
	links := s.Format.Links("oceans")
	if len(links) == 0 || links[0].Path == "" || links[0].Label == "" {
		t.Fatalf("Links = %v, want at least one manifest", links)
	}
	p := Presentation{"early", Synthetic{Name: "early", Video: []int{400_000}, Fragments: 4}.View()}
	for what, v := range map[string]*presentation.View{"no view": nil, "no fragment": p.Live(0)} {
		_, err := get(s.Format, NewSource(v), "oceans", links[0].Path, output.ClientManifest)
		if kindOf(err) != output.Starting {
			t.Errorf("%s: the manifest gives %v, want Starting", what, err)
		}
	}
}

// run is one presentation's turn.
type run struct {
	Subject
	p     Presentation
	known map[string][sha256.Size]byte // path → what its bytes were when first seen
	zeros map[string]time.Duration     // stream → what a format that joins fragments counts from
}

// live walks through the event.
func (r *run) live(t *testing.T) {
	step := max(1, r.p.Steps()/8)
	for n := 1; n <= r.p.Steps(); n += step {
		v := r.p.Live(n)
		src := NewSource(v)
		listings, err := r.list(src)
		if kindOf(err) == output.Starting {
			continue
		}
		if err != nil {
			t.Fatalf("after %d fragments: %v", n, err)
		}
		r.compare(t, v, listings)
		for _, l := range listings {
			r.fetchAll(t, src, l)
			if l.Next == "" || gapFollows(v.Stream(l.Stream), r.covered(v.Stream(l.Stream), l)) {
				continue
			}
			if kind := r.kindOf(src, l.Next); kind != output.NotYet && kind != output.Precondition {
				t.Errorf("after %d fragments: %s, not listed yet, gives kind %d", n, l.Next, kind)
			}
		}
	}
}

// edge compares the last live manifests with those after the end: nothing but the end of
// the event may change between them.
func (r *run) edge(t *testing.T) {
	v := r.p.Live(r.p.Steps())
	v.LookAhead = 0
	live, err := r.list(NewSource(v))
	if r.Joins && kindOf(err) == output.Starting {
		return // a short event may be over before its first entry is complete
	}
	if err != nil {
		t.Fatal(err)
	}
	after := *v
	after.Live = false
	ended, err := r.list(NewSource(&after))
	if err != nil {
		t.Fatal(err)
	}
	if len(live) != len(ended) {
		t.Fatalf("%d tracks while live, %d after the end", len(live), len(ended))
	}
	for i := range live {
		n := len(ended[i].Entries)
		if r.Joins {
			n = min(n, len(live[i].Entries)) // what was not complete while live
		}
		if !slices.Equal(live[i].Entries, ended[i].Entries[:n]) {
			t.Errorf("%s/%d: %d entries while live, %d after the end, or other times",
				live[i].Stream, live[i].Bitrate, len(live[i].Entries), len(ended[i].Entries))
		}
	}
}

func (r *run) afterTheEnd(t *testing.T) {
	src := NewSource(r.p.Whole)
	listings, err := r.list(src)
	if err != nil {
		t.Fatal(err)
	}
	r.compare(t, r.p.Whole, listings)
	for _, l := range listings {
		r.fetchAll(t, src, l)
		if l.Next == "" {
			continue
		}
		if kind := r.kindOf(src, l.Next); kind != output.Never {
			t.Errorf("%s, after the end, gives kind %d, want Never", l.Next, kind)
		}
	}
}

func (r *run) list(src presentation.Source) ([]Listing, error) {
	return r.Read(r.Format.Links("oceans")[0].Path, func(path string) ([]byte, error) {
		return get(r.Format, src, "oceans", path, 0)
	})
}

// compare holds listings against the view.
func (r *run) compare(t *testing.T, v *presentation.View, listings []Listing) {
	t.Helper()
	want := 0
	for _, s := range v.Streams {
		for _, track := range s.Tracks {
			if s.Type == engine.Text && (r.Text == nil || !r.Text(s)) || r.Lists != nil && !r.Lists(v, s, track) {
				continue
			}
			want++
			i := slices.IndexFunc(listings, func(l Listing) bool { return l.Stream == s.Name && l.Bitrate == track.Bitrate })
			if i < 0 {
				t.Errorf("%s/%d is not listed", s.Name, track.Bitrate)
				continue
			}
			r.compareTrack(t, v, s, track, listings[i])
		}
	}
	if len(listings) != want {
		t.Errorf("%d tracks are listed, want %d", len(listings), want)
	}
}

func (r *run) compareTrack(t *testing.T, v *presentation.View, s *presentation.Stream, track *presentation.Track, l Listing) {
	t.Helper()
	if r.Joins {
		r.compareJoined(t, v, s, track, l)
		return
	}
	spans := v.Listed(s)
	if v.Live && r.Hold != nil && !s.Sparse() {
		spans = spans[:max(0, len(spans)-r.Hold(v))]
	}
	if len(l.Entries) != len(spans) {
		t.Errorf("%s: %d entries, want %d", tag(s, track, s.Edge()), len(l.Entries), len(spans))
		return
	}
	for i, e := range l.Entries {
		start := (spans[i].Start - spans[0].Start).Duration(s.Timescale)
		if off := e.Start - l.Entries[0].Start - start; off.Abs() > r.Tolerance {
			t.Errorf("%s: entry %d begins %v off", tag(s, track, spans[i].Start), i, off)
		}
		if off := e.Duration - spans[i].Duration.Duration(s.Timescale); off.Abs() > r.Tolerance {
			t.Errorf("%s: entry %d is %v too long", tag(s, track, spans[i].Start), i, off)
		}
	}
}

// fetchAll fetches everything a listing names and remembers what it was.
func (r *run) fetchAll(t *testing.T, src presentation.Source, l Listing) {
	t.Helper()
	for _, e := range l.Entries {
		body, err := get(r.Format, src, "oceans", e.Path, output.Media)
		if err != nil {
			t.Errorf("%s: %v", e.Path, err)
			continue
		}
		sum := sha256.Sum256(body)
		if before, ok := r.known[e.Path]; ok && before != sum {
			t.Errorf("%s: its bytes have changed", e.Path)
		}
		r.known[e.Path] = sum
	}
}

// gapFollows tells whether media is missing behind the first n spans of a stream: what
// begins there will never exist.
func gapFollows(s *presentation.Stream, n int) bool {
	return n > 0 && n < len(s.Spans) && s.Spans[n].Start > s.Spans[n-1].End()
}

func (r *run) kindOf(src presentation.Source, path string) output.Kind {
	_, err := get(r.Format, src, "oceans", path, output.Media)
	return kindOf(err)
}

// get fetches an object twice and holds it to its own word. Class 0 stands for any.
func get(f output.Format, src presentation.Source, point, path string, class output.Class) ([]byte, error) {
	u, err := url.Parse(path)
	if err != nil {
		return nil, err
	}
	res, err := f.Resolve(output.Request{Point: point, Path: u.Path, Query: u.Query()})
	if err != nil {
		return nil, err
	}
	if class != 0 && res.Class() != class {
		return nil, fmt.Errorf("it is of class %d, want %d", res.Class(), class)
	}
	first, one, err := render(res, src)
	if err != nil {
		return nil, err
	}
	second, two, err := render(res, src)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(first, second) || one.Tag != two.Tag || one.Type != two.Type {
		return nil, errors.New("it was another the second time")
	}
	if class == output.Media && (one.Tag == "" || one.Type == "") {
		return nil, fmt.Errorf("its tag is %q and its type %q", one.Tag, one.Type)
	}
	return first, nil
}

func render(res output.Resource, src presentation.Source) ([]byte, *output.Object, error) {
	obj, err := res.Render(context.Background(), src)
	if err != nil {
		return nil, nil, err
	}
	var b bytes.Buffer
	n, err := obj.Body.WriteTo(&b)
	if err != nil {
		return nil, nil, err
	}
	if n != obj.Size || int64(b.Len()) != obj.Size {
		return nil, nil, fmt.Errorf("it said %d bytes, wrote %d and reported %d", obj.Size, b.Len(), n)
	}
	return b.Bytes(), obj, nil
}

func kindOf(err error) output.Kind {
	var e *output.Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return 0
}
