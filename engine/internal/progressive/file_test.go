package progressive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/Eyevinn/mp4ff/mp4"

	"pubpoint/engine"
	"pubpoint/engine/internal/clip"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/presentation"
)

// heard is a sample as players of the event see it.
type heard struct {
	at   int64 // presentation time, at scale
	data string
	sync bool
}

// event are all samples that a track has in a view.
func event(t *testing.T, own Track) []heard {
	t.Helper()
	var out []heard
	for i := range own.Track.Fragments {
		f := &own.Track.Fragments[i]
		s, err := output.Samples(own.Track, f)
		if err != nil {
			t.Fatal(err)
		}
		decode, off := engine.Ticks(s.DecodeStart), s.PayloadOffset
		for _, x := range s.Samples {
			var b bytes.Buffer
			if _, err := f.Media.WritePayload(&b, off, int64(x.Size)); err != nil {
				t.Fatal(err)
			}
			out = append(out, heard{int64((decode + engine.Ticks(x.CTO)).Rescale(own.Stream.Timescale, scale)), b.String(), x.Sync()})
			decode, off = decode+engine.Ticks(x.Duration), off+int64(x.Size)
		}
	}
	return out
}

// exported are the samples of one track of a file, at the times that its edit list gives.
func exported(t *testing.T, file []byte, trak *mp4.TrakBox) (out []heard, total int64) {
	t.Helper()
	stbl := trak.Mdia.Minf.Stbl
	var wait, from int64
	for _, e := range trak.Edts.Elst[0].Entries {
		if total += int64(e.SegmentDuration); e.MediaTime < 0 {
			wait += int64(e.SegmentDuration)
		} else {
			from = e.MediaTime
		}
	}
	var offsets []uint64
	if stbl.Stco != nil {
		for _, o := range stbl.Stco.ChunkOffset {
			offsets = append(offsets, uint64(o))
		}
	} else {
		offsets = stbl.Co64.ChunkOffset
	}
	n := int(stbl.Stsz.SampleNumber)
	for i := 1; i <= n; i++ {
		chunk, first, err := stbl.Stsc.ChunkNrFromSampleNr(i)
		if err != nil {
			t.Fatal(err)
		}
		at := offsets[chunk-1]
		for j := first; j < i; j++ {
			at += uint64(stbl.Stsz.GetSampleSize(j))
		}
		decode, _ := stbl.Stts.GetDecodeTime(uint32(i))
		shown := int64(decode)
		if stbl.Ctts != nil {
			shown += int64(stbl.Ctts.GetCompositionTimeOffset(uint32(i)))
		}
		relative := engine.Ticks(shown-from).Rescale(trak.Mdia.Mdhd.Timescale, scale)
		out = append(out, heard{wait + int64(relative), string(file[at : at+uint64(stbl.Stsz.GetSampleSize(i))]),
			stbl.Stss == nil || stbl.Stss.IsSyncSample(uint32(i))})
	}
	return out, total
}

func TestExportsAreTheEvent(t *testing.T) {
	for _, name := range []string{"2v1a-isml.ismv", "audio-only-2s-isml.ismv", "av-ac3-delaymoov-isml.ismv", "av-cmaf.mp4", "av-fmp4-basedataoffset.mp4",
		"av-isml.ismv", "bframes-isml.ismv", "hevc-hvc1-isml.ismv", "v-2audio-lang-isml.ismv", "video-2997-isml.ismv"} {
		for _, from := range []time.Duration{0, 2500 * time.Millisecond} {
			t.Run(fmt.Sprint(name, " from ", from), func(t *testing.T) {
				view, err := outputtest.FromVector(name)
				if err != nil {
					t.Fatal(err)
				}
				v, err := clip.Select(view, engine.Range{From: engine.MediaMoment(from)}, "x")
				if err != nil {
					t.Fatal(err)
				}
				compare(t, v)
			})
		}
	}
}

