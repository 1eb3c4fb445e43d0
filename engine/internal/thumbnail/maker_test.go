package thumbnail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/presentation"
)

// still is a presentation that does not move.
type still struct{ view *presentation.View }

func (s still) View() *presentation.View { return s.view }
func (s still) Wait(ctx context.Context, _ uint64) (*presentation.View, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// studio is a Maker whose ffmpeg is pretended. It is used in a bubble of synctest.
type studio struct {
	*Maker
	views   map[string]*presentation.View
	cpu     time.Duration // that each film takes
	films   []int         // how many reels each had
	broken  int           // films with this many bytes on a reel fail as a whole; 0 for none
	missing string
	log     bytes.Buffer
}

func newStudio(t *testing.T, points ...string) *studio {
	t.Helper()
	s := &studio{views: map[string]*presentation.View{}, cpu: 200 * time.Millisecond}
	for _, p := range points {
		s.views[p] = outputtest.Synthetic{Name: p, Video: []int{200_000, 900_000}, Audio: []string{"eng", "fra"}, Fragments: 4}.View()
	}
	s.Maker = New(Config{
		Source: func(point string) presentation.Source {
			if v, ok := s.views[point]; ok {
				return still{v}
			}
			return nil
		},
		Tool:   func() (string, string) { return "/usr/bin/ffmpeg", s.missing },
		Logger: slog.New(slog.NewTextHandler(&s.log, nil)),
	})
	s.Maker.develop = s.pretend
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return s
}

func (s *studio) pretend(_ context.Context, _ string, reels []reel, _ *slog.Logger) (developed, error) {
	s.films = append(s.films, len(reels))
	d := developed{cpu: s.cpu}
	for _, r := range reels {
		if s.broken > 0 && len(r.data) == s.broken {
			return d, errors.New("ffmpeg: exit 1: broken")
		}
		raw := []byte{0xff, 0xd8, 0xff, 0xd9}
		if r.init.Type == string(engine.Audio) {
			raw = make([]byte, 4*r.init.Channels*1024)
		}
		d.tracks = append(d.tracks, raw)
	}
	return d, nil
}

// wait lets time pass, and the worker do what it then does.
func wait(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// passing lets time pass while a point is asked for twice a second.
func (s *studio) passing(d time.Duration, points ...string) {
	for range int(d / (500 * time.Millisecond)) {
		for _, p := range points {
			_, _ = s.Thumbnail(p) // the caller looks at what comes of it
			_, _ = s.AudioLevel(p)
		}
		wait(500 * time.Millisecond)
	}
}

func TestNothingIsMadeUntilSomebodyAsks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStudio(t, "oceans")
		wait(time.Hour)
		if len(s.films) != 0 {
			t.Errorf("%d films for nobody", len(s.films))
		}
		_, err := s.Thumbnail("oceans")
		if engine.KindOf(err) != engine.Unavailable || !strings.Contains(engine.Sentence(err), "is being made") {
			t.Errorf("the first answer is %v", err)
		}
		wait(time.Second)
		if len(s.films) != 1 || s.films[0] != 1 {
			t.Errorf("films %v, want one with the picture alone", s.films)
		}
		p, err := s.Thumbnail("oceans")
		if err != nil || len(p.JPEG) == 0 || p.Width != width || p.At.IsZero() {
			t.Errorf("picture %+v, %v", p, err)
		}
		if l, err := s.AudioLevel("oceans"); err == nil {
			t.Errorf("a level that nobody asked for: %+v", l)
		}
		wait(between + time.Second)
		l, err := s.AudioLevel("oceans")
		if err != nil || !math.IsInf(l.Peak, -1) || len(l.Peaks) == 0 || l.Span <= 0 {
			t.Errorf("level %+v, %v", l, err)
		}
		// What has been made is not made again while nothing newer is there.
		s.passing(time.Minute, "oceans")
		if len(s.films) != 2 || s.films[1] != 1 {
			t.Errorf("films %v, want one with a picture and one with the sound", s.films)
		}
		// It is forgotten when nobody wants it.
		wait(kept + 2*time.Second)
		s.mu.Lock()
		known := len(s.known)
		s.mu.Unlock()
		if known != 0 {
			t.Errorf("%d points are remembered", known)
		}
	})
}

