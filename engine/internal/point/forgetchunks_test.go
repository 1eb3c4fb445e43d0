package point

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/archive/archivetest"
	"pubpoint/engine/internal/cmaf"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/output/dash"
	"pubpoint/engine/internal/output/hds"
	"pubpoint/engine/internal/output/hls"
	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/output/smooth"
	"pubpoint/engine/internal/presentation"
)

// coldAtOnce has a point keep neither media nor chunks of what is complete.
func coldAtOnce(c *Config) { c.HotBytes, c.Recent = 1, 1 }

// chunkStates counts the fragments of a view that came in chunks, and those of them that have
// none in memory.
func chunkStates(v *presentation.View) (chunked, cold int) {
	for _, s := range v.Streams {
		for _, track := range s.Tracks {
			for i := range track.Fragments {
				if j, ok := track.Fragments[i].Media.(*archive.Joined); ok {
					chunked++
					if j.Cooling() == archive.Cold {
						cold++
					}
				}
			}
		}
	}
	return chunked, cold
}

// everything is what all formats give for a view, by path: bodies and tags of manifests and of
// every fragment.
func everything(t *testing.T, v *presentation.View, parts bool) map[string]string {
	t.Helper()
	got, src := map[string]string{}, outputtest.NewSource(v)
	ask := func(f output.Format, path string) {
		u, err := url.Parse(path)
		if err != nil {
			t.Fatal(err)
		}
		res, err := f.Resolve(output.Request{Point: "oceans", Path: u.Path, Query: u.Query()})
		if err != nil {
			t.Fatal(path, err)
		}
		obj, err := res.Render(context.Background(), src)
		var refused *output.Error
		if errors.As(err, &refused) && refused.Kind != output.Broken {
			got[path] = fmt.Sprint("refused: ", refused.Kind)
			return
		}
		if err != nil {
			t.Fatal(path, err)
		}
		var b bytes.Buffer
		if _, err := obj.Body.WriteTo(&b); err != nil {
			t.Fatal(path, err)
		}
		got[path] = fmt.Sprint(obj.Tag, obj.Type, obj.Size, b.String())
		if f.Name() != hls.CMAF().Name() { // when a part came is forgotten
			got[path] += fmt.Sprint(obj.Modified)
		}
	}
	formats := []output.Format{smooth.New(), hls.TS(), hls.CMAF(), dash.New(), hds.New()}
	for _, f := range formats {
		for _, l := range f.Links("oceans") {
			ask(f, l.Path)
		}
	}
	sound := ""
	if s := v.Stream("audio"); s != nil {
		sound = fmt.Sprintf(".audio-%d", s.Tracks[0].Bitrate)
	}
	for _, s := range v.Streams {
		for _, track := range s.Tracks {
			folder := cmaf.TrackFolder(s.Name, track.Bitrate) + "/"
			for i := range track.Fragments {
				f := &track.Fragments[i]
				ask(smooth.New(), fmt.Sprintf("QualityLevels(%d)/Fragments(%s=%d)", track.Bitrate, s.Name, f.Start))
				ask(smooth.New(), fmt.Sprintf("QualityLevels(%d)/KeyFrames(%s=%d)", track.Bitrate, s.Name, f.Start))
				ask(hls.CMAF(), folder+cmaf.SegmentFile(f.Start))
				ask(hls.CMAF(), folder+cmaf.KeyFile(f.Start))
				ask(hls.TS(), fmt.Sprintf("ts/%s-%d/%d.ts", s.Name, track.Bitrate, f.Start))
				for n := 0; parts && f.Chunks != nil && n < f.Chunks.Len(); n++ {
					ask(hls.CMAF(), folder+cmaf.PartFile(f.Start, n))
				}
				if s.Type == engine.Video {
					ask(hds.New(), fmt.Sprintf("hds.%s-%d%s/Seg1-Frag%d", s.Name, track.Bitrate, sound, i+1))
				}
			}
		}
	}
	return got
}

// alike fails where two answers are not the same.
func alike(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	served := 0
	for path, w := range want {
		if got[path] != w {
			t.Errorf("%s: %s is %d bytes, want %d", what, path, len(got[path]), len(w))
		}
		if len(w) > 200 {
			served++
		}
	}
	if len(got) != len(want) || served < 8 {
		t.Errorf("%s: %d answers, want %d, of which %d have media", what, len(got), len(want), served)
	}
}

