package hds

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"testing"

	"pubpoint/engine"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/presentation"
)

// ask is the request for a fragment of a rendition.
func ask(r rendition, n int64) fragment {
	return fragment{rendition: r, number: n, writers: New().writers}
}

func fetch(f fragment, v *presentation.View) ([]byte, *output.Object, error) {
	obj, err := f.Render(context.Background(), outputtest.NewSource(v))
	if err != nil {
		return nil, nil, err
	}
	var b bytes.Buffer
	_, err = obj.Body.WriteTo(&b)
	return b.Bytes(), obj, err
}

func mustFetch(t *testing.T, f fragment, v *presentation.View) []byte {
	t.Helper()
	body, _, err := fetch(f, v)
	if err != nil {
		t.Fatalf("fragment %d: %v", f.number, err)
	}
	return body
}

// accepted is a sample as an encoder sent it. Times are in milliseconds.
type accepted struct {
	pts, dts int64
	sync     bool
	data     string
}

// sent lists the samples of a track in decode order.
func sent(t *testing.T, s *presentation.Stream, track *presentation.Track) []accepted {
	t.Helper()
	var out []accepted
	for i := range track.Fragments {
		f := &track.Fragments[i]
		samples, err := output.Samples(track, f)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if _, err := f.Media.WritePayload(&b, samples.PayloadOffset, samples.PayloadSize); err != nil {
			t.Fatal(err)
		}
		at := samples.DecodeStart
		ms := func(ticks int64) int64 {
			scale := int64(s.Timescale)
			return ticks/scale*1000 + (ticks%scale*2000+scale)/(2*scale)
		}
		for _, one := range samples.Samples {
			out = append(out, accepted{ms(at + int64(one.CTO)), ms(at), one.Sync(), string(b.Next(int(one.Size)))})
			at += int64(one.Duration)
		}
	}
	return out
}

// played lists the samples of all fragments of a rendition, by kind.
func played(t *testing.T, v *presentation.View, r rendition) (pictures, voices []accepted) {
	t.Helper()
	p, err := r.find(v)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range p.listed() {
		tags, _, err := parseFragment(mustFetch(t, ask(r, s.number), v))
		if err != nil {
			t.Fatalf("fragment %d: %v", s.number, err)
		}
		for _, one := range tags {
			a := accepted{int64(one.time) + int64(one.cts) + p.zero, int64(one.time) + p.zero, one.key, string(one.data)}
			switch {
			case one.setup:
			case one.kind == 9:
				pictures = append(pictures, a)
			default:
				a.sync = true
				voices = append(voices, a)
			}
		}
	}
	return pictures, voices
}

// TestFragmentsCarryWhatWasSent compares, sample by sample, what comes out with what went in.
func TestFragmentsCarryWhatWasSent(t *testing.T) {
	for _, p := range outputtest.Presentations(t) {
		for _, r := range choose(p.Whole).main {
			found, err := r.find(p.Whole)
			if err != nil {
				t.Fatal(err)
			}
			pictures, voices := played(t, p.Whole, r)
			track, stream := found.sound, found.voice
			if video(found.lead) {
				comparePictures(t, p.Name+" "+r.path(), found.zero, sent(t, found.stream, found.lead), pictures)
			} else {
				track, stream = found.lead, found.stream
			}
			if track == nil {
				continue
			}
			steps := found.listed()
			var want []accepted
			for _, a := range sent(t, stream, track) {
				inside := slices.ContainsFunc(steps, func(s step) bool { return a.pts >= s.start && a.pts < s.end })
				if inside && a.pts >= 0 {
					want = append(want, a)
				}
			}
			if len(want) == 0 || !slices.Equal(voices, want) {
				t.Errorf("%s %s: %d samples of sound, want %d, or others", p.Name, r.path(), len(voices), len(want))
			}
		}
	}
}

// comparePictures wants the same pictures at the same times, decoded a constant earlier. Only
// where the event begins there is no room for that.
func comparePictures(t *testing.T, name string, zero int64, want, got []accepted) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d pictures, want %d", name, len(got), len(want))
		return
	}
	shift := want[len(want)-1].dts - got[len(got)-1].dts
	last := int64(-1)
	for i, w := range want {
		g := got[i]
		if g.pts != w.pts || g.sync != w.sync || g.data != w.data {
			t.Fatalf("%s: picture %d is shown at %d (key %v, %d bytes), want %d (%v, %d)",
				name, i, g.pts, g.sync, len(g.data), w.pts, w.sync, len(w.data))
		}
		if off := g.dts - max(zero, w.dts-shift); off < -1 || off > 1 {
			t.Errorf("%s: picture %d is decoded at %d, want %d", name, i, g.dts, max(zero, w.dts-shift))
		}
		if g.dts > g.pts || g.dts < last {
			t.Errorf("%s: picture %d is decoded at %d after %d and shown at %d", name, i, g.dts, last, g.pts)
		}
		last = g.dts
	}
}

// TestFragmentsOfBFrames has pictures that are shown before the encoder's decode times.
func TestFragmentsOfBFrames(t *testing.T) {
	v, err := outputtest.FromVector("bframes-isml.ismv")
	if err != nil {
		t.Fatal(err)
	}
	r := choose(v).main[0]
	early := false
	for _, a := range sent(t, v.Streams[0], v.Streams[0].Tracks[0]) {
		early = early || a.dts > a.pts
	}
	if !early {
		t.Fatal("the capture has no picture that is shown before its decode time")
	}
	pictures, _ := played(t, v, r)
	ahead := int64(0)
	for _, a := range pictures {
		ahead = max(ahead, a.pts-a.dts)
	}
	if ahead == 0 || ahead > 400 {
		t.Errorf("pictures are shown up to %d ms after they are decoded", ahead)
	}
}