// Sixteen points go on one film, and the worker rests for as long as its share demands.
func TestFilmsAreSharedAndPaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var points []string
		for i := range 20 {
			points = append(points, fmt.Sprintf("p%02d", i))
		}
		s := newStudio(t, points...)
		stop := time.Now().Add(2 * time.Minute)
		for step := 5; time.Now().Before(stop); step++ {
			for _, p := range points { // something new has come
				s.views[p] = outputtest.Synthetic{Name: p, Video: []int{200_000}, Audio: []string{"eng"}, Fragments: step}.View()
			}
			s.passing(2*time.Second, points...)
		}
		if s.films[0] != 2*perFilm {
			t.Errorf("the first film has %v reels", s.films[0])
		}
		if used := time.Duration(len(s.films)) * s.cpu; float64(used) > share*float64(2*time.Minute)+float64(s.cpu) {
			t.Errorf("%d films take %v of two minutes", len(s.films), used)
		}
		if strings.Contains(s.log.String(), "rarely") {
			t.Errorf("20 points are too many: %s", &s.log)
		}
		s.cpu = 3 * time.Second
		for step := range 30 {
			for _, p := range points {
				s.views[p] = outputtest.Synthetic{Name: p, Video: []int{200_000}, Fragments: 80 + step}.View()
			}
			s.passing(10*time.Second, points...)
		}
		if n := strings.Count(s.log.String(), "rarely"); n != 1 {
			t.Errorf("it was told %d times that pictures are late", n)
		}
	})
}

// A film that fails is tried point by point; what fails alone is told, and holds up nobody.
func TestOneBrokenStreamHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStudio(t, "a", "b", "c")
		s.views["b"] = outputtest.Synthetic{Name: "b", Video: []int{200_000}, Fragments: 9}.View()
		shot, err := pickPicture(s.views["b"])
		if err != nil {
			t.Fatal(err)
		}
		r, err := shot.read()
		if err != nil {
			t.Fatal(err)
		}
		s.broken = len(r.data)
		for _, p := range []string{"a", "c"} {
			if other, err := pickPicture(s.views[p]); err != nil || other.init.Width < 1 {
				t.Fatal(err)
			} else if o, err := other.read(); err != nil || len(o.data) == s.broken {
				t.Fatalf("%s is as long as the broken one (%v)", p, err)
			}
		}
		s.passing(40*time.Second, "a", "b", "c")
		for _, p := range []string{"a", "c"} {
			if _, err := s.Thumbnail(p); err != nil {
				t.Errorf("%s: %v", p, err)
			}
		}
		_, err = s.Thumbnail("b")
		if engine.KindOf(err) != engine.Unavailable || !strings.Contains(engine.Sentence(err), "broken") {
			t.Errorf("b: %v", err)
		}
		// Once together, once each, and b again after half a minute.
		if len(s.films) > 5 {
			t.Errorf("%d films: %v", len(s.films), s.films)
		}
	})
}

func TestWhyThereIsNoPicture(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStudio(t)
		s.views["deaf"] = outputtest.Synthetic{Name: "deaf", Video: []int{200_000}, Fragments: 3}.View()
		s.views["blind"] = outputtest.Synthetic{Name: "blind", Audio: []string{"eng"}, Fragments: 3}.View()
		s.views["mid"] = outputtest.Synthetic{Name: "mid", Video: []int{200_000}, Fragments: 3}.View()
		for i := range s.views["mid"].Streams[0].Tracks[0].Fragments {
			s.views["mid"].Streams[0].Tracks[0].Fragments[i].Sync = false
		}
		s.passing(2*time.Second, "deaf", "blind", "idle", "mid")
		for point, want := range map[string]string{"blind": "no video", "idle": "Nothing is on air", "mid": "key frames"} {
			if _, err := s.Thumbnail(point); engine.KindOf(err) != engine.Unavailable || !strings.Contains(engine.Sentence(err), want) {
				t.Errorf("%s: %v", point, err)
			}
		}
		if _, err := s.AudioLevel("deaf"); !strings.Contains(engine.Sentence(err), "no sound") {
			t.Errorf("deaf: %v", err)
		}
		s.missing = "ffmpeg was not found."
		if _, err := s.Thumbnail("deaf"); engine.Sentence(err) != s.missing {
			t.Errorf("without ffmpeg: %v", err)
		}
	})
}