// compare exports a view and holds every sample of the file to it.
func compare(t *testing.T, v *presentation.View) {
	t.Helper()
	tracks, err := Choose(v, engine.ExportRequest{})
	if err != nil {
		t.Fatal(err)
	}
	f, err := Open(t.Context(), tracks)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if n, err := f.WriteTo(&b); err != nil || n != f.Size() || int64(b.Len()) != n {
		t.Fatalf("%d bytes of %d: %v", n, f.Size(), err)
	}
	parsed, err := mp4.DecodeFile(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if parsed.IsFragmented() || parsed.Children[1].Type() != "moov" {
		t.Fatal("the file is fragmented, or its index is not in front")
	}
	if len(parsed.Moov.Traks) != len(tracks) {
		t.Fatalf("%d tracks of %d", len(parsed.Moov.Traks), len(tracks))
	}
	zero := int64(f.window.from.Rescale(f.window.timescale, scale))
	length := int64(f.window.to.Rescale(f.window.timescale, scale)) - zero
	for i, own := range tracks {
		got, total := exported(t, b.Bytes(), parsed.Moov.Traks[i])
		want := event(t, own)
		if own.Stream.Type == engine.Video && (len(got) != len(want) || got[0].at != 0) {
			t.Fatalf("%d pictures of %d, the first at %d", len(got), len(want), got[0].at)
		}
		skipped := 0
		for skipped < len(want) && (want[skipped].data != got[0].data || want[skipped].at-zero < got[0].at-1000) {
			skipped++
		}
		if skipped+len(got) > len(want) || len(got) == 0 {
			t.Fatalf("%s has %d samples behind %d of %d", own.Stream.Name, len(got), skipped, len(want))
		}
		for n, s := range got {
			w := want[skipped+n]
			if off := w.at - zero - s.at; s.data != w.data || s.sync != w.sync || off < -1000 || off > 1000 {
				t.Fatalf("%s sample %d is at %d with %d bytes, want %d with %d", own.Stream.Name, n, s.at, len(s.data), w.at-zero, len(w.data))
			}
		}
		if skipped+len(got) < len(want) && want[skipped+len(got)].at-zero < length-1000 {
			t.Errorf("%s ends at %d of %d", own.Stream.Name, want[skipped+len(got)].at-zero, length)
		}
		if total > length+1000 || own.Stream.Type == engine.Video && total < length-1000 {
			t.Errorf("%s is edited to %d of %d", own.Stream.Name, total, length)
		}
		if parsed.Moov.Traks[i].Mdia.Mdhd.GetLanguage() != own.Stream.Language {
			t.Errorf("language %s, want %s", parsed.Moov.Traks[i].Mdia.Mdhd.GetLanguage(), own.Stream.Language)
		}
	}
}

// edited is a view whose tracks were changed.
func edited(t *testing.T, name string, change func(*presentation.Stream, *presentation.Track)) *presentation.View {
	t.Helper()
	v, err := outputtest.FromVector(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range v.Streams {
		for _, own := range s.Tracks {
			change(s, own)
		}
	}
	return v
}

func TestGapsKeepOneTimeline(t *testing.T) {
	compare(t, edited(t, "av-isml.ismv", func(s *presentation.Stream, own *presentation.Track) {
		own.Fragments = append(own.Fragments[:1:1], own.Fragments[2:]...)
	}))
}

func TestSoundThatBeginsLaterWaits(t *testing.T) {
	compare(t, edited(t, "av-isml.ismv", func(s *presentation.Stream, own *presentation.Track) {
		if s.Type == engine.Audio {
			own.Fragments = own.Fragments[1:]
		}
	}))
}

func TestOverlappingFragmentsKeepTheirTimes(t *testing.T) {
	compare(t, edited(t, "bframes-isml.ismv", func(s *presentation.Stream, own *presentation.Track) {
		for i := range own.Fragments[1:] {
			own.Fragments[i+1].Shift -= 100_000 // 10 ms into the one before
		}
	}))
}

func TestGapsBeyondAnMP4(t *testing.T) {
	v := edited(t, "av-isml.ismv", func(s *presentation.Stream, own *presentation.Track) { own.Fragments[2].Shift += 1 << 33 })
	tracks, err := Choose(v, engine.ExportRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), tracks); engine.KindOf(err) != engine.Unsupported {
		t.Fatal(err)
	}
}

func TestChoices(t *testing.T) {
	rungs, err := outputtest.FromVector("2v1a-isml.ismv")
	if err != nil {
		t.Fatal(err)
	}
	languages, err := outputtest.FromVector("v-2audio-lang-isml.ismv")
	if err != nil {
		t.Fatal(err)
	}
	low := rungs.Streams[0].Tracks[0].Bitrate
	for _, c := range []struct {
		name  string
		v     *presentation.View
		req   engine.ExportRequest
		want  string
		fails engine.Kind
	}{
		{"all", rungs, engine.ExportRequest{}, "video 96 audio 0", 0},
		{"a rung", rungs, engine.ExportRequest{Video: low}, "video 160 audio 0", 0},
		{"no rung", rungs, engine.ExportRequest{Video: 1}, "", engine.NotFound},
		{"no sound", rungs, engine.ExportRequest{NoAudio: true}, "video 96", 0},
		{"no pictures", rungs, engine.ExportRequest{Video: engine.NoVideo}, "audio 0", 0},
		{"nothing", rungs, engine.ExportRequest{Video: engine.NoVideo, NoAudio: true}, "", engine.BadInput},
		{"languages", languages, engine.ExportRequest{Video: engine.NoVideo}, "audio_eng 0 audio_fra 0", 0},
		{"a language", languages, engine.ExportRequest{Audio: []string{"audio_fra"}}, "video 160 audio_fra 0", 0},
		{"no language", languages, engine.ExportRequest{Audio: []string{"audio_deu"}}, "", engine.NotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			tracks, err := Choose(c.v, c.req)
			var got string
			for _, own := range tracks {
				got += fmt.Sprintf(" %s %d", own.Stream.Name, own.Track.Init.Width)
			}
			if (err != nil) != (c.fails != 0) || err != nil && engine.KindOf(err) != c.fails || err == nil && got != " "+c.want {
				t.Fatalf("%q %v", got, err)
			}
		})
	}
}

