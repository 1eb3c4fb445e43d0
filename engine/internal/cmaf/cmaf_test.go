package cmaf

import (
	"bytes"
	"context"
	"testing"

	"github.com/Eyevinn/mp4ff/mp4"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/presentation"
)

// eachTrack calls f with every track of every presentation of the suite.
func eachTrack(t *testing.T, f func(t *testing.T, v *presentation.View, s *presentation.Stream, track *presentation.Track)) {
	for _, p := range outputtest.Presentations(t) {
		t.Run(p.Name, func(t *testing.T) {
			for _, s := range p.Whole.Streams {
				for _, track := range s.Tracks {
					if s.Type != engine.Text {
						f(t, p.Whole, s, track)
					}
				}
			}
		})
	}
}

// TestHeaders reads every header with another implementation.
func TestHeaders(t *testing.T) {
	eachTrack(t, func(t *testing.T, _ *presentation.View, s *presentation.Stream, track *presentation.Track) {
		b, err := Header(track.Init)
		if err != nil {
			t.Fatal(err)
		}
		file, err := mp4.DecodeFile(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		trak := file.Moov.Trak
		if len(file.Moov.Traks) != 1 || trak.Tkhd.TrackID != 1 || trak.Mdia.Mdhd.Timescale != s.Timescale || trak.Tkhd.Duration != 0 {
			t.Errorf("%s/%d: track %d of %d, timescale %d", s.Name, track.Bitrate, trak.Tkhd.TrackID, len(file.Moov.Traks), trak.Mdia.Mdhd.Timescale)
		}
		again, err := fmp4.ParseInit(nil, b[file.Ftyp.Size():], fmp4.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		if got, want := again.Tracks[0], track.Init; got.Codec != want.Codec || !bytes.Equal(got.CodecPrivate, want.CodecPrivate) ||
			got.Language != want.Language || got.DisplayWidth != want.DisplayWidth || got.SamplingRate != want.SamplingRate || got.SampleEntry == "hev1" {
			t.Errorf("%s/%d: %s of %s, want %s", s.Name, track.Bitrate, got.Codec, got.Language, want.Codec)
		}
		if _, err := Header(&fmp4.TrackInit{}); err == nil {
			t.Error("a track without a sample entry gave a header")
		}
	})
}

// TestSegments reads every segment with another implementation and compares its samples.
func TestSegments(t *testing.T) {
	eachTrack(t, func(t *testing.T, _ *presentation.View, s *presentation.Stream, track *presentation.Track) {
		end := engine.Ticks(-1)
		for i := range track.Fragments {
			f := &track.Fragments[i]
			body, err := Segment(track, f)
			if err != nil {
				t.Fatal(err)
			}
			chunks := fragmentsOf(decode(t, body))
			want := 1
			if f.Chunks != nil {
				want = f.Chunks.Len()
			}
			if len(chunks) != want {
				t.Errorf("%s/%d@%d: %d chunks, want %d", s.Name, track.Bitrate, f.Start, len(chunks), want)
			}
			start := engine.Ticks(chunks[0].Moof.Traf.Tfdt.BaseMediaDecodeTime())
			if start != max(f.Decode, 0) {
				t.Errorf("%s/%d@%d: tfdt is %d, want %d", s.Name, track.Bitrate, f.Start, start, f.Decode)
			}
			if end >= 0 && start < end {
				t.Errorf("%s/%d@%d: tfdt is %d, before the end of the last one, %d", s.Name, track.Bitrate, f.Start, start, end)
			}
			end = start
			var got []mp4.FullSample
			for _, c := range chunks {
				samples, err := c.GetFullSamples(nil)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, samples...)
			}
			compareSamples(t, track, f, got)
			for _, x := range got {
				end += engine.Ticks(x.Dur)
			}
		}
	})
}

func fragmentsOf(file *mp4.File) (all []*mp4.Fragment) {
	for _, s := range file.Segments {
		all = append(all, s.Fragments...)
	}
	return all
}

func decode(t *testing.T, body *Body) *mp4.File {
	t.Helper()
	var b bytes.Buffer
	n, err := body.WriteTo(&b)
	if err != nil || n != body.Size() || int64(b.Len()) != n {
		t.Fatalf("wrote %d of %d bytes: %v", n, body.Size(), err)
	}
	file, err := mp4.DecodeFile(&b)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// compareSamples holds what was served against what was ingested: when each sample is shown, and
// its bytes.
func compareSamples(t *testing.T, track *presentation.Track, f *presentation.Fragment, got []mp4.FullSample) {
	t.Helper()
	want, err := output.Samples(track, f)
	if err != nil {
		t.Fatal(err)
	}
	var payload bytes.Buffer
	if _, err := f.Media.WritePayload(&payload, want.PayloadOffset, want.PayloadSize); err != nil {
		t.Fatal(err)
	}
	at, bytesBefore, n := want.DecodeStart, 0, 0
	for _, x := range want.Samples {
		shown := at + int64(x.CTO)
		data := payload.Bytes()[bytesBefore:][:x.Size]
		at, bytesBefore = at+int64(x.Duration), bytesBefore+int(x.Size)
		if at <= int64(f.Start) && x.CTO == 0 && x.Sync() && want.Start < int64(f.Start) {
			continue // priming, before zero
		}
		if n >= len(got) {
			t.Fatalf("@%d: %d samples, want more", f.Start, len(got))
		}
		if g := got[n]; g.PresentationTime() != max(shown, 0) || !bytes.Equal(g.Data, data) || g.IsSync() != x.Sync() {
			t.Errorf("@%d: sample %d at %d with %d bytes, want %d with %d", f.Start, n, g.PresentationTime(), len(g.Data), shown, len(data))
		}
		n++
	}
	if n != len(got) {
		t.Errorf("@%d: %d samples, want %d", f.Start, len(got), n)
	}
}

func TestKeyFrames(t *testing.T) {
	v := outputtest.Synthetic{Name: "one", Video: []int{400_000}, Fragments: 2}.View()
	track := v.Streams[0].Tracks[0]
	body, err := KeyFrame(track, &track.Fragments[1])
	if err != nil {
		t.Fatal(err)
	}
	samples, err := decode(t, body).Segments[0].Fragments[0].GetFullSamples(nil)
	if err != nil || len(samples) != 1 || samples[0].Dur != 10_000_000 {
		t.Errorf("%d samples of %d ticks, want one for the whole second: %v", len(samples), samples[0].Dur, err)
	}
}

func TestResolve(t *testing.T) {
	for path, want := range map[string]Path{
		"cmaf/video-400000/0.m4s":               {Stream: "video", Bitrate: 400000, Part: -1},
		"cmaf/audio_eng-64000/193.m4s":          {Stream: "audio_eng", Bitrate: 64000, At: 193, Part: -1},
		"cmaf/a-b-64000/193.2.m4s":              {Stream: "a-b", Bitrate: 64000, At: 193, Part: 2},
		"cmaf/video-400000/193.key.m4s":         {Stream: "video", Bitrate: 400000, At: 193, Part: -1, Key: true},
		"cmaf/video-400000/init-0a1b2c3d4e.mp4": {Stream: "video", Bitrate: 400000, Part: -1, Header: "0a1b2c3d4e"},
	} {
		got, err := Resolve(output.Request{Point: "oceans", Path: path})
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", path, got, err, want)
		}
	}
	for _, path := range []string{
		"cmaf/", "cmaf/video/0.m4s", "cmaf/-1/0.m4s", "cmaf/video-0/0.m4s", "cmaf/video-400000/", "cmaf/video-400000/00.m4s", "cmaf/video-400000/-1.m4s",
		"cmaf/video-400000/1.x.m4s", "cmaf/video-400000/init-.mp4", "cmaf/video-400000/init-a.b.mp4", "cmaf/video-400000/1.1.1.m4s", "cmaf/video-400000/9999999999999999999.m4s",
	} {
		if got, err := Resolve(output.Request{Point: "oceans", Path: path}); err == nil {
			t.Errorf("%s: %+v, want an error", path, got)
		}
	}
}

func FuzzResolve(f *testing.F) {
	for _, path := range append(outputtest.Nonsense(), "cmaf/video-400000/0.m4s", "cmaf/a-b-64000/193.2.m4s", "cmaf/video-400000/init-0a.mp4", "cmaf/v-1/1.key.m4s") {
		f.Add(path)
	}
	v := outputtest.Synthetic{Name: "one", Video: []int{400_000}, Fragments: 2}.View()
	f.Fuzz(func(t *testing.T, path string) {
		res, err := Resolve(output.Request{Point: "oceans", Path: path})
		if err != nil {
			return
		}
		if _, err := res.Render(context.Background(), outputtest.NewSource(v)); err == nil && path == "" {
			t.Error("an empty path gave an object")
		}
	})
}