// TestColdFragmentsGiveTheSameBytes asks all formats for all of an event whose chunks are in
// memory, and again when they have been forgotten, and when it was read back.
func TestColdFragmentsGiveTheSameBytes(t *testing.T) {
	for _, file := range []string{"av-isml.ismv", "bframes-isml.ismv", "av-cmaf.mp4", "2v1a-mixed-bframes-isml.ismv", "hevc-hvc1-isml.ismv"} {
		f := readFootage(t, file)
		for name, inner := range map[string]bool{"key frames begin": false, "key frames inside": true} {
			pieces := f.pieces(t, f.each(3, inner))
			t.Run(file+" "+name, func(t *testing.T) {
				hot, _ := record(t, f, pieces, func(c *Config) { c.HotBytes = 64 << 20 })
				cold, back := record(t, f, pieces, coldAtOnce)
				if n, gone := chunkStates(hot); n == 0 || gone != 0 {
					t.Fatalf("hot: %d of %d fragments are cold", gone, n)
				}
				for what, v := range map[string]*presentation.View{"cold": cold, "read back": back} {
					if n, gone := chunkStates(v); gone == 0 || gone < n-2*len(f.header.Init.Tracks) {
						t.Errorf("%s: %d of %d fragments are cold", what, gone, n)
					}
					differ(t, what, told(t, v, true), told(t, hot, true))
				}
				// Two recordings differ in what they are called and when they came.
				want := everything(t, settled(hot), true)
				alike(t, "cold", everything(t, settled(cold), true), want)
				alike(t, "read back", everything(t, settled(back), true), want)
			})
		}
	}
}

// settled is a view as if it had been recorded at a fixed time.
func settled(v *presentation.View) *presentation.View {
	same := *v
	same.Event, same.ZeroTime, same.Changed, same.SettledAt, same.Version, same.Settled = "e", time.Unix(0, 0), time.Unix(9, 0), time.Unix(9, 0), 7, 7
	same.Streams = nil
	for _, s := range v.Streams {
		stream := *s
		stream.Tracks = nil
		for _, tr := range s.Tracks {
			track := *tr
			track.Fragments = nil
			for _, f := range tr.Fragments {
				f.Arrived = 1
				track.Fragments = append(track.Fragments, f)
			}
			stream.Tracks = append(stream.Tracks, &track)
		}
		same.Streams = append(same.Streams, &stream)
	}
	return &same
}

// TestColdPresentationsGiveTheSameBytes archives the events of the formats' suite whose
// fragments came in chunks, and asks all formats for both.
func TestColdPresentationsGiveTheSameBytes(t *testing.T) {
	n := 0
	for _, p := range outputtest.Presentations(t) {
		if p.Whole.Streams[0].Tracks[0].Fragments[0].Chunks == nil {
			continue
		}
		n++
		t.Run(p.Name, func(t *testing.T) {
			for _, v := range []*presentation.View{p.Whole, p.Live(p.Steps() - 1)} {
				alike(t, fmt.Sprint("live ", v.Live), everything(t, archived(t, v), true), everything(t, v, true))
			}
		})
	}
	if n < 3 {
		t.Errorf("%d presentations", n)
	}
}

// archived is a view whose chunks lie in archive files, one for each stream of an encoder, the
// tracks' fragments mixed, and have been forgotten.
func archived(t *testing.T, v *presentation.View) *presentation.View {
	t.Helper()
	same, d := settled(v), archivetest.New()
	files := map[string]*archive.Writer{}
	for i := 0; ; i++ {
		any := false
		for a, s := range same.Streams {
			for b, track := range s.Tracks {
				if i >= len(track.Fragments) {
					continue
				}
				any = true
				f := &track.Fragments[i]
				f.Arrived = v.Streams[a].Tracks[b].Fragments[i].Arrived
				store(t, d, files, track, f)
			}
		}
		if !any {
			break
		}
	}
	for _, s := range same.Streams {
		for _, track := range s.Tracks {
			for i := range track.Fragments {
				if gone, err := track.Fragments[i].Media.(*archive.Joined).Cool(); !gone || err != nil {
					t.Fatalf("fragment %d of %s/%d stays in memory: %v", i, s.Name, track.Bitrate, err)
				}
			}
		}
	}
	back := *v
	back.Streams = same.Streams
	return &back
}

