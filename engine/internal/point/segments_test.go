package point

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/archive/archivetest"
	"pubpoint/engine/internal/presentation"
)

// TestKilledAtEveryByte cuts the media of a small recording at every byte, with the index that
// goes with it and with one that is behind or ahead: every fragment that is whole is served
// as before, by the same URL, with the same bytes and time of arrival.
func TestKilledAtEveryByte(t *testing.T) {
	d := archivetest.New()
	s := newStage(t, inMemory(d))
	c := s.camera("x-200k", engine.Video, two)
	c.send(5)
	want := fetch(t, s.view(), "x-200k")
	media, index, manifest := d.Bytes("x-200k.ismv"), d.Bytes("x-200k.ismx"), d.Bytes("oceans.ism")
	x, err := archive.LoadIndex(d, "x-200k.ismv")
	if err != nil {
		t.Fatal(err)
	}
	header := x.Entries[0].End()
	check := func(m, n int) {
		left := archivetest.New()
		left.Put("x-200k.ismv", media[:m])
		left.Put("x-200k.ismx", index[:n])
		left.Put("oceans.ism", manifest)
		p, stop := runPoint(t, Config{Name: "oceans", Settings: engine.DefaultPointConfig(), ClientManifest: noManifest,
			Directory: func() (archive.Directory, error) { return left, nil }})
		whole := 0
		for _, e := range x.Entries {
			if e.Kind == archive.PieceFragment && e.End() <= int64(m) {
				whole++
			}
		}
		got := fetch(t, p.Source().View(), "x-200k")
		for i := range got {
			if got[i].Arrived == 0 && n < len(index) {
				got[i].Arrived = want[i].Arrived // the index did not come so far
			}
		}
		same(t, fmt.Sprintf("media %d, index %d", m, n), got, want[:whole])
		if err := stop(); err != nil {
			t.Fatal(err)
		}
	}
	for m := int(header); m <= len(media); m++ {
		check(m, len(index))
		check(m, min(len(index), len(index)*m/len(media)))
	}
	for n := 0; n <= len(index); n++ {
		check(len(media), n)
	}
}

// rolled is a stage that divides its archive every 10 s, with two rungs and sound.
type rolled struct {
	*stage
	disk             *archivetest.Disk
	clock            *hands
	told             *ears
	low, high, sound *camera
}

func newRolled(t *testing.T, d *archivetest.Disk, change ...func(*Config)) *rolled {
	r := &rolled{disk: d, clock: newHands(), told: &ears{}}
	r.stage = newStage(t, append([]func(*Config){inMemory(d), r.told.config, func(cfg *Config) {
		cfg.Settings.ArchiveSegment, cfg.Now, cfg.OpenFiles = 10*time.Second, r.clock.Now, 2
	}}, change...)...)
	return r
}

func (r *rolled) connect() {
	r.low, r.high = r.camera("low-200k", engine.Video, two), r.camera("high-400k", engine.Video, two)
	r.sound = r.camera("sound-64k", engine.Audio, 19_200_000)
}

// run sends media up to a time of the presentation, sound a little late.
func (r *rolled) run(until engine.Ticks) {
	for r.low.next < until {
		r.low.send(1)
		r.high.send(1)
		for r.sound.next+r.sound.length <= r.low.next {
			r.sound.send(1)
		}
		r.clock.advance(2 * time.Second)
	}
}

