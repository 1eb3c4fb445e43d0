package point

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
)

// told writes a view's fragments, or those that are open, with everything that formats see of
// them but the arrival.
func told(t *testing.T, v *presentation.View, chunks bool) string {
	t.Helper()
	var b strings.Builder
	for _, s := range v.Streams {
		fmt.Fprintln(&b, s.Name, s.Spans)
		for _, track := range s.Tracks {
			for i := range track.Fragments {
				b.WriteString(describe(t, track, &track.Fragments[i], chunks))
			}
			if track.Open != nil {
				b.WriteString("open " + describe(t, track, track.Open, chunks))
			}
		}
	}
	return b.String()
}

// describe writes a fragment.
func describe(t *testing.T, track *presentation.Track, f *presentation.Fragment, chunks bool) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintln(&b, track.Init.ID, f.Start, f.Duration, f.Decode, f.DecodeLength, f.Shift, f.Sync)
	if chunks {
		fmt.Fprintln(&b, f.Size)
		for _, c := range chunksIn(t, f) {
			fmt.Fprintln(&b, "chunk", c.Decode, c.DecodeLength, c.Sync, c.Size)
		}
	}
	for _, s := range samplesOf(t, track, f) {
		fmt.Fprintln(&b, s)
	}
	return b.String()
}

// chunksIn are the chunks of a fragment, wherever they are.
func chunksIn(t *testing.T, f *presentation.Fragment) []presentation.Chunk {
	t.Helper()
	chunks, err := f.ListChunks()
	if err != nil || f.Chunks != nil && (f.Chunks.Len() == 0 || len(chunks) != f.Chunks.Len()) {
		t.Fatalf("%d chunks of %d: %v", len(chunks), f.Start, err)
	}
	return chunks
}

// differ fails with the first line that two texts do not have in common.
func differ(t *testing.T, what, got, want string) {
	t.Helper()
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		if i >= len(g) || i >= len(w) || g[i] != w[i] {
			t.Fatalf("%s: line %d\n got %v\nwant %v", what, i, g[min(i, len(g)):min(i+3, len(g))], w[min(i, len(w)):min(i+3, len(w))])
		}
	}
}

// chunksOf makes sure that the chunks of a fragment are all of it, without gap or overlap, and
// that each can be read by itself.
func chunksOf(t *testing.T, track *presentation.Track, f *presentation.Fragment) {
	t.Helper()
	var samples []string
	at, size := f.Decode, int64(0)
	chunks := chunksIn(t, f)
	for i, c := range chunks {
		if c.Decode != at || c.DecodeLength <= 0 || i == 0 && c.Sync != f.Sync {
			t.Fatalf("chunk %d of %d is %+v, want it at %d", i, f.Start, c, at)
		}
		at += c.DecodeLength
		size += c.Size
		samples = append(samples, samplesOf(t, track, &presentation.Fragment{Start: c.Decode, Shift: f.Shift, Media: c.Media})...)
	}
	if len(chunks) > 0 && (at != f.Decode+f.DecodeLength || size != f.Size || f.Arrived < chunks[len(chunks)-1].Arrived) {
		t.Fatalf("the chunks of %d end at %d and have %d bytes: %+v", f.Start, at, size, f)
	}
	if len(chunks) > 0 && !slices.Equal(samples, samplesOf(t, track, f)) {
		t.Fatalf("the chunks of %d have other samples than their fragment", f.Start)
	}
}

// record sends pieces, ends the stream and returns the view at the end and read back.
func record(t *testing.T, f *footage, pieces []*Incoming, change ...func(*Config)) (live, back *presentation.View) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "oceans.isml")
	s, stop := perform(t, dir, change...)
	e := s.encode(f)
	e.put(pieces...)
	e.end()
	if err := s.SetState(t.Context(), engine.StateStopped); err != nil {
		t.Fatal(err)
	}
	live = s.view()
	t.Cleanup(stop)
	again, _ := perform(t, dir, change...)
	return live, again.view()
}

