package smooth

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"testing"

	"github.com/Eyevinn/mp4ff/mp4"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/presentation"
)

// decoded is a fragment as mp4ff reads it.
type decoded struct {
	moof *mp4.MoofBox
	mdat []byte
}

func decode(t *testing.T, body string) decoded {
	t.Helper()
	file, err := mp4.DecodeFile(bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Children) != 2 || file.Children[0].Type() != "moof" || file.Children[1].Type() != "mdat" {
		t.Fatalf("the fragment has %d boxes, want moof and mdat", len(file.Children))
	}
	return decoded{file.Children[0].(*mp4.MoofBox), file.Children[1].(*mp4.MdatBox).Data}
}

// tfxd returns the time and duration in the fragment.
func (d decoded) tfxd(t *testing.T) (start, duration int64) {
	t.Helper()
	for _, b := range d.moof.Traf.Children {
		if u, ok := b.(*mp4.UUIDBox); ok && u.Tfxd != nil {
			if u.Tfxd.Version != 1 {
				t.Errorf("tfxd is of version %d, want 1", u.Tfxd.Version)
			}
			return int64(u.Tfxd.FragmentAbsoluteTime), int64(u.Tfxd.FragmentAbsoluteDuration)
		}
	}
	t.Fatal("no tfxd")
	return 0, 0
}

// tfrf returns the times of the following fragments.
func (d decoded) tfrf(t *testing.T) []engine.Ticks {
	t.Helper()
	var times []engine.Ticks
	for _, b := range d.moof.Traf.Children {
		if u, ok := b.(*mp4.UUIDBox); ok && u.Tfrf != nil {
			if u.Tfrf.Version != 1 {
				t.Errorf("tfrf is of version %d, want 1", u.Tfrf.Version)
			}
			for _, at := range u.Tfrf.FragmentAbsoluteTimes {
				times = append(times, engine.Ticks(at))
			}
		}
	}
	return times
}

// accepted returns the samples of a fragment as the encoder sent them, and their bytes.
func accepted(t *testing.T, track *presentation.Track, f *presentation.Fragment) ([]fmp4.Sample, []byte) {
	t.Helper()
	samples, err := output.Samples(track, f)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := f.Media.WritePayload(&b, samples.PayloadOffset, samples.PayloadSize); err != nil {
		t.Fatal(err)
	}
	return samples.Samples, b.Bytes()
}

// TestFragmentsCarryWhatWasSent compares, sample by sample, what comes out with what went in.
func TestFragmentsCarryWhatWasSent(t *testing.T) {
	for _, p := range outputtest.Presentations(t) {
		for _, s := range p.Whole.Streams {
			for _, track := range s.Tracks {
				for i := range track.Fragments {
					compareSamples(t, p, s, track, i)
				}
			}
		}
	}
}

func compareSamples(t *testing.T, p outputtest.Presentation, s *presentation.Stream, track *presentation.Track, i int) {
	t.Helper()
	f := &track.Fragments[i]
	body, _, err := fetch(one(whole, track.Bitrate, s.Name, f.Start), p.Whole)
	if err != nil {
		t.Fatalf("%s %s@%d: %v", p.Name, s.Name, f.Start, err)
	}
	got := decode(t, body)
	if start, duration := got.tfxd(t); start != int64(f.Start) || duration != int64(f.Duration) {
		t.Errorf("%s %s@%d: tfxd is %d+%d, want %d+%d", p.Name, s.Name, f.Start, start, duration, f.Start, f.Duration)
	}
	var want []engine.Ticks
	for _, next := range track.Fragments[i+1 : min(i+1+p.Whole.LookAhead, len(track.Fragments))] {
		want = append(want, next.Start)
	}
	if s.Sparse() {
		want = nil
	}
	if times := got.tfrf(t); !slices.Equal(times, want) {
		t.Errorf("%s %s@%d: tfrf tells %v, want %v", p.Name, s.Name, f.Start, times, want)
	}
	samples, sent := accepted(t, track, f)
	run := got.moof.Traf.Trun
	cut := len(samples) - len(run.Samples)
	if cut < 0 || cut > 1 || cut == 1 && f.Start != 0 {
		t.Fatalf("%s %s@%d: %d samples of %d", p.Name, s.Name, f.Start, len(run.Samples), len(samples))
	}
	for n, sample := range run.Samples {
		in := samples[n+cut]
		trimmed := n == 0 && f.Start == 0 && sample.Dur < in.Duration
		if sample.Size != in.Size || sample.CompositionTimeOffset != in.CTO || sample.Dur != in.Duration && !trimmed {
			t.Fatalf("%s %s@%d: sample %d is %+v, was %+v", p.Name, s.Name, f.Start, n, sample, in)
		}
	}
	skip := 0
	for _, sample := range samples[:cut] {
		skip += int(sample.Size)
	}
	if !bytes.Equal(got.mdat, sent[skip:]) {
		t.Errorf("%s %s@%d: the payload is not what was sent", p.Name, s.Name, f.Start)
	}
	if want := int32(got.moof.Size() + 8); run.DataOffset != want {
		t.Errorf("%s %s@%d: data offset %d, want %d", p.Name, s.Name, f.Start, run.DataOffset, want)
	}
}