// TestArchiveInSegments cuts all streams at the same time, seals what is full, and reads all
// of it back as one, live and ended.
func TestArchiveInSegments(t *testing.T) {
	r := newRolled(t, archivetest.New())
	r.connect()
	r.run(47 * second)
	live := r.disk.Kill()
	for _, source := range []string{"low-200k", "high-400k", "sound-64k"} {
		for n := 1; n <= 5; n++ {
			scan := scanned(t, live, fmt.Sprintf("%s.%04d.ismv", source, n))
			cut := engine.Ticks(n-1) * 10 * second
			first, last := scan.Records[0].Fragments[0].Start, scan.Records[len(scan.Records)-1].Fragments[0].Start
			if engine.Ticks(first) < cut || engine.Ticks(last) >= cut+10*second || engine.Ticks(first) >= cut+two {
				t.Errorf("%s has %d to %d", scan.Name, first, last)
			}
			if sealed := n < 5; scan.Sealed != sealed || sealed && len(scan.Index) != 1 {
				t.Errorf("%s is sealed: %v", scan.Name, scan.Sealed)
			}
		}
	}
	if text := string(r.disk.Bytes("oceans.ism")); !strings.Contains(text, `value="1-5"`) || strings.Count(text, ".0001.ismv") != 3 {
		t.Errorf("server manifest %s", text)
	}
	recovered := newRolled(t, live)
	for _, source := range []string{"low-200k", "high-400k", "sound-64k"} {
		same(t, source, fetch(t, recovered.view(), source), fetch(t, r.view(), source))
	}
	recovered.connect() // the same encoders go on, and cut where they would have
	for _, c := range []struct{ now, was *camera }{{recovered.low, r.low}, {recovered.high, r.high}, {recovered.sound, r.sound}} {
		c.now.next, c.now.sent = c.was.next, c.was.sent
	}
	for _, x := range []*rolled{r, recovered} {
		x.run(63 * second)
		if err := x.SetState(t.Context(), engine.StateStopped); err != nil {
			t.Fatal(err)
		}
	}
	names := func(d *archivetest.Disk) []string {
		all := d.Names()
		slices.Sort(all)
		return slices.DeleteFunc(all, func(n string) bool { return n == "point.state" })
	}
	if got, want := names(recovered.disk), names(r.disk); !slices.Equal(got, want) || len(got) != 2+3*7*2 {
		t.Fatalf("files %v, want %v", got, want)
	}
	for _, name := range names(r.disk) {
		if a, b := r.disk.Bytes(name), recovered.disk.Bytes(name); strings.HasSuffix(name, ".ismv") && string(a) != string(b) {
			t.Errorf("%s is another after a crash", name)
		}
	}
	again := newRolled(t, r.disk.Kill())
	if v := again.view(); v.Live {
		t.Error("the event has not ended")
	}
	for _, source := range []string{"low-200k", "high-400k", "sound-64k"} {
		same(t, source, fetch(t, again.view(), source), fetch(t, r.view(), source))
	}
	if err := again.SetState(t.Context(), engine.StateStarted); err != nil {
		t.Fatal(err)
	}
	again.connect() // another event: all files of this one move away together
	if got := names(again.disk); slices.ContainsFunc(got, func(n string) bool {
		return !strings.HasPrefix(n, "events/") && !strings.HasSuffix(n, ".0001.ismv") && !strings.HasSuffix(n, ".0001.ismx") && n != "oceans.ism"
	}) {
		t.Errorf("files %v", got)
	}
}

