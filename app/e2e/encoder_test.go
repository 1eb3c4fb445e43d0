//go:build e2e

package e2e

import (
	"encoding/json"
	"math/big"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// ffmpeg starts an encoder.
func ffmpeg(t *testing.T, args ...string) *process {
	t.Helper()
	return launch(t, exec.Command("ffmpeg", append([]string{"-hide_banner", "-nostdin", "-y"}, args...)...))
}

// interrupt ends an encoder as a person does: it sends what it has and its end mark.
func (p *process) interrupt(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if code := p.wait(t); code != 255 {
		t.Fatalf("the encoder ended with %d after an interrupt:\n%s", code, p.out)
	}
}

// live is a test pattern in two small bitrates with sound, in real time and without end;
// push are the options of its output, the address last.
func live(push ...string) []string {
	args := strings.Fields("-re -f lavfi -i testsrc2=size=160x90:rate=25 -re -f lavfi -i sine=frequency=440:sample_rate=48000 " +
		"-filter_complex [0:v]split=2[a][b];[b]scale=320:180[c] -map [a] -map 1:a -map [c] " +
		"-c:v libx264 -preset ultrafast -tune zerolatency -threads 1 -pix_fmt yuv420p -bf 0 -g 25 -keyint_min 25 -sc_threshold 0 " +
		"-b:v:0 100k -b:v:1 300k -c:a aac -ac 2 -b:a 64k")
	return append(args, push...)
}

// liveStream is the stream id of live's three tracks.
const liveStream = "oceans-100k-64k-300k"

// push are the recommended options for sending a stream.
func push(url string) []string {
	return []string{"-f", "ismv", "-movflags", "isml+frag_keyframe", "-send_expect_100", "1", url}
}

// packet is a compressed picture or a piece of sound as ffprobe sees it. Times are in
// 100 ns.
type packet struct {
	pts, dts, duration int64
	size               int
	md5                string
}

// probe lists the packets of each stream of a file, by the stream's place in it, in the
// order in which they are decoded.
func probe(t *testing.T, file string) [][]packet {
	t.Helper()
	out, err := exec.Command("ffprobe", "-v", "error", "-of", "json", "-show_data_hash", "md5",
		"-show_entries", "stream=index,time_base:packet=stream_index,pts,dts,duration,size,data_hash", file).Output()
	if err != nil {
		t.Fatalf("ffprobe %s: %v", file, err)
	}
	var listed struct {
		Streams []struct {
			Index    int
			TimeBase string `json:"time_base"`
		}
		Packets []struct {
			StreamIndex        int `json:"stream_index"`
			PTS, DTS, Duration int64
			Size               string
			Hash               string `json:"data_hash"`
		}
	}
	if err := json.Unmarshal(out, &listed); err != nil {
		t.Fatal(err)
	}
	bases := make([]*big.Rat, len(listed.Streams))
	for _, s := range listed.Streams {
		base, ok := new(big.Rat).SetString(s.TimeBase)
		if !ok {
			t.Fatalf("%s has the time base %q", file, s.TimeBase)
		}
		bases[s.Index] = base.Mul(base, big.NewRat(10_000_000, 1))
	}
	packets := make([][]packet, len(bases))
	for _, p := range listed.Packets {
		size, err := strconv.Atoi(p.Size)
		if err != nil {
			t.Fatal(err)
		}
		base := bases[p.StreamIndex]
		packets[p.StreamIndex] = append(packets[p.StreamIndex], packet{
			pts: ticks(p.PTS, base), dts: ticks(p.DTS, base), duration: ticks(p.Duration, base),
			size: size, md5: strings.TrimPrefix(p.Hash, "MD5:"),
		})
	}
	return packets
}

// ticks rounds a time to 100 ns.
func ticks(n int64, base *big.Rat) int64 {
	f, _ := new(big.Rat).Mul(base, big.NewRat(n, 1)).Float64()
	if f < 0 {
		return int64(f - 0.5)
	}
	return int64(f + 0.5)
}
