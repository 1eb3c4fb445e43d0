package point

import (
	"fmt"
	"strings"
	"testing"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/fmp4"
)

// plan writes what a track makes of pieces. A piece is a letter and its length in hundredths of
// a second: S begins with a sync sample, N has none, K is all of sync samples, and M has a sync
// sample in its middle; "+" and a number before it is a gap before it, "!" a clock that begins
// again, "|" the end of the stream. Fragments are written as start+duration, with the number
// of chunks where they came in chunks; what is open at the end is in brackets.
func plan(t *testing.T, kind engine.MediaType, pieces string) string {
	t.Helper()
	const scale = 100
	h := header(kind, scale)
	tr := &track{stream: &stream{header: h}, init: &h.Init.Tracks[0]}
	var out []string
	write := func(done []finished) {
		for _, f := range done {
			text := fmt.Sprintf("%d+%d", f.Start, f.Duration)
			if f.Chunks != nil {
				text += fmt.Sprintf("/%d", f.Chunks.Len())
			}
			if f.discontinuity {
				text = "!" + text
			}
			if !f.Sync {
				text = "n" + text
			}
			out = append(out, text)
		}
	}
	at, part := int64(0), 0
	again := false
	for _, p := range strings.Fields(pieces) {
		var n int64
		switch {
		case p == "!":
			again = true
			continue
		case p == "|":
			if tr.open != nil {
				write([]finished{tr.complete(nil)})
				part++
			}
			continue
		case p[0] == '+':
			if _, err := fmt.Sscan(p[1:], &n); err != nil {
				t.Fatal(err)
			}
			at += n
			continue
		}
		if _, err := fmt.Sscan(p[1:], &n); err != nil {
			t.Fatal(err)
		}
		f := pieceOf(p[0], at, n)
		a := accepted{t: tr, f: f, discontinuity: again, part: part}
		if a.start, a.length = tr.place(f, 0); a.length <= 0 {
			t.Fatalf("piece %s at %d is not taken", p, at)
		}
		for _, a := range tr.sections(a, nil) {
			got := tr.assemble(&a, archive.NewMemory(nil, nil), 1, 1)
			write(got.finished())
		}
		at += n
		again = false
	}
	if tr.open != nil {
		out = append(out, fmt.Sprintf("[%d+%d/%d]", tr.open.Start, tr.open.Duration, tr.open.Chunks.Len()))
	}
	return strings.Join(out, " ")
}

// pieceOf makes up a piece.
func pieceOf(kind byte, at, length int64) *fmp4.Fragment {
	f := &fmp4.Fragment{TrackID: 1, Start: at, DecodeStart: at}
	for n := range min(length, 4) {
		share := length / min(length, 4)
		if n == 0 {
			share += length % min(length, 4)
		}
		flags := fmp4.FlagsNonSync
		if kind == 'K' || kind == 'S' && n == 0 || kind == 'M' && n == 2 {
			flags = fmp4.FlagsSync
		}
		one := &fmp4.Fragment{TrackID: 1, Duration: share, Samples: []fmp4.Sample{{Duration: uint32(share), Size: 1, Flags: flags}}}
		f.Extend(one, 0)
	}
	f.PayloadOffset = 0
	return f
}

func TestPiecesOfVideo(t *testing.T) {
	for name, c := range map[string][2]string{
		"whole groups are shown at once":            {"S200 S200 S200", "0+200 200+200 400+200"},
		"whole groups of any length":                {"S200 S30 S4 S400", "0+200 200+30 230+4 234+400"},
		"a short first waits for the second":        {"S50", "[0+50/1]"},
		"a short first was whole":                   {"S50 S50 S50", "0+50/1 50+50 100+50"},
		"a short first was a chunk":                 {"S50 N50 S50", "0+100/2 [100+50/1]"},
		"a picture each":                            {"S4 N4 N4 S4 N4 N4 S4", "0+12/3 12+12/3 [24+4/1]"},
		"a long chunk tells too late":               {"S100 N100 S100 N100 S100", "0+100 n100+100/1 200+200/2 [400+100/1]"},
		"a key frame inside":                        {"S60 N60 M60 N60 M60", "0+150/3 150+120/3 [270+30/1]"},
		"two groups in one piece stay one":          {"S400 S400", "0+400 400+400"},
		"what is left of a group follows nothing":   {"M100 N100 S100", "50+150/2 [200+100/1]"},
		"a gap begins another":                      {"S4 N4 +50 N4 N4 S4", "0+8/2 n58+8/2 [66+4/1]"},
		"a picture shown longer is no gap":          {"S4 N4 +3 N4 S4", "0+15/3 [15+4/1]"},
		"a group that follows a gap keeps its end":  {"S4 N4 +50 S4 N4", "0+8/2 [58+8/2]"},
		"a clock that begins again":                 {"S4 N4 ! N4 N4 S4", "0+8/2 n!8+8/2 [16+4/1]"},
		"whole again":                               {"S4 N4 S90 S90 S90 S90 S90", "0+8/2 8+90/1 98+90/1 188+90/1 278+90 368+90"},
		"whole, then chunks of another encoder":     {"S200 S4 N4 N4 S4 N4", "0+200 200+4 n204+8/2 [212+8/2]"},
		"key frames alone":                          {"K4 K96 S100", "0+4/1 4+96 100+100"},
		"key frames alone, in cells of two seconds": {strings.Repeat("K20 ", 22), "0+200/10 200+200/10 [400+40/2]"},
		"no key frame ever":                         {"S20 " + strings.Repeat("N100 ", 62), "0+5920/60 [5920+300/3]"},
		"the end completes":                         {"S4 N4 |", "0+8/2"},
		"and nothing joins behind it":               {"S4 N4 | N4 N4 | S4 N4 |", "0+8/2 n8+8/2 16+8/2"},
	} {
		if got := plan(t, engine.Video, c[0]); got != c[1] {
			t.Errorf("%s:\n got %s\nwant %s", name, got, c[1])
		}
	}
}

func TestPiecesOfAudio(t *testing.T) {
	for name, c := range map[string][2]string{
		"long pieces are shown at once":     {"K98 K200 K75", "0+98 98+200 298+75"},
		"one short piece among long ones":   {"K200 K5 K200 K5", "0+200 200+5 205+200 405+5"},
		"short pieces join in cells":        {strings.Repeat("K50 ", 9), "0+200/4 200+200/4 [400+50/1]"},
		"where a cell begins":               {strings.Repeat("K30 ", 15), "0+210/7 210+210/7 [420+30/1]"},
		"a long piece stands alone":         {"K50 K50 K100 K50 K50", "0+100/2 100+100 200+50 [250+50/1]"},
		"chunks of another encoder":         {"K200 K2 K2 K2 K2", "0+200 200+2 [202+6/3]"},
		"a gap of a frame begins another":   {"K2 K2 +10 K2 K2", "0+4/2 [14+4/2]"},
		"the end completes, long goes on":   {"K50 | K100", "0+50/1 50+100"},
		"a clock that begins again is told": {"K50 K50 ! K50", "0+100/2 [100+50/1]"},
	} {
		if got := plan(t, engine.Audio, c[0]); got != c[1] {
			t.Errorf("%s:\n got %s\nwant %s", name, got, c[1])
		}
	}
}

func TestPiecesOfTextStandAlone(t *testing.T) {
	if got := plan(t, engine.Text, "K2 K300 N5"); got != "0+2 2+300 n302+5" {
		t.Errorf("got %s", got)
	}
}