// What is on a film comes off it again, each from its own track.
func TestFilmAndBack(t *testing.T) {
	var reels []reel
	for _, p := range outputtest.Presentations(t) {
		for _, pick := range []func(*presentation.View) (*shot, error){pickPicture, pickSound} {
			s, err := pick(p.Whole)
			if errors.Is(err, errNoSound) || errors.Is(err, errNoVideo) {
				continue
			}
			if err != nil {
				t.Fatalf("%s: %v", p.Name, err)
			}
			r, err := s.read()
			if err != nil {
				t.Fatalf("%s: %v", p.Name, err)
			}
			if len(r.data) == 0 || s.init.Type == "video" && len(r.samples) != 1 {
				t.Errorf("%s: %d samples, %d bytes", p.Name, len(r.samples), len(r.data))
			}
			reels = append(reels, r)
		}
	}
	reels = reels[:2*perFilm]
	raw, err := film(reels)
	if err != nil {
		t.Fatal(err)
	}
	tracks, err := unwind(bytes.NewReader(raw), reels)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range reels {
		if !bytes.Equal(tracks[i], r.data) {
			t.Errorf("track %d has %d bytes, want %d", i+1, len(tracks[i]), len(r.data))
		}
	}
	for _, bad := range [][]byte{raw[:len(raw)/2], []byte("no movie at all")} {
		if _, err := unwind(bytes.NewReader(bad), reels); err == nil {
			t.Error("half a movie was taken for a whole one")
		}
	}
}

func TestTheBestFittingRung(t *testing.T) {
	rung := func(w int) *fmp4.TrackInit { return &fmp4.TrackInit{Width: w} }
	for _, c := range []struct {
		a, b int
		want bool
	}{{640, 1920, true}, {1920, 640, false}, {320, 640, false}, {640, 320, true}, {320, 160, true}} {
		if got := fitsBetter(rung(c.a), rung(c.b)); got != c.want {
			t.Errorf("%d before %d: %t", c.a, c.b, got)
		}
	}
	for _, c := range []struct{ w, h, wantW, wantH int }{{1920, 1080, 384, 216}, {720, 576, 384, 306}, {1080, 1920, 216, 384}, {0, 0, 384, 384}, {4000, 10, 384, 16}} {
		if w, h := frame(&fmp4.TrackInit{DisplayWidth: c.w, DisplayHeight: c.h}); w != c.wantW || h != c.wantH {
			t.Errorf("%dx%d becomes %dx%d", c.w, c.h, w, h)
		}
	}
}

func TestLevel(t *testing.T) {
	s := &shot{init: &fmp4.TrackInit{Channels: 2}, frag: &presentation.Fragment{Duration: 10_000_000}, scale: 10_000_000}
	var raw []byte
	for i := range 1000 {
		left, right := int16(16384), int16(-32768)
		if i < 10 {
			left = 32767 // of the part that cannot be told
		}
		if i%2 == 1 {
			right = 0
		}
		raw = append(raw, byte(left), byte(uint16(left)>>8), byte(right), byte(uint16(right)>>8))
	}
	l, err := level(s, raw, 10)
	if err != nil || math.Abs(l.Peaks[0]+6.02) > 0.01 || l.Peaks[1] != 0 || l.Peak != 0 || math.Abs(l.RMS+4.26) > 0.01 || l.Span != time.Second {
		t.Errorf("%+v, %v", l, err)
	}
	if _, err := level(s, nil, 0); err == nil {
		t.Error("nothing is a level")
	}
}
