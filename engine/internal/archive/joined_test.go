package archive

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"testing"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

// picture is the length of a picture in tests, in ticks of 10 MHz.
const picture = 400_000

// ladder is a header of n tracks.
func ladder(n int) *fmp4.Init {
	init := &fmp4.Init{}
	for i := range n {
		init.Tracks = append(init.Tracks, fmp4.TrackInit{ID: uint32(i + 1), Type: "video", Timescale: 10_000_000})
	}
	return init
}

// create begins an archive file in a directory of its own.
func create(t testing.TB, name string) *Writer {
	t.Helper()
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w, err := Create(On(root), name, []byte("\x00\x00\x00\x08free"), Options{Sync: SyncNone})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(w.Close(), root.Close()); err != nil {
			t.Error(err)
		}
	})
	return w
}

// shot is the n-th picture of a track as one sample, of which the first is a key frame.
func shot(track uint32, n int) *fmp4.Fragment {
	flags := fmp4.FlagsNonSync
	if n == 0 {
		flags = fmp4.FlagsSync
	}
	f := &fmp4.Fragment{TrackID: track, HasTfxd: true, Start: int64(n) * picture, DecodeStart: int64(n) * picture}
	f.Extend(&fmp4.Fragment{Duration: picture, PayloadSize: 4096, Samples: []fmp4.Sample{{Duration: picture, Size: 4096, Flags: flags}}}, 0)
	return f
}

// put archives a picture, which is on disk alone.
func put(t testing.TB, w *Writer, f *fmp4.Fragment) *Media {
	t.Helper()
	payload := make([]byte, f.PayloadSize)
	binary.BigEndian.PutUint32(payload, f.TrackID<<16|uint32(f.Start/picture))
	m, err := w.Append(fmp4.PlainMoof(f), append(binary.BigEndian.AppendUint32(nil, uint32(len(payload)+8)), "mdat"...), payload)
	if err != nil {
		t.Fatal(err)
	}
	m.Cool()
	return m
}

// join adds a picture to a fragment.
func join(c *Composite, init *fmp4.Init, m *Media, f *fmp4.Fragment) *Composite {
	p := Piece{Media: m, Size: f.PayloadSize}
	k := presentation.Chunk{Decode: engine.Ticks(f.DecodeStart), DecodeLength: picture, Sync: f.Sync || f.Start == 0, Size: m.Size(), Arrived: 7, Media: m}
	if c == nil {
		return NewChunked(init, p, k)
	}
	return c.With(p, k)
}

// mixed archives n pictures of each of some tracks, and returns the fragments that they are.
func mixed(t testing.TB, w *Writer, init *fmp4.Init, n int) []*Joined {
	t.Helper()
	open := make([]*Composite, len(init.Tracks))
	for i := range n {
		for track := range open {
			f := shot(uint32(track+1), i)
			open[track] = join(open[track], init, put(t, w, f), f)
		}
	}
	var all []*Joined
	for track, c := range open {
		all = append(all, c.Complete(uint32(track+1), 0, 9))
	}
	return all
}

// told is all that a fragment gives.
func told(t testing.TB, j *Joined) string {
	t.Helper()
	moof, err := j.Moof()
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("%x", moof)
	chunks, err := j.List()
	if err != nil || len(chunks) != j.Len() {
		t.Fatalf("%d chunks of %d: %v", len(chunks), j.Len(), err)
	}
	for _, c := range chunks {
		moof, err := c.Media.Moof()
		if err != nil {
			t.Fatal(err)
		}
		text += fmt.Sprintf("\n%d %d %v %d %x %x", c.Decode, c.DecodeLength, c.Sync, c.Size, moof, payloadOf(t, c.Media))
	}
	return text + fmt.Sprintf("\n%x", payloadOf(t, j))
}

// TestJoinedIsFoundAmongOtherTracks forgets the pieces of each track of a file that has them mixed.
func TestJoinedIsFoundAmongOtherTracks(t *testing.T) {
	w := create(t, "a.ismv")
	for i, j := range mixed(t, w, ladder(3), 20) {
		want := told(t, j)
		if j.Cooling() != Ready {
			t.Errorf("track %d is %v", i, j.Cooling())
		}
		if gone, err := j.Cool(); !gone || err != nil || j.Cooling() != Cold {
			t.Fatalf("track %d stays: %v", i, err)
		}
		for range 2 {
			if got := told(t, j); got != want {
				t.Errorf("track %d: %s\nwant %s", i, got, want)
			}
			runtime.GC() // and once more from the file
		}
		if _, err := j.WritePayload(io.Discard, 0, j.PayloadSize()+1); !errors.Is(err, errBounds) {
			t.Error(err)
		}
		if gone, err := j.Cool(); !gone || err != nil {
			t.Error("once more:", gone, err)
		}
	}
}

