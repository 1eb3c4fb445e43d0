package clip

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/presentation"
)

// seconds is a range of presentation time.
func seconds(from, to float64) engine.Range {
	return engine.Range{From: engine.MediaMoment(time.Duration(from * 1e9)), To: engine.MediaMoment(time.Duration(to * 1e9))}
}

func vector(t *testing.T, name string) *presentation.View {
	t.Helper()
	v, err := outputtest.FromVector(name)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// archived lets the media of a capture's view lie in an archive file.
func archived(t *testing.T, name string) *presentation.View {
	t.Helper()
	v := vector(t, name)
	root, err := os.OpenRoot("../output/outputtest/testdata")
	if err != nil {
		t.Fatal(err)
	}
	scan, err := archive.ScanFile(archive.On(root), name, fmp4.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(scan.File.Close(), root.Close()); err != nil {
			t.Error(err)
		}
	})
	for _, s := range v.Streams {
		for _, own := range s.Tracks {
			for i := range own.Fragments {
				own.Fragments[i].Media = place(t, scan, own.Fragments[i].Media)
			}
		}
	}
	return v
}

// place finds where a fragment in memory is in a file.
func place(t *testing.T, scan *archive.Scan, m presentation.Media) presentation.Media {
	t.Helper()
	want, err := m.Moof()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range scan.Records {
		if got, err := r.Media.Moof(); err == nil && bytes.Equal(got, want) {
			return r.Media
		}
	}
	t.Fatal("a fragment is not in the file")
	return nil
}