// TestChunksBecomeTheFragmentsOfWholeGroups sends the same media whole and in chunks: every
// fragment has the same times and the same samples.
func TestChunksBecomeTheFragmentsOfWholeGroups(t *testing.T) {
	for _, file := range []string{"av-isml.ismv", "bframes-isml.ismv", "av-cmaf.mp4", "av-prft-isml.ismv", "hevc-hvc1-isml.ismv"} {
		f := readFootage(t, file)
		want, _ := record(t, f, f.sent)
		rng := rand.New(rand.NewPCG(1, uint64(len(file))))
		for name, pieces := range map[string][]*Incoming{
			"a sample each": f.pieces(t, f.each(1, false)),
			"eight, then the key frame": f.pieces(t, func(id uint32, from int) int {
				return f.each(map[bool]int{true: 8, false: 1}[id == 1], false)(id, from)
			}),
			"eight, key frames inside": f.pieces(t, func(id uint32, from int) int { return f.each(map[bool]int{true: 8, false: 1}[id == 1], true)(id, from) }),
			"some": f.pieces(t, func(id uint32, from int) int {
				return f.some(rng, map[bool]int{true: 20, false: 1}[id == 1], true)(id, from)
			}),
		} {
			t.Run(file+" "+name, func(t *testing.T) {
				live, back := record(t, f, pieces)
				sameGroups(t, live, want)
				differ(t, "read back", told(t, back, true), told(t, live, true))
				chunked := 0
				for _, s := range live.Streams {
					for i := range s.Tracks[0].Fragments {
						chunksOf(t, s.Tracks[0], &s.Tracks[0].Fragments[i])
						chunked += len(chunksIn(t, &s.Tracks[0].Fragments[i]))
					}
				}
				if chunked == 0 {
					t.Error("no fragment has chunks")
				}
			})
		}
	}
}

// sameGroups makes sure that the video of two views has the same fragments, and that their audio,
// which encoders cut beside their video and we at whole seconds, has the same samples.
func sameGroups(t *testing.T, got, want *presentation.View) {
	t.Helper()
	only := func(v *presentation.View, kind engine.MediaType) *presentation.View {
		some := *v
		some.Streams = slices.DeleteFunc(slices.Clone(v.Streams), func(s *presentation.Stream) bool { return s.Type != kind })
		return &some
	}
	differ(t, "video", told(t, only(got, engine.Video), false), told(t, only(want, engine.Video), false))
	audio := func(v *presentation.View) (samples []string) {
		s := only(v, engine.Audio).Streams[0]
		for i := range s.Tracks[0].Fragments {
			f := &s.Tracks[0].Fragments[i]
			samples = append(samples, samplesOf(t, s.Tracks[0], f)...)
			if span := s.Spans[i]; span.Start != f.Start || span.Duration != f.Duration || i > 0 && span.Start != s.Spans[i-1].End() {
				t.Fatalf("span %+v of fragment %+v", span, f)
			}
		}
		return append(samples, fmt.Sprint(s.Spans[0].Start, s.Edge()))
	}
	differ(t, "audio", strings.Join(audio(got), "\n"), strings.Join(audio(want), "\n"))
}

// TestRedundancyAndCrashesChangeNothing sends media in random chunks from two encoders that
// come and go, over a server that dies: the presentation is that of one encoder and no crash.
func TestRedundancyAndCrashesChangeNothing(t *testing.T) {
	files := []string{"av-isml.ismv", "bframes-isml.ismv", "av-cmaf.mp4", "2v1a-mixed-bframes-isml.ismv"}
	for seed := range uint64(12) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 11))
			f := readFootage(t, files[seed%uint64(len(files))])
			most := []int{1, 5, 30, 70}[rng.IntN(4)]
			pieces := f.pieces(t, f.some(rng, most, rng.IntN(2) == 0))
			want, _ := record(t, f, pieces)
			r := &relay{t: t, f: f, rng: rng, pieces: pieces, dir: filepath.Join(t.TempDir(), "oceans.isml")}
			if seed%2 == 0 {
				r.change = append(r.change, coldAtOnce)
			}
			got := told(t, r.run(), true)
			if all := told(t, want, true); len(f.header.Init.Tracks) == 2 {
				differ(t, "two encoders", got, all)
			} else { // the timeline of rungs that were cut differently goes by what was there first
				differ(t, "two encoders", fragmentsOf(got), fragmentsOf(all))
			}
		})
	}
}