// TestJoinedAcrossFiles has the pieces of a fragment in two files.
func TestJoinedAcrossFiles(t *testing.T) {
	init := ladder(2)
	var c *Composite
	for n, w := range []*Writer{create(t, "a.ismv"), create(t, "b.ismv")} {
		for i := range 5 {
			f := shot(1, n*5+i)
			put(t, w, shot(2, n*5+i))
			c = join(c, init, put(t, w, f), f)
		}
	}
	j := c.Complete(1, 0, 9)
	want := told(t, j)
	if gone, err := j.Cool(); !gone || err != nil || len(j.extents) != 2 {
		t.Fatal(gone, err, j.extents)
	}
	if got := told(t, j); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// TestJoinedThatIsNotAllOfItsTrackStays has a picture of the track in the file that is not part of
// the fragment, media in memory, and media that is nowhere else.
func TestJoinedThatIsNotAllOfItsTrackStays(t *testing.T) {
	init, w := ladder(1), create(t, "a.ismv")
	c := join(nil, init, put(t, w, shot(1, 0)), shot(1, 0))
	put(t, w, shot(1, 0)) // sent twice
	c = join(c, init, put(t, w, shot(1, 1)), shot(1, 1))
	j := c.Complete(1, 0, 9)
	if gone, _ := j.Cool(); gone {
		t.Error("it went, and what comes back is not the same")
	}
	m := put(t, w, shot(1, 2))
	moof, err := m.Moof()
	if err != nil {
		t.Fatal(err)
	}
	waiting := NewMedia(&Arrival{Moof: moof, MdatHeader: make([]byte, 8), Payload: payloadOf(t, m)})
	for want, m := range map[Cooling]*Media{Unarchived: NewMemory(moof, payloadOf(t, m)), Warm: waiting, Ready: m} {
		j := join(nil, init, m, shot(1, 2)).Complete(1, 0, 9)
		if j.Cooling() != want {
			t.Errorf("%v, want %v", j.Cooling(), want)
		}
		if gone, err := j.Cool(); gone != (want == Ready) || err != nil {
			t.Errorf("%v: gone %v, %v", want, gone, err)
		}
	}
}

// TestJoinedIsFoundByItsScan forgets what was just read back, without a look at the file, and
// keeps what lies around something damaged.
func TestJoinedIsFoundByItsScan(t *testing.T) {
	init, w := ladder(2), create(t, "a.ismv")
	var scan Scan
	for i := range 10 {
		for track := range uint32(2) {
			m := put(t, w, shot(track+1, i))
			r := Record{Offset: m.Offset(), MoofSize: int(m.moof), MdatHeader: 8, Payload: m.payload, Fragments: []*fmp4.Fragment{shot(track+1, i)}, Media: m}
			r.Fragments[0].Sync = i == 0
			scan.Records = append(scan.Records, r)
		}
	}
	joined := func() *Joined {
		var c *Composite
		for i := 2; i < 16; i += 2 {
			c = join(c, init, scan.Records[i].Media, scan.Records[i].Fragments[0])
		}
		return c.Complete(1, 0, 9)
	}
	scans := map[*File]*Scan{w.File(): &scan}
	j, again := joined(), joined()
	want := told(t, j)
	if !j.CoolBy(scans) || told(t, j) != want {
		t.Error("it stays, or is another")
	}
	if again.CoolBy(nil) {
		t.Error("it went, and nobody knows its file")
	}
	scan.Damaged = []Entry{{Offset: scan.Records[4].Offset}}
	scan.Records = slices.Delete(scan.Records, 4, 5)
	if again.CoolBy(scans) || told(t, again) != want {
		t.Error("it went, and a reader would find what is damaged")
	}
}

// BenchmarkFindAgain finds 50 pictures of a rung in their file, alone and among four other rungs.
func BenchmarkFindAgain(b *testing.B) {
	for _, tracks := range []int{1, 5} {
		b.Run(fmt.Sprint(tracks, " tracks"), func(b *testing.B) {
			j := mixed(b, create(b, "a.ismv"), ladder(tracks), 50)[0]
			if gone, err := j.Cool(); !gone || err != nil {
				b.Fatal(gone, err)
			}
			b.ReportAllocs()
			b.ResetTimer()
			for range b.N {
				if _, err := j.read(j.extents); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