func TestSelect(t *testing.T) {
	plain := outputtest.Synthetic{Name: "plain", Video: []int{200, 400}, Audio: []string{"eng"}, Start: 100_000_000, Fragments: 10, GapAt: 5, GapLength: 2}.View()
	nothing := outputtest.Synthetic{Name: "nothing", Video: []int{200}}.View()
	unclocked := *plain
	unclocked.ZeroTime = time.Time{}
	clock := func(seconds int) engine.Moment {
		return engine.ClockMoment(plain.ZeroTime.Add(time.Duration(seconds) * time.Second))
	}
	for _, c := range []struct {
		name     string
		v        *presentation.View
		r        engine.Range
		from, to time.Duration
		kind     engine.Kind
		says     string
	}{
		{"all", plain, engine.Range{}, 10 * time.Second, 20 * time.Second, 0, ""},
		{"on the edges", plain, seconds(12, 14), 12 * time.Second, 14 * time.Second, 0, ""},
		{"inside", plain, seconds(12.5, 13.5), 12 * time.Second, 14 * time.Second, 0, ""},
		{"an instant", plain, seconds(12.5, 12.501), 12 * time.Second, 13 * time.Second, 0, ""},
		{"beyond the end", plain, seconds(18.5, 100), 18 * time.Second, 20 * time.Second, 0, ""},
		{"from before", plain, seconds(0, 10.5), 10 * time.Second, 11 * time.Second, 0, ""},
		{"clock", plain, engine.Range{From: clock(12), To: clock(13)}, 12 * time.Second, 13 * time.Second, 0, ""},
		{"open end", plain, engine.Range{From: clock(19)}, 19 * time.Second, 20 * time.Second, 0, ""},
		{"across a gap", plain, seconds(14, 18), 14 * time.Second, 18 * time.Second, 0, ""},
		{"into a gap", plain, seconds(14, 16), 14 * time.Second, 15 * time.Second, 0, ""},
		{"a gap", plain, seconds(15.2, 16.8), 0, 0, engine.NotFound, "10.000 to 20.000 seconds, that is 2026-05-04T12:00:10.000Z to 2026-05-04T12:00:20.000Z"},
		{"behind", plain, seconds(20, 21), 0, 0, engine.NotFound, "no media"},
		{"before", plain, seconds(1, 10), 0, 0, engine.NotFound, "no media"},
		{"from behind", plain, engine.Range{From: engine.MediaMoment(time.Hour)}, 0, 0, engine.NotFound, "no media"},
		{"empty", plain, seconds(12, 12), 0, 0, engine.BadInput, "later"},
		{"no clock", &unclocked, engine.Range{From: clock(1)}, 0, 0, engine.BadInput, "10.000 to 20.000 seconds."},
		{"nothing", nothing, engine.Range{}, 0, 0, engine.NotFound, "Nothing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v, err := Select(c.v, c.r, "id")
			if c.kind != 0 {
				if engine.KindOf(err) != c.kind || !strings.Contains(engine.Sentence(err), c.says) {
					t.Fatal(err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if from, to := Extent(v); from != c.from || to != c.to || v.Live || v.Event != "id" {
				t.Fatalf("%v to %v, want %v to %v", from, to, c.from, c.to)
			}
			for _, s := range v.Streams {
				for _, own := range s.Tracks {
					if len(own.Fragments) != len(s.Spans) || own.Fragments[0].Start != s.Spans[0].Start {
						t.Fatalf("%s has %d fragments and %d spans", s.Name, len(own.Fragments), len(s.Spans))
					}
				}
			}
		})
	}
}

// written is a clip on disk.
func written(t *testing.T, v *presentation.View) (dir string) {
	t.Helper()
	dir = t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	size, err := NewWriter(root).Write(t.Context(), "clip", v, File{"c.ism", []byte("x")})
	if err != nil {
		t.Fatal(err)
	}
	var want int64
	entries, err := os.ReadDir(dir + "/clip")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		want += info.Size()
	}
	if size != want {
		t.Fatalf("%d bytes were told and %d are there", size, want)
	}
	if err := root.Close(); err != nil {
		t.Fatal(err)
	}
	return dir + "/clip"
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestFromMemoryAndFromFilesIsTheSame(t *testing.T) {
	for _, name := range []string{"2v1a-isml.ismv", "av-cmaf.mp4", "v-2audio-lang-isml.ismv", "bframes-isml.ismv"} {
		for _, r := range []engine.Range{{}, seconds(2.5, 3.5)} {
			var got [2][]byte
			for i, v := range []*presentation.View{vector(t, name), archived(t, name)} {
				cut, err := Select(v, r, "id")
				if err != nil {
					t.Fatal(err)
				}
				got[i] = read(t, written(t, cut)+"/capture.ismv")
			}
			if len(got[0]) != len(got[1]) || r == (engine.Range{}) && !bytes.HasPrefix(read(t, "../output/outputtest/testdata/"+name), got[1][:len(got[1])-1000]) {
				t.Errorf("%s %+v: %d and %d bytes", name, r, len(got[0]), len(got[1]))
			}
		}
	}
}

func TestWholeRunsAreOnePiece(t *testing.T) {
	v := archived(t, "2v1a-isml.ismv")
	l, err := sources(v)[0].lay()
	if err != nil {
		t.Fatal(err)
	}
	if len(l.pieces) != 2 {
		t.Fatalf("%d pieces, want the header and one run", len(l.pieces))
	}
}

// TestMarks moves the clocks of two tracks of one encoder, the second time to the same shift.
func TestMarks(t *testing.T) {
	v := outputtest.Synthetic{Name: "moved", Video: []int{200}, Audio: []string{"eng"}, Start: 0, Fragments: 8}.View()
	for _, s := range v.Streams {
		for i := range s.Spans {
			s.Spans[i].Discontinuity = i == 3 || i == 6
			for _, own := range s.Tracks {
				own.Raw = header(t)
				if i >= 3 {
					own.Fragments[i].Shift = 30_000_000
				}
			}
		}
	}
	for _, r := range []engine.Range{seconds(0, 8), seconds(2, 5), seconds(3, 8), seconds(4, 8)} {
		cut, err := Select(v, r, "id")
		if err != nil {
			t.Fatal(err)
		}
		l, err := sources(cut)[0].lay()
		if err != nil {
			t.Fatal(err)
		}
		checkMarks(t, cut, l)
	}
}

// checkMarks follows the pieces of a layout as a reader of the file would.
func checkMarks(t *testing.T, v *presentation.View, l *layout) {
	t.Helper()
	var shift int64
	due := map[presentation.Media]bool{}
	tracks := map[presentation.Media]*presentation.Track{}
	spans := map[presentation.Media]presentation.Span{}
	shifts := map[presentation.Media]engine.Ticks{}
	for _, s := range v.Streams {
		for _, own := range s.Tracks {
			for i := range own.Fragments {
				m := own.Fragments[i].Media
				tracks[m], spans[m], shifts[m] = own, s.Spans[i], own.Fragments[i].Shift
			}
		}
	}
	rejoined := map[*presentation.Track]bool{}
	armed := false
	for _, p := range l.pieces[1:] {
		if p.media == nil {
			shift = int64(p.bytes[28])<<56 | int64(p.bytes[32])<<24 | int64(p.bytes[33])<<16 | int64(p.bytes[34])<<8 | int64(p.bytes[35])
			if p.bytes[27]&1 != 0 {
				armed, rejoined = true, map[*presentation.Track]bool{}
			}
			continue
		}
		anew := armed && !rejoined[tracks[p.media]]
		rejoined[tracks[p.media]] = true
		if shift != int64(shifts[p.media]) || anew != spans[p.media].Discontinuity {
			t.Fatalf("the fragment at %d is read with a shift of %d, anew %v; it has %d, %v", spans[p.media].Start, shift, anew, shifts[p.media], spans[p.media].Discontinuity)
		}
		due[p.media] = true
	}
	if len(due) != len(tracks) {
		t.Fatalf("%d fragments of %d", len(due), len(tracks))
	}
}

// header is some header.
func header(t *testing.T) []byte {
	t.Helper()
	return vector(t, "av-isml.ismv").Streams[0].Tracks[0].Raw
}

// small is a disk that has room for some bytes.
type small struct {
	output
	left *int
}

func (s small) Write(p []byte) (int, error) {
	if *s.left -= len(p); *s.left < 0 {
		return 0, &os.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}
	}
	return s.output.Write(p)
}

func (s small) Close() error {
	err := s.output.Close()
	if *s.left -= 1; *s.left < 0 {
		return &os.PathError{Op: "close", Path: "x", Err: syscall.ENOSPC}
	}
	return err
}

func TestDiskFullAtAnyWrite(t *testing.T) {
	for _, v := range []*presentation.View{vector(t, "bframes-isml.ismv"), archived(t, "bframes-isml.ismv")} {
		dir := t.TempDir()
		root, err := os.OpenRoot(dir)
		if err != nil {
			t.Fatal(err)
		}
		w := NewWriter(root)
		create := w.create
		complete := false
		for room := 0; !complete; room += 500 {
			left := room
			w.create = func(name string) (output, error) {
				f, err := create(name)
				return small{f, &left}, err
			}
			_, err := w.Write(t.Context(), "clip", v, File{"c.ismc", []byte("x")}, File{"c.ism", []byte("y")})
			complete = err == nil
			if err != nil && (engine.KindOf(err) != engine.Storage || !strings.Contains(engine.Sentence(err), "no space left")) {
				t.Fatal(err)
			}
			entries, failed := os.ReadDir(dir)
			if failed != nil || len(entries) > 0 != complete {
				t.Fatalf("with room for %d bytes %v are left (%v)", room, entries, err)
			}
		}
		if err := root.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestGivenUp(t *testing.T) {
	v := archived(t, "av-isml.ismv")
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	w := NewWriter(root)
	create := w.create
	w.create = func(name string) (output, error) {
		cancel() // in the middle
		return create(name)
	}
	if _, err := w.Write(ctx, "clip", v); engine.KindOf(err) != engine.Unavailable || !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if _, err := root.Stat("clip"); !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	if _, err := w.Write(t.Context(), "no/such", v); engine.KindOf(err) != engine.Storage {
		t.Fatal(err)
	}
	if err := root.Close(); err != nil {
		t.Fatal(err)
	}
}