// TestFragmentBytes shows the bytes of a small fragment, for eyes that know FLV.
func TestFragmentBytes(t *testing.T) {
	v := outputtest.Synthetic{Name: "bytes", Video: []int{400_000}, Audio: []string{"eng"}, Fragments: 6}.View()
	r := choose(v).main[0]
	compareGolden(t, "fragment", []byte(hex.Dump(mustFetch(t, ask(r, 2), v))))
	compareGolden(t, "fragment-sound", []byte(hex.Dump(mustFetch(t, ask(rendition{lead: r.sound}, 2), v))))
}

// TestFragmentBeginsForAnyone looks at what a player that joins anywhere needs first.
func TestFragmentBeginsForAnyone(t *testing.T) {
	v, err := outputtest.FromVector("2v1a-isml.ismv")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range choose(v).main {
		p, err := r.find(v)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range p.listed() {
			tags, keys, err := parseFragment(mustFetch(t, ask(r, s.number), v))
			if err != nil {
				t.Fatal(err)
			}
			if len(tags) < 4 || !tags[0].setup || tags[0].kind != 9 || !tags[1].setup || tags[1].kind != 8 || !tags[2].key {
				t.Errorf("fragment %d begins with %+v", s.number, tags[:3])
			}
			if !bytes.Equal(tags[0].data, p.lead.Init.Config) || !bytes.Equal(tags[1].data, p.sound.Init.CodecPrivate) {
				t.Errorf("fragment %d has other sequence headers than the track", s.number)
			}
			if tags[0].time != tags[2].time || tags[1].time != tags[2].time {
				t.Errorf("fragment %d: the sequence headers are at %d and %d, the first picture at %d", s.number, tags[0].time, tags[1].time, tags[2].time)
			}
			if len(s.spans) > 1 && len(keys) != len(s.spans) {
				t.Errorf("fragment %d has %d key frames in its afra, want %d", s.number, len(keys), len(s.spans))
			}
			for i := 3; i < len(tags); i++ {
				if tags[i].time < tags[i-1].time {
					t.Errorf("fragment %d: a tag at %d follows one at %d", s.number, tags[i].time, tags[i-1].time)
				}
			}
		}
	}
}

// TestSameBytesLiveAndAfterTheEnd compares every fragment at every instant at which it can be
// had.
func TestSameBytesLiveAndAfterTheEnd(t *testing.T) {
	for _, p := range outputtest.Presentations(t) {
		if p.Name == "long" {
			continue
		}
		served := 0
		for n := range p.Steps() {
			live := p.Live(n + 1)
			for _, r := range choose(p.Whole).main {
				found, err := r.find(p.Whole)
				if err != nil {
					t.Fatal(err)
				}
				for _, s := range found.listed() {
					now, obj, err := fetch(ask(r, s.number), live)
					if err != nil {
						continue
					}
					served++
					later, after, err := fetch(ask(r, s.number), p.Whole)
					if err != nil || !bytes.Equal(now, later) || obj.Tag != after.Tag {
						t.Errorf("%s: fragment %d has other bytes after the end (%v)", p.Name, s.number, err)
					}
				}
			}
		}
		if served == 0 && p.Steps() > 4 {
			t.Errorf("%s: nothing was served while live", p.Name)
		}
	}
}

// TestABrokenArchiveIsTold has media that cannot be read.
func TestABrokenArchiveIsTold(t *testing.T) {
	for name, media := range map[string]presentation.Media{
		"unreadable": torn{err: io.ErrUnexpectedEOF},
		"nonsense":   torn{moof: []byte("not a box at all")},
	} {
		v := outputtest.Synthetic{Name: "broken", Video: []int{400_000}, Fragments: 5}.View()
		v.Streams[0].Tracks[0].Fragments[1].Media = media
		_, _, err := fetch(ask(choose(v).main[0], 1), v)
		var why *output.Error
		if !errors.As(err, &why) || why.Kind != output.Broken || why.Err == nil {
			t.Errorf("%s: %v, want kind Broken with a cause", name, err)
		}
	}
}

type torn struct {
	moof []byte
	err  error
}

func (m torn) Moof() ([]byte, error) { return m.moof, m.err }
func (m torn) PayloadSize() int64    { return 0 }
func (m torn) WritePayload(io.Writer, int64, int64) (int64, error) {
	return 0, io.ErrUnexpectedEOF
}

// TestAViewerThatGoesAway wants the error, and a count of what went out.
func TestAViewerThatGoesAway(t *testing.T) {
	v := benchmarkView(2)
	obj, err := ask(choose(v).main[0], 1).Render(context.Background(), outputtest.NewSource(v))
	if err != nil {
		t.Fatal(err)
	}
	n, err := obj.Body.WriteTo(&closing{left: 100_000})
	if n != 100_000 || !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("WriteTo = %d, %v, want 100000 and the connection's error", n, err)
	}
}

type closing struct{ left int }

func (c *closing) Write(p []byte) (int, error) {
	n := min(len(p), c.left)
	c.left -= n
	if n < len(p) {
		return n, io.ErrClosedPipe
	}
	return n, nil
}

// at is a tick at 10 MHz.
func at(seconds float64) engine.Ticks { return engine.Ticks(seconds * 1e7) }