func TestAudioFromBeforeZeroIsTrimmed(t *testing.T) {
	p := fromVector(t, "av-isml.ismv")
	audio := p.Whole.Streams[1]
	before, _ := accepted(t, audio.Tracks[0], &audio.Tracks[0].Fragments[0])
	body, _, err := fetch(one(whole, audio.Tracks[0].Bitrate, "audio", 0), p.Whole)
	if err != nil {
		t.Fatal(err)
	}
	got := decode(t, body)
	if n := len(got.moof.Traf.Trun.Samples); n != len(before)-1 {
		t.Errorf("%d samples are left of %d, want one priming sample gone", n, len(before))
	}
	if start, _ := got.tfxd(t); start != 0 {
		t.Errorf("tfxd begins at %d, want 0", start)
	}
}

func TestShiftIsAdded(t *testing.T) {
	p := fromVector(t, "av-isml.ismv")
	track := p.Whole.Streams[1].Tracks[0]
	const shift = 50_000_000
	for i := range track.Fragments {
		f := &track.Fragments[i]
		if i == 0 { // nothing is before zero any more, so nothing is cut
			f.Start, f.Duration = -213_333, f.Duration+213_333
		}
		f.Start += shift
		f.Shift = shift
	}
	first := &track.Fragments[0]
	sent, _ := accepted(t, track, first)
	body, _, err := fetch(one(whole, track.Bitrate, "audio", first.Start), p.Whole)
	if err != nil {
		t.Fatal(err)
	}
	got := decode(t, body)
	if start, _ := got.tfxd(t); start != shift-213_333 {
		t.Errorf("tfxd begins at %d, want %d", start, shift-213_333)
	}
	if n := len(got.moof.Traf.Trun.Samples); n != len(sent) {
		t.Errorf("%d samples of %d are left", n, len(sent))
	}
}

func TestPartsOfAFragment(t *testing.T) {
	p := fromVector(t, "2v1a-isml.ismv")
	track := p.Whole.Streams[0].Tracks[0]
	start := track.Fragments[1].Start
	parts := map[part]string{}
	for _, which := range []part{whole, header, payload, keyOnly} {
		body, _, err := fetch(one(which, track.Bitrate, "video", start), p.Whole)
		if err != nil {
			t.Fatal(err)
		}
		parts[which] = body
	}
	if want := parts[header] + parts[whole][len(parts[header]):len(parts[header])+8] + parts[payload]; parts[whole] != want {
		t.Error("Fragments is not FragmentInfo, an mdat header and RawFragments")
	}
	keys, all := decode(t, parts[keyOnly]), decode(t, parts[whole])
	if n := len(keys.moof.Traf.Trun.Samples); n != 1 {
		t.Fatalf("KeyFrames has %d samples, want 1", n)
	}
	if !bytes.HasPrefix(all.mdat, keys.mdat) || len(keys.mdat) == len(all.mdat) {
		t.Error("KeyFrames has other bytes than the first sample's")
	}
	if got, want := keys.moof.Traf.Trun.Duration(0), all.moof.Traf.Trun.Duration(0); got != want {
		t.Errorf("KeyFrames lasts %d, the fragment %d", got, want)
	}
}