// store writes the chunks of a fragment to the file of its track, and makes it read them there.
func store(t *testing.T, d archive.Directory, files map[string]*archive.Writer, track *presentation.Track, f *presentation.Fragment) {
	t.Helper()
	id := fmt.Sprintf("%s-%p", track.Source, track.Header)
	if files[id] == nil {
		w, err := archive.Create(d, id+".ismv", []byte("\x00\x00\x00\x08free"), archive.Options{Sync: archive.SyncNone})
		if err != nil {
			t.Fatal(err)
		}
		files[id] = w
	}
	chunks, err := f.ListChunks()
	if err != nil {
		t.Fatal(err)
	}
	var c *archive.Composite
	var end int64
	for _, k := range chunks {
		moof, err := k.Media.Moof()
		if err != nil {
			t.Fatal(err)
		}
		var payload bytes.Buffer
		if _, err := k.Media.WritePayload(&payload, 0, k.Media.PayloadSize()); err != nil {
			t.Fatal(err)
		}
		size := payload.Len() + 8
		m, err := files[id].Append(moof, []byte{byte(size >> 24), byte(size >> 16), byte(size >> 8), byte(size), 'm', 'd', 'a', 't'}, payload.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		m.Cool()
		parsed, err := archive.ParseMoof(moof, track.Header, fmp4.DefaultLimits(), 0)
		if err != nil {
			t.Fatal(err)
		}
		k.Media = m
		piece := archive.Piece{Media: m, Size: m.PayloadSize()}
		if c == nil {
			c = archive.NewChunked(track.Header, piece, k)
		} else {
			piece.Lead = int32(parsed[0].DecodeStart - end)
			c = c.With(piece, k)
		}
		end = parsed[0].DecodeStart + parsed[0].Duration
	}
	j := c.Complete(track.Init.ID, f.Shift, f.Arrived)
	f.Media, f.Chunks = j, j
}

// TestReadersSeeNothingOfCooling reads fragments again and again while their chunks go.
func TestReadersSeeNothingOfCooling(t *testing.T) {
	f := readFootage(t, "av-isml.ismv")
	hot, _ := record(t, f, f.pieces(t, f.each(2, false)), func(c *Config) { c.Recent = time.Hour })
	track := hot.Streams[0].Tracks[0]
	var want []string
	for i := range track.Fragments {
		want = append(want, describe(t, track, &track.Fragments[i], true))
	}
	var readers, ready sync.WaitGroup
	cooled := make(chan struct{})
	faults := make(chan error, 4)
	for range 4 {
		readers.Add(1)
		ready.Add(1)
		go func() {
			defer readers.Done()
			for round, over := 0, false; !over; round++ {
				select {
				case <-cooled:
					over = true // and once more
				default:
				}
				for i := range track.Fragments {
					if err := readable(&track.Fragments[i]); err != nil {
						faults <- err
						return
					}
				}
				if round == 0 {
					ready.Done()
				}
			}
		}()
	}
	ready.Wait()
	for i := range track.Fragments {
		j := track.Fragments[i].Media.(*archive.Joined)
		whole, err := j.Whole()
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range whole.Pieces() {
			p.Media.Cool()
		}
		if gone, err := j.Cool(); !gone || err != nil {
			t.Fatalf("fragment %d: %v, %v", i, gone, err)
		}
	}
	runtime.GC() // what was read again may go as well
	close(cooled)
	readers.Wait()
	close(faults)
	for err := range faults {
		t.Error(err)
	}
	for i := range track.Fragments {
		differ(t, "cold", describe(t, track, &track.Fragments[i], true), want[i])
	}
}

// readable reads all of a fragment.
func readable(f *presentation.Fragment) error {
	chunks, err := f.ListChunks()
	if err == nil && len(chunks) != f.Chunks.Len() {
		err = fmt.Errorf("%d chunks of %d", len(chunks), f.Chunks.Len())
	}
	_, failed := f.Media.Moof()
	n, unwritten := f.Media.WritePayload(io.Discard, 0, f.Media.PayloadSize())
	if n != f.Media.PayloadSize() {
		err = errors.Join(err, fmt.Errorf("%d bytes of %d", n, f.Media.PayloadSize()))
	}
	return errors.Join(err, failed, unwritten)
}

// TestChunksThatCannotBeFoundAgainStay spoils the file before the chunks would go.
func TestChunksThatCannotBeFoundAgainStay(t *testing.T) {
	f := readFootage(t, "av-isml.ismv")
	dir := filepath.Join(t.TempDir(), "oceans.isml")
	s, _ := perform(t, dir, func(c *Config) { c.Recent, c.HotBytes = time.Hour, 1 })
	e := s.encode(f)
	e.put(f.pieces(t, f.each(2, false))...)
	e.end()
	if err := s.SetState(t.Context(), engine.StateStopped); err != nil {
		t.Fatal(err)
	}
	fragment := &s.view().Streams[0].Tracks[0].Fragments[1]
	j := fragment.Media.(*archive.Joined)
	whole, err := j.Whole()
	if err != nil {
		t.Fatal(err)
	}
	at := whole.Pieces()[1].Media.Offset()
	file, err := os.OpenFile(filepath.Join(dir, "x-400k-64k.ismv"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	write := func(box string) {
		if _, err := file.WriteAt([]byte(box), at+4); err != nil {
			t.Fatal(err)
		}
	}
	write("free")
	if gone, err := j.Cool(); gone || err == nil || j.Cooling() == archive.Cold {
		t.Errorf("chunks that are not there were forgotten: %v", err)
	}
	write("moof")
	if gone, err := j.Cool(); !gone || err != nil {
		t.Errorf("%v, %v", gone, err)
	}
	write("free")
	if _, err := j.List(); err == nil {
		t.Error("chunks that are not there were found")
	}
	if _, err := cmaf.Segment(s.view().Streams[0].Tracks[0], fragment); err == nil {
		t.Error("a segment was made of chunks that are not there")
	}
	write("moof")
	if err := errors.Join(readable(fragment), file.Close()); err != nil {
		t.Error(err)
	}
}