// TestArchiveKeep deletes what is older than is to be kept, and never what the DVR window
// shows.
func TestArchiveKeep(t *testing.T) {
	for what, c := range map[string]struct {
		window, keep time.Duration
		bytes        int64
		first        engine.Ticks // what is left begins here after 95 s, in seconds
	}{
		"time":                       {20 * time.Second, 30 * time.Second, 0, 60},
		"time, less than the window": {40 * time.Second, 10 * time.Second, 0, 50},
		"bytes":                      {20 * time.Second, 0, 1, 70},
		"whole event in the window":  {0, 10 * time.Second, 1, 0},
		"all":                        {20 * time.Second, 0, 0, 0},
	} {
		t.Run(what, func(t *testing.T) {
			r := newRolled(t, archivetest.New(), func(cfg *Config) {
				cfg.Settings.DVRWindow, cfg.Settings.ArchiveKeep, cfg.Settings.ArchiveKeepBytes = c.window, c.keep, c.bytes
			})
			r.connect()
			r.run(11 * second)
			early := r.view() // of a viewer who goes on reading
			bytes := fetch(t, early, "low-200k")
			for at := engine.Ticks(20); at <= 95; at += 5 {
				r.run(at * second)
				r.look(t)
			}
			for _, source := range []string{"low-200k", "high-400k", "sound-64k"} {
				got := fetch(t, r.view(), source)
				if at := got[0].Start; at < c.first*second || at >= c.first*second+two {
					t.Errorf("%s begins at %d, want %d s", source, at, c.first)
				}
			}
			v := r.view()
			for _, s := range v.Streams {
				if c.window > 0 && s.Edge()-v.Listed(s)[0].Start < engine.Ticks(c.window/100)-3*second {
					t.Errorf("the window of %s is %d", s.Name, s.Edge()-v.Listed(s)[0].Start)
				}
			}
			same(t, "old viewer", fetch(t, early, "low-200k"), bytes)
			gone := int(c.first / 10)
			for n := 1; n <= 10; n++ {
				if there := r.disk.Bytes(fmt.Sprintf("low-200k.%04d.ismv", n)) != nil; there != (n > gone) {
					t.Errorf("segment %d is there: %v", n, there)
				}
				if there := r.disk.Bytes(fmt.Sprintf("low-200k.%04d.ismx", n)) != nil; there != (n > gone) {
					t.Errorf("index %d is there: %v", n, there)
				}
			}
			if c.first > 0 {
				r.told.await(t, "Deleted from the archive, as archive_keep says")
			}
			again := newRolled(t, r.disk.Kill(), func(cfg *Config) { cfg.Settings.DVRWindow = c.window })
			same(t, "after a crash", fetch(t, again.view(), "high-400k"), fetch(t, r.view(), "high-400k"))
		})
	}
}

// look has the point look for what need not be kept any more, as its timer does.
func (r *rolled) look(t *testing.T) {
	t.Helper()
	err := r.do(t.Context(), "look", func(w *writer) error {
		w.retention = w.now()
		w.retainIfDue()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestArchiveKeepOfEvents deletes whole events when their time is over, the one that is
// played last, and uses no time again.
func TestArchiveKeepOfEvents(t *testing.T) {
	d := archivetest.New()
	keep := func(cfg *Config) { cfg.Settings.ArchiveKeep = time.Hour }
	r := newRolled(t, d, keep)
	edge := func(v *presentation.View) engine.Ticks { return v.Stream("video").Edge() }
	for i := range 3 {
		if i > 0 {
			r.clock.advance(25 * time.Minute)
		}
		if err := r.SetState(t.Context(), engine.StateStarted); err != nil {
			t.Fatal(err)
		}
		r.connect()
		r.run(13 * second)
		if err := r.SetState(t.Context(), engine.StateStopped); err != nil {
			t.Fatal(err)
		}
	}
	end := edge(r.view())
	count := func() int {
		events := map[string]bool{}
		for _, n := range d.Names() {
			if parts := strings.Split(n, "/"); len(parts) == 3 {
				events[parts[1]] = true
			}
		}
		return len(events)
	}
	if n := count(); n != 2 {
		t.Fatalf("%d earlier events", n)
	}
	r.clock.advance(15 * time.Minute)
	r.look(t)
	if n := count(); n != 1 || r.view() == nil {
		t.Fatalf("%d earlier events when the first is 65 minutes old", n)
	}
	r.clock.advance(time.Hour)
	r.look(t)
	if n := count(); n != 0 || r.view() != nil || r.Status().State != engine.StateIdle {
		t.Fatalf("%d earlier events, state %s, when the last is over an hour old: %v", n, r.Status().State, d.Names())
	}
	if names := d.Names(); len(names) != 1 {
		t.Fatalf("files %v", names)
	}
	again := newRolled(t, d.Kill(), keep)
	if err := again.SetState(t.Context(), engine.StateStarted); err != nil {
		t.Fatal(err)
	}
	again.connect()
	again.run(3 * second)
	if first := again.view().Stream("video").Spans[0].Start; first < end {
		t.Fatalf("times from %d on are used again: the last event ended at %d", first, end)
	}
}
