package encoder

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"
)

// parseAll feeds a whole text, line by line; block n is complete at second n.
func parseAll(text string) []Progress {
	var parser progressParser
	var blocks []Progress
	for line := range strings.Lines(text) {
		at := time.Unix(int64(len(blocks)), 0)
		if block, ok := parser.line([]byte(strings.TrimRight(line, "\r\n")), at); ok {
			blocks = append(blocks, block)
		}
	}
	return blocks
}

func TestProgressOfARealRun(t *testing.T) {
	text, err := os.ReadFile("testdata/progress-5.1.txt")
	if err != nil {
		t.Fatal(err)
	}
	blocks := parseAll(string(text))
	if len(blocks) != 7 {
		t.Fatalf("%d blocks", len(blocks))
	}
	first := Progress{Frame: 1, Speed: 0, TotalSize: 24, Bitrate: -1, At: time.Unix(0, 0)}
	if blocks[0] != first {
		t.Errorf("first block %+v, want %+v", blocks[0], first)
	}
	last := Progress{
		Frame: 75, FPS: 24.86, Speed: 0.997, OutTime: 3008 * time.Millisecond,
		TotalSize: 48105, Bitrate: 127_900, At: time.Unix(6, 0), End: true,
	}
	if blocks[6] != last {
		t.Errorf("last block %+v, want %+v", blocks[6], last)
	}
}

func TestProgressOddities(t *testing.T) {
	unknown := Progress{Frame: -1, FPS: -1, Speed: -1, OutTime: -1, TotalSize: -1, Bitrate: -1, DropFrames: -1, DupFrames: -1, At: time.Unix(0, 0)}
	for _, test := range []struct {
		name, text string
		want       func(*Progress)
	}{
		{"nothing known", "progress=continue", func(*Progress) {}},
		{"not available", "bitrate=N/A\ntotal_size=N/A\nout_time_us=N/A\nout_time_ms=N/A\nspeed=N/A\nprogress=continue", func(*Progress) {}},
		{"out_time_ms holds microseconds", "out_time_ms=2000000\nprogress=end",
			func(p *Progress) { p.OutTime, p.End = 2*time.Second, true }},
		{"out_time_us wins", "out_time_us=5\nout_time_ms=7\nprogress=continue", func(p *Progress) { p.OutTime = 5 * time.Microsecond }},
		{"before zero", "out_time_us=-21333\nprogress=continue", func(p *Progress) { p.OutTime = -21333 * time.Microsecond }},
		{"padded", "bitrate= 127.9kbits/s\nspeed=   0x\nfps= 25.0 \nprogress=continue",
			func(p *Progress) { p.Bitrate, p.Speed, p.FPS = 127_900, 0, 25 }},
		{"exponent", "speed=1.1e+03x\nprogress=continue", func(p *Progress) { p.Speed = 1100 }},
		{"nonsense", "frame=-5\nfps=NaN\nspeed=+Inf\nbitrate=1e300kbits/s\nout_time_us=9223372036854775807\n=\nno sign\nprogress=continue",
			func(*Progress) {}},
	} {
		want := unknown
		test.want(&want)
		if blocks := parseAll(test.text); len(blocks) != 1 || blocks[0] != want {
			t.Errorf("%s: %+v, want %+v", test.name, blocks, want)
		}
	}
}

func TestProgressBlocksAreApart(t *testing.T) {
	blocks := parseAll("frame=7\nprogress=continue\nspeed=1x\nprogress=continue\nframe=9")
	if len(blocks) != 2 || blocks[1].Frame != -1 || blocks[1].Speed != 1 {
		t.Errorf("blocks %+v", blocks)
	}
}

func FuzzProgress(f *testing.F) {
	text, err := os.ReadFile("testdata/progress-5.1.txt")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte("bitrate=N/A\nout_time_ms=-1\nspeed= 0.9x\nprogress=end"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var parser progressParser
		for line := range bytes.Lines(text) {
			p, ok := parser.line(bytes.TrimRight(line, "\r\n"), time.Unix(1, 0))
			if ok && (p.At.IsZero() || p.Frame < -1 || p.Speed < -1 || p.TotalSize < -1 || p.Bitrate < -1 || p.FPS != p.FPS) {
				t.Fatalf("block %+v", p)
			}
		}
	})
}