func TestWhyThereIsNoFragment(t *testing.T) {
	p := synthetic(outputtest.Synthetic{Name: "why", Video: []int{400_000}, Fragments: 12, GapAt: 4, GapLength: 2})
	const s = engine.Ticks(10_000_000)
	recent := live(p, 10, 2, 0)
	forgotten := *recent.Streams[0].Tracks[0]
	forgotten.Fragments = forgotten.Fragments[2:]
	recent.Streams[0].Tracks = []*presentation.Track{&forgotten}
	ended := live(p, 10, 2, 0)
	ended.Live = false
	quiet := live(p, 10, 2, 0)
	quiet.Streams[0].Tracks[0].Ended = true
	text := live(p, 10, 2, 0)
	text.Streams[0].Type = engine.Text
	for _, test := range []struct {
		name string
		view *presentation.View
		ask  chunk
		want output.Kind
	}{
		{"nothing yet", nil, one(whole, 400_000, "video", 0), output.Starting},
		{"listed", recent, one(whole, 400_000, "video", 2*s), 0},
		{"rounded by JavaScript", recent, one(whole, 400_000, "video", 2*s+8), 0},
		{"rounded too far", recent, one(whole, 400_000, "video", 2*s+9), output.Never},
		{"last complete", recent, one(whole, 400_000, "video", 9*s), 0},
		{"in the look-ahead", recent, one(whole, 400_000, "video", 10*s), output.Precondition},
		{"newest", recent, one(whole, 400_000, "video", 11*s), output.Precondition},
		{"next", recent, one(whole, 400_000, "video", 12*s), output.Precondition},
		{"far away", recent, one(whole, 400_000, "video", 1000*s), output.Precondition},
		{"in the gap", recent, one(whole, 400_000, "video", 4*s), output.Never},
		{"between two", recent, one(whole, 400_000, "video", 7*s+s/2), output.Never},
		{"forgotten", recent, one(whole, 400_000, "video", 0), output.Gone},
		{"other bitrate", recent, one(whole, 400_001, "video", 2*s), output.Never},
		{"other name", recent, one(whole, 400_000, "audio", 2*s), output.Never},
		{"text", text, one(whole, 400_000, "video", 2*s), output.Never},
		{"look-ahead of an ended track", quiet, one(whole, 400_000, "video", 11*s), output.Precondition},
		{"behind an ended track", quiet, one(whole, 400_000, "video", 12*s), output.Never},
		{"newest after the end", ended, one(whole, 400_000, "video", 11*s), 0},
		{"behind the end", ended, one(whole, 400_000, "video", 12*s), output.Never},
		{"a query that fits", recent, chunk{part: whole, bitrate: 400_000, choices: []choice{{"_", 5}, {"video", 2 * s}}}, 0},
	} {
		_, _, err := fetch(test.ask, test.view)
		var why *output.Error
		if errors.As(err, &why); test.want == 0 && err != nil || test.want != 0 && (why == nil || why.Kind != test.want || why.Text == "") {
			t.Errorf("%s: %v, want kind %d", test.name, err, test.want)
		}
	}
}

// TestABrokenArchiveIsTold has media that cannot be read.
func TestABrokenArchiveIsTold(t *testing.T) {
	p := synthetic(outputtest.Synthetic{Name: "broken", Video: []int{400_000}, Fragments: 3})
	for name, media := range map[string]presentation.Media{
		"unreadable": torn{err: io.ErrUnexpectedEOF},
		"nonsense":   torn{moof: []byte("not a box at all")},
	} {
		p.Whole.Streams[0].Tracks[0].Fragments[0].Media = media
		_, err := one(whole, 400_000, "video", 0).Render(context.Background(), outputtest.NewSource(p.Whole))
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

func TestSequenceGrowsAndStays(t *testing.T) {
	p := fromVector(t, "av-isml.ismv")
	for _, s := range p.Whole.Streams {
		last := uint32(0)
		for _, f := range s.Tracks[0].Fragments {
			n := sequence(f.Start, s.Timescale)
			if n <= last {
				t.Errorf("%s@%d has sequence %d after %d", s.Name, f.Start, n, last)
			}
			last = n
		}
	}
}

// TestFragmentHeader shows the bytes of one small header, for eyes that know the boxes.
func TestFragmentHeader(t *testing.T) {
	p := synthetic(outputtest.Synthetic{Name: "bytes", Video: []int{400_000}, Fragments: 6})
	body, _, err := fetch(one(header, 400_000, "video", 10_000_000), p.Whole)
	if err != nil {
		t.Fatal(err)
	}
	compareGolden(t, "moof", []byte(hex.Dump([]byte(body))))
}

func BenchmarkFragment(b *testing.B) {
	v, err := outputtest.FromVector("2v1a-isml.ismv")
	if err != nil {
		b.Fatal(err)
	}
	track := v.Streams[0].Tracks[0]
	ask := one(whole, track.Bitrate, "video", track.Fragments[0].Start)
	src := outputtest.NewSource(v)
	b.ReportAllocs()
	for b.Loop() {
		obj, err := ask.Render(context.Background(), src)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := obj.Body.WriteTo(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