// relay is two encoders that send the same pieces.
type relay struct {
	t      *testing.T
	f      *footage
	rng    *rand.Rand
	pieces []*Incoming
	dir    string
	stage  *stage
	stop   func()
	at     [2]int // how far each encoder is; the further one leads
	on     [2]*source
	seen   []string
	views  []*presentation.View
	change []func(*Config)
}

func (r *relay) run() *presentation.View {
	r.stage, r.stop = perform(r.t, r.dir, r.change...)
	for r.at[0] < len(r.pieces) || r.at[1] < len(r.pieces) {
		i := r.rng.IntN(2)
		switch lead := max(r.at[0], r.at[1]); {
		case r.rng.IntN(60) == 0:
			if !r.waiting() { // what waits is lost in a crash, and encoders send it again
				r.crash()
			}
			continue
		case r.on[i] == nil:
			r.on[i], r.at[i] = r.stage.encode(r.f), r.before(lead)
		case r.rng.IntN(30) == 0 && r.on[1-i] != nil && r.at[1-i] >= r.at[i]:
			r.on[i].Close("connection lost") // what it has sent, the other has sent as well
			r.on[i] = nil
			continue
		}
		for range 1 + r.rng.IntN(8) {
			if r.at[i] < len(r.pieces) {
				r.on[i].put(r.pieces[r.at[i]])
				r.at[i]++
			}
		}
		r.look()
	}
	if err := r.stage.SetState(r.t.Context(), engine.StateStopped); err != nil {
		r.t.Fatal(err)
	}
	for i, v := range r.views {
		differ(r.t, "a view that was handed out", told(r.t, v, true), r.seen[i])
	}
	return r.stage.view()
}

// before is where an encoder that comes begins: some pieces back, where each track has shown
// a key frame before the first piece that is missing.
func (r *relay) before(lead int) int {
	from := lead
	for i := range r.f.header.Init.Tracks {
		id := r.f.header.Init.Tracks[i].ID
		at := 0
		for n := range lead {
			if p := r.pieces[n].Tracks[0]; p.TrackID == id && p.Syncs > 0 {
				at = n
			}
		}
		from = min(from, at)
	}
	return from
}

// look keeps some of the views, to see whether they stay what they are.
func (r *relay) look() {
	v := r.stage.view()
	if v == nil || r.rng.IntN(8) > 0 {
		return
	}
	for _, s := range v.Streams {
		for _, track := range s.Tracks {
			if track.Open != nil {
				chunksOf(r.t, track, track.Open)
			}
		}
	}
	if r.rng.IntN(12) == 0 {
		r.views, r.seen = append(r.views, v), append(r.seen, told(r.t, v, true))
	}
}

// waiting reports whether fragments wait for what another encoder may bring.
func (r *relay) waiting() (some bool) {
	err := r.stage.do(r.t.Context(), "look", func(w *writer) error {
		if w.event == nil {
			return nil
		}
		for _, st := range w.event.order {
			some = some || len(st.held) > 0
		}
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return some
}

// crash leaves the files as they are now, and begins again over them.
func (r *relay) crash() {
	left := filepath.Join(r.t.TempDir(), "oceans.isml")
	if err := os.CopyFS(left, os.DirFS(r.dir)); err != nil {
		r.t.Fatal(err)
	}
	before := ""
	if v := r.stage.view(); v != nil {
		before = fragmentsOf(told(r.t, v, true))
	}
	old := r.stop
	r.t.Cleanup(old)
	r.dir, r.on = left, [2]*source{}
	r.stage, r.stop = perform(r.t, left, r.change...)
	if v := r.stage.view(); v != nil && before != "" {
		differ(r.t, "recovered", fragmentsOf(told(r.t, v, true)), before)
	}
}

// fragmentsOf leaves the timelines out of what is told: while encoders are there, they wait for
// rungs that are behind.
func fragmentsOf(told string) string {
	lines := strings.Split(told, "\n")
	for i, line := range lines {
		if at := strings.Index(line, " ["); at >= 0 {
			lines[i] = line[:at]
		}
	}
	return strings.Join(lines, "\n")
}
