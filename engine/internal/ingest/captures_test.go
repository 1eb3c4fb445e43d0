package ingest

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"

	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
)

func TestCapturesBecomePresentations(t *testing.T) {
	for _, c := range []struct {
		file, id string
		want     map[string]string
		rates    map[string][]int
	}{
		{"av-isml.ismv", "oceans-400k-64k",
			map[string]string{"video": "0+20000000 20000000+20000000 40000000+10000000", "audio": "0+20053333 20053333+20053334 40106667+9893333"},
			map[string][]int{"video": {400000}, "audio": {64000}}},
		{"av-plain.ismv", "oceans",
			map[string]string{"video": "0+20000000 20000000+20000000 40000000+10000000"},
			map[string][]int{"audio": {32000}}},
		{"2v1a-isml.ismv", "oceans-200k-64k-400k",
			map[string]string{"video": "0+20000000 20000000+20000000"},
			map[string][]int{"video": {200000, 400000}, "audio": {64000}}},
		{"2v1a-isml.ismv", "oceans-200k", // wrong count: the encoder's manifest counts
			map[string]string{"video": "0+20000000 20000000+20000000"},
			map[string][]int{"video": {30000, 60000}, "audio": {32000}}},
		{"v-2audio-lang-isml.ismv", "x", map[string]string{"audio_eng": "0+20053333 20053333+19946667", "audio_fra": "0+20053333 20053333+19946667"}, nil},
		{"video-2997-isml.ismv", "x", map[string]string{"video": "0+20020000 20020000+20020000 40040000+20020000 60060000+10010000"}, nil},
		{"bframes-isml.ismv", "x", map[string]string{"video": "0+20000000 20000000+20000000 40000000+10000000"}, nil},
		{"audio-only-2s-isml.ismv", "x", map[string]string{"audio": "0+19840000 19840000+20053333 39893333+20053334 59946667+53333"}, nil},
		{"hevc-hev1-opengop-isml.ismv", "x", map[string]string{"video": "0+20000000 20000000+20000000 40000000+10000000"}, nil},
		{"redundant-a-wallclock-isml.ismv", "x", nil, map[string][]int{"video": {20000}, "audio": {16000}}},
		{"hevc-hvc1-isml.ismv", "x", map[string]string{"video": "0+20000000 20000000+20000000 40000000+10000000"}, nil},
		{"av-ac3-delaymoov-isml.ismv", "x", map[string]string{"video": "0+20000000 20000000+10000000"}, map[string][]int{"audio": {48000}}},
		{"av-nomanifest-makezero.ismv", "x-60k", map[string]string{"video": "0+20213333 20213333+20000000"}, nil},
		{"2v1a-mixed-bframes-isml.ismv", "x", nil, map[string][]int{"video": {40000, 40001}}},
		{"av-cmaf.mp4", "x", nil, map[string][]int{"video": {60000}, "audio": {32000}}}, // btrt
		{"av-lookahead2-file.ismv", "x-40k-32k", nil, nil},
		{"av-prft-isml.ismv", "x", map[string]string{"video": "0+20000000 20000000+10000000"}, nil},
	} {
		t.Run(c.file+" "+c.id, func(t *testing.T) {
			d := newDesk(t, engine.DefaultPointConfig())
			body := vector(t, c.file)
			status, text := d.post("/oceans.isml/oceans.ism?stream_id="+c.id+".ismv", bytes.NewReader(body))
			if status != http.StatusOK {
				t.Fatalf("status %d: %s", status, text)
			}
			st := d.await(engine.StateStopped)
			v := d.point.Source().View()
			for name, want := range c.want {
				if got := timeline(v, name); got != want {
					t.Errorf("%s\n got %s\nwant %s", name, got, want)
				}
			}
			for name, rates := range c.rates {
				for i, want := range rates {
					if got := v.Stream(name).Tracks[i].Bitrate; got != want {
						t.Errorf("%s track %d has %d bit/s, want %d", name, i, got, want)
					}
				}
			}
			if !st.Archive.Sealed || v.Live {
				t.Errorf("archive %+v, live %v", st.Archive, v.Live)
			}
			checkArchive(t, filepath.Join(d.dir, c.id+".ismv"), body)
		})
	}
}

// checkArchive makes sure that the file begins with what was sent, up to its end mark.
func checkArchive(t *testing.T, name string, sent []byte) {
	t.Helper()
	kept, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	end := bytes.LastIndex(sent, []byte("mfra")) - 4
	if bytes.Contains(sent, []byte("prft")) {
		return // information about the encoder's clock is not media
	}
	if end < 0 || !bytes.HasPrefix(kept, sent[:end]) {
		t.Fatal("the archive does not begin with the bytes that were sent")
	}
	if !bytes.Contains(kept[end:], []byte("tfra")) || !bytes.Contains(kept[end:], []byte("mfro")) {
		t.Error("the archive has no index")
	}
}