// full is a writer that has room for some bytes.
type full struct{ left int }

func (f *full) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errors.New("gone")
	}
	return len(p), nil
}

func TestExportEndsWithItsReader(t *testing.T) {
	v, err := outputtest.FromVector("av-isml.ismv")
	if err != nil {
		t.Fatal(err)
	}
	tracks, err := Choose(v, engine.ExportRequest{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	f, err := Open(ctx, tracks)
	if err != nil {
		t.Fatal(err)
	}
	for left := 0; left < int(f.Size()); left += 1000 {
		if _, err := f.WriteTo(&full{left}); err == nil {
			t.Fatalf("it wrote more than %d bytes", left)
		}
	}
	cancel()
	if _, err := f.WriteTo(&full{1 << 30}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}

func TestLargeFilesHaveLongOffsets(t *testing.T) {
	v, err := outputtest.FromVector("av-isml.ismv")
	if err != nil {
		t.Fatal(err)
	}
	tracks, err := Choose(v, engine.ExportRequest{NoAudio: true})
	if err != nil {
		t.Fatal(err)
	}
	own, err := read(t.Context(), tracks[0], window{open: true})
	if err != nil {
		t.Fatal(err)
	}
	own.chunks[1].n = 5 << 30
	head := header([]*table{own}, window{from: own.begin, to: own.end, timescale: scale})
	at := bytes.Index(head, []byte("co64"))
	if at < 0 || bytes.Contains(head, []byte("stco")) {
		t.Fatal("no co64")
	}
	last := head[at+4+8+16:][:8]
	want := uint64(len(head)) + uint64(own.chunks[0].n) + 5<<30
	if got := uint64(last[3])<<32 | uint64(last[4])<<24 | uint64(last[5])<<16 | uint64(last[6])<<8 | uint64(last[7]); got != want {
		t.Fatalf("the last chunk is at %d, want %d", got, want)
	}
}
