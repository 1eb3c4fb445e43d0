package fmp4

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
)

// vectorTimes are the tfxd lists that the README of the captures gives, one string for
// each track, or tfdt and sample durations where there is no tfxd.
var vectorTimes = []struct {
	name   string
	err    Kind // how reading ends, 0 for a clean end
	tracks []string
}{
	{name: "1s-fragments-midgop-isml.ismv", tracks: []string{
		"0+10000000 10000000+10000000 20000000+10000000 30000000+10000000",
	}},
	{name: "2v1a-isml.ismv", tracks: []string{
		"0+20000000 20000000+20000000",
		"-213333+20266666 20053333+19946667",
		"0+20000000 20000000+20000000",
	}},
	{name: "2v1a-mixed-bframes-isml.ismv", tracks: []string{
		"0+20000000 20000000+800000 20800000+19200000",
		"-213333+19413333 19200000+853333 20053333+19946667",
		"0+19200000 19200000+800000 20000000+20000000",
	}},
	{name: "audio-only-2s-isml.ismv", tracks: []string{
		"-213333+20053333 19840000+20053333 39893333+20053334 59946667+53333",
	}},
	{name: "av-ac3-delaymoov-isml.ismv", tracks: []string{
		"0+20000000 20000000+10000000",
		"-53333+20160000 20106667+9920000",
	}},
	{name: "av-cmaf.mp4", tracks: []string{
		"0+25600 25600+25600 51200+12800",
		"0+97280 97280+96256 193536+47488",
	}},
	{name: "av-fmp4-basedataoffset.mp4", tracks: []string{
		"0+25874 25874+25600",
		"0+97280 97280+95744",
	}},
	{name: "av-isml.ismv", tracks: []string{
		"0+20000000 20000000+20000000 40000000+10000000",
		"-213333+20266666 20053333+20053334 40106667+9893333",
	}},
	{name: "av-kill9-isml.ismv", tracks: []string{
		"0+20000000 20000000+20000000",
		"-213333+20266666 20053333+20053334",
	}},
	{name: "av-lookahead2-file.ismv", tracks: []string{
		"0+20000000 20000000+20000000 40000000+10000000",
		"-213333+20266666 20053333+20053334 40106667+9893333",
	}},
	{name: "av-nomanifest-makezero.ismv", tracks: []string{
		"0+20213333 20213333+20000000",
		"0+20266666 20266666+19946667",
	}},
	{name: "av-plain.ismv", tracks: []string{
		"0+20000000 20000000+20000000 40000000+10000000",
		"-213333+20266666 20053333+20053334 40106667+9893333",
	}},
	{name: "av-prft-isml.ismv", tracks: []string{
		"0+20000000 20000000+10000000",
		"-213333+20266666 20053333+9946667",
	}},
	{name: "av-reconnect-second-request-isml.ismv", tracks: []string{
		"90000000+10000000 100000000+20000000 120000000+20000000 140000000+20000000",
		"89600000+10453333 100053333+20053333 120106666+20053334 140160000+19840000",
	}},
	{name: "av-truncated-in-mdat.ismv", err: Truncated, tracks: []string{
		"0+20000000",
		"-213333+20266666",
	}},
	{name: "bad-ac3-no-delaymoov.ismv", err: BadSize},
	{name: "bframes-isml.ismv", tracks: []string{
		"0+20000000 20000000+20000000 40000000+10000000",
		"-213333+19413333 19200000+20053333 39253333+10746667",
	}},
	{name: "hevc-hev1-opengop-isml.ismv", tracks: []string{
		"0+20000000 20000000+20000000 40000000+10000000",
		"-213333+19200000 18986667+19840000 38826667+11173333",
	}},
	{name: "hevc-hvc1-isml.ismv", tracks: []string{
		"0+20000000 20000000+20000000 40000000+10000000",
		"-213333+19413333 19200000+20053333 39253333+10746667",
	}},
	{name: "redundant-a-wallclock-isml.ismv", tracks: []string{
		"17953586960000000+20000000 17953586980000000+20000000 17953587000000000+20000000 17953587020000000+20000000 17953587040000000+9600000",
		"17953586941124583+39040000 17953586980164583+19840000 17953587000004583+20053334 17953587020057917+20053333 17953587040111250+9386666",
	}},
	{name: "redundant-b-wallclock-isml.ismv", tracks: []string{
		"17953586960000000+20000000 17953586980000000+20000000 17953587000000000+20000000 17953587020000000+20000000 17953587040000000+20000000 17953587060000000+6800000",
		"17953586959467708+20693334 17953586980161042+19840000 17953587000001042+20053333 17953587020054375+20053333 17953587040107708+20053334 17953587060161042+6613333",
	}},
	{name: "v-2audio-lang-isml.ismv", tracks: []string{
		"0+20000000 20000000+20000000",
		"-213333+20266666 20053333+19946667",
		"-213333+20266666 20053333+19946667",
	}},
	{name: "video-2997-isml.ismv", tracks: []string{
		"0+20020000 20020000+20020000 40040000+20020000 60060000+10010000",
	}},
}

func TestVectors(t *testing.T) {
	for _, v := range vectorTimes {
		t.Run(v.name, func(t *testing.T) {
			for _, r := range []io.Reader{
				bytes.NewReader(vector(t, v.name)),
				iotest.OneByteReader(bytes.NewReader(vector(t, v.name))),
			} {
				s, err := readStream(r, DefaultLimits())
				var fault *FormatError
				if v.err == 0 && err != nil || v.err != 0 && (!errors.As(err, &fault) || fault.Kind != v.err) {
					t.Fatalf("error %v, want kind %v", err, v.err)
				}
				if s.init != nil && len(s.init.Tracks) != len(v.tracks) {
					t.Errorf("%d tracks, want %d", len(s.init.Tracks), len(v.tracks))
				}
				for n, want := range v.tracks {
					if got := s.times(s.init.Tracks[n].ID); !slices.Equal(got, strings.Fields(want)) {
						t.Errorf("track %d: %s, want %s", n+1, strings.Join(got, " "), want)
					}
				}
			}
		})
	}
}

// The body of a push as it was on the wire, in the chunks that ffmpeg sends: they do not
// keep to the borders of boxes.
func TestWireCapture(t *testing.T) {
	_, body, ok := bytes.Cut(vector(t, "wire-post-expect100.http"), []byte("\r\n\r\n"))
	var chunks []io.Reader
	for ok {
		var line []byte
		line, body, ok = bytes.Cut(body, []byte("\r\n"))
		n, err := strconv.ParseInt(string(line), 16, 32)
		if err != nil || n == 0 {
			break
		}
		chunks = append(chunks, bytes.NewReader(body[:n]))
		body = body[n+2:]
	}
	s, err := readStream(io.MultiReader(chunks...), DefaultLimits())
	if err != nil || len(chunks) < 5 {
		t.Fatalf("%d chunks: %v", len(chunks), err)
	}
	if got := strings.Join(append(s.times(1), s.times(2)...), " "); got != "0+20000000 20000000+10000000 -213333+20266666 20053333+9946667" {
		t.Error(got)
	}
	if !bytes.Equal(s.mfra, []byte("\x00\x00\x00\x08mfra")) {
		t.Errorf("the stream ends with %x", s.mfra)
	}
}