func TestEndedEventComesBackFromDisk(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	if status, text := d.post("/oceans.isml/Streams(oceans-200k-64k-400k)", bytes.NewReader(vector(t, "2v1a-isml.ismv"))); status != 200 {
		t.Fatal(status, text)
	}
	d.await(engine.StateStopped)
	before := d.point.Source().View()
	d.stop()
	d.open(engine.DefaultPointConfig())
	d.await(engine.StateStopped)
	after := d.point.Source().View()
	if len(before.Streams) != len(after.Streams) || before.Event != after.Event || before.LookAhead != after.LookAhead {
		t.Fatalf("before %+v\nafter %+v", before, after)
	}
	for i, s := range before.Streams {
		other := after.Streams[i]
		if timeline(before, s.Name) != timeline(after, other.Name) || len(s.Tracks) != len(other.Tracks) {
			t.Fatalf("%s: %s became %s", s.Name, timeline(before, s.Name), timeline(after, other.Name))
		}
		for j, track := range s.Tracks {
			if track.Bitrate != other.Tracks[j].Bitrate {
				t.Fatalf("%s: %d became %d", s.Name, track.Bitrate, other.Tracks[j].Bitrate)
			}
			for k := range track.Fragments {
				equalMedia(t, &track.Fragments[k], &other.Tracks[j].Fragments[k])
			}
		}
	}
}

func equalMedia(t *testing.T, a, b *presentation.Fragment) {
	t.Helper()
	var x, y bytes.Buffer
	for buf, f := range map[*bytes.Buffer]*presentation.Fragment{&x: a, &y: b} {
		moof, err := f.Media.Moof()
		if err != nil {
			t.Fatal(err)
		}
		buf.Write(moof)
		if _, err := f.Media.WritePayload(buf, 0, f.Media.PayloadSize()); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(x.Bytes(), y.Bytes()) {
		t.Fatalf("fragment at %d has other bytes on disk", a.Start)
	}
}

func TestOneByteAtATime(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	if status, text := d.post("/oceans.isml/Streams(x)", iotest.OneByteReader(bytes.NewReader(vector(t, "1s-fragments-midgop-isml.ismv")))); status != 200 {
		t.Fatal(status, text)
	}
	d.await(engine.StateStopped)
}

func TestMethodOneTwoProcesses(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	first, second := io.Pipe()
	answered := make(chan int)
	go func() {
		status, _ := d.post("/oceans.isml/oceans.ism?stream_id=oceans-400k-64k.ismv", first)
		answered <- status
	}()
	av := vector(t, "av-isml.ismv")
	if _, err := second.Write(av[:len(av)-8]); err != nil {
		t.Fatal(err)
	}
	if status, text := d.post("/oceans.isml/oceans.ism?stream_id=oceans-200k.ismv", bytes.NewReader(vector(t, "1s-fragments-midgop-isml.ismv"))); status != 200 {
		t.Fatal(status, text)
	}
	if st := d.point.Status(); st.State != engine.StateStarted {
		t.Fatalf("a rung that ends alone ended the event: %s", st.State)
	}
	if _, err := second.Write(av[len(av)-8:]); err != nil {
		t.Fatal(err)
	}
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
	if status := <-answered; status != 200 {
		t.Fatal(status)
	}
	d.await(engine.StateStopped)
	s := d.point.Source().View().Stream("video")
	if len(s.Tracks) != 2 {
		t.Fatalf("%d quality levels", len(s.Tracks))
	}
}

// TestOtherSoundAndPictures takes in what the captures have not: HE-AAC, a time scale of
// 90 kHz, and times that begin before zero or where a wall clock is.
func TestOtherSoundAndPictures(t *testing.T) {
	av := vector(t, "av-isml.ismv")
	header, fragments, _ := split(t, av)
	for name, c := range map[string]struct {
		body  []byte
		codec string
		first engine.Ticks
	}{
		"HE-AAC":        {patched(t, av, "\x11\x90\x56\xe5\x00", 0, 0, 0x2b, 0x11, 0x88, 0, 0), "mp4a.40.5", 0},
		"90 kHz":        {patched(t, av, "mdhd", 0, 24, 0, 1, 0x5f, 0x90), "mp4a.40.2", 0},
		"a wall clock":  {append(bytes.Clone(header), stamped(t, fragments[0], wall)...), "", wall},
		"odd times":     {append(bytes.Clone(header), stamped(t, fragments[0], 12_345_677)...), "", 12_345_677},
		"negative time": {append(bytes.Clone(header), stamped(t, fragments[0], -400_000)...), "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, engine.DefaultPointConfig())
			if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(c.body)); status != http.StatusOK {
				t.Fatal(status, text)
			}
			v := d.point.Source().View()
			if got := v.Stream("video").Spans[0].Start; got != c.first {
				t.Errorf("it begins at %d, not at %d", got, c.first)
			}
			if c.codec != "" && v.Stream("audio").Tracks[0].Init.Codec != c.codec {
				t.Errorf("sound is %s", v.Stream("audio").Tracks[0].Init.Codec)
			}
		})
	}
}
