package encoder

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/proc"
)

// looked reads an answer of ffprobe.
func looked(t *testing.T, text string) engine.InputProbe {
	t.Helper()
	var found inspection
	if err := json.Unmarshal([]byte(text), &found); err != nil {
		t.Fatal(err)
	}
	return found.probe()
}

func TestProbeTells(t *testing.T) {
	p := looked(t, `{"format":{"format_long_name":"QuickTime / MOV","duration":"12.5","bit_rate":"646688"},"streams":[
		{"index":0,"codec_type":"video","codec_name":"h264","profile":"High","bit_rate":"575139","width":1280,"height":720,"avg_frame_rate":"30000/1001","pix_fmt":"yuv420p","tags":{"language":"und"}},
		{"index":1,"codec_type":"audio","codec_name":"aac","profile":"LC","bit_rate":"64284","sample_rate":"44100","channels":2,"avg_frame_rate":"0/0","tags":{"language":"deu"}},
		{"index":2,"codec_type":"data","codec_name":"bin_data"}]}`)
	if p.Format != "QuickTime / MOV" || p.Duration != 12500*time.Millisecond || p.Bitrate != 646688 || len(p.Streams) != 2 || !p.Copies {
		t.Fatalf("probe %+v", p)
	}
	want := []engine.InputStream{
		{Type: engine.Video, Codec: "h264", Profile: "High", Bitrate: 575139, Width: 1280, Height: 720, FPS: 30000.0 / 1001},
		{Type: engine.Audio, Codec: "aac", Profile: "LC", Bitrate: 64284, SamplingRate: 44100, Channels: 2, Language: "deu"},
	}
	for i := range want {
		if p.Streams[i] != want[i] {
			t.Errorf("stream %d is %+v, want %+v", i, p.Streams[i], want[i])
		}
	}
}

func TestProbeSaysWhetherItCopies(t *testing.T) {
	video := func(codec, form string) string {
		return fmt.Sprintf(`{"index":0,"codec_type":"video","codec_name":%q,"pix_fmt":%q}`, codec, form)
	}
	audio := func(codec string) string {
		return fmt.Sprintf(`{"index":1,"codec_type":"audio","codec_name":%q}`, codec)
	}
	packets := func(keys ...int) string {
		var all []string
		for i := range 30 {
			flags := "__"
			for _, k := range keys {
				if k == i {
					flags = "K_"
				}
			}
			all = append(all, fmt.Sprintf(`{"stream_index":0,"pts_time":"%d.0","flags":%q}`, i, flags))
		}
		return strings.Join(all, ",")
	}
	for _, c := range []struct {
		name, streams, packets string
		copies                 bool
		why                    string
	}{
		{"usual", video("h264", "yuv420p") + "," + audio("aac"), packets(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28), true, ""},
		{"HEVC", video("hevc", "yuv420p10le"), "", true, "is not known"},
		{"sound alone", audio("aac"), "", true, "is not known"},
		{"MPEG-2", video("mpeg2video", "yuv420p"), "", false, "mpeg2video"},
		{"AC-3", video("h264", "yuv420p") + "," + audio("ac3"), "", false, "ac3"},
		{"4:4:4", video("h264", "yuv444p"), "", false, "yuv444p"},
		{"rare key frames", video("h264", "yuv420p"), packets(0, 15), false, "15 s apart"},
		{"one key frame", video("h264", "yuv420p"), packets(0), false, "29 s apart"},
		{"nothing", `{"index":0,"codec_type":"subtitle"}`, "", false, "neither pictures nor sound"},
	} {
		p := looked(t, `{"streams":[`+c.streams+`],"packets":[`+c.packets+`]}`)
		if p.Copies != c.copies || c.why == "" && p.Why != "" || !strings.Contains(p.Why, c.why) {
			t.Errorf("%s: copies %v, %q", c.name, p.Copies, p.Why)
		}
	}
}

// TestUnreadable tells kinds apart by what ffprobe prints.
func TestUnreadable(t *testing.T) {
	for _, c := range []struct {
		input Input
		log   string
		kind  error
		words string
	}{
		{Input{Kind: Screen, Device: ":78"}, "[x11grab @ 0x5] [error] Cannot open display :78, error 1.\n[error] :78: Input/output error", ErrNotThere, "the screen cannot be opened"},
		{Input{Kind: Device, Device: "/dev/video9"}, "[error] /dev/video9: No such file or directory", ErrNotThere, "is not there"},
		{Input{Kind: Device, Device: "/dev/video0"}, "[error] /dev/video0: Device or resource busy", ErrNoMedia, "in use by another program"},
		{Input{Kind: File, Path: "a"}, "[error] file:a: Invalid data found when processing input", ErrNoMedia, "no media"},
		{Input{Kind: Network, URL: "rtmp://h/live/secretkey"}, "[error] rtmp://h/live/secretkey: Connection refused", ErrNoAnswer, "nobody answers"},
		{Input{Kind: Network, URL: "http://h/x"}, "[error] http://h/x: Server returned 404 Not Found", ErrNotThere, "404"},
		{Input{Kind: Network, URL: "http://h:34047/x"}, "[tcp @ 0x5] [error] Connection to tcp://h:34047 failed: Connection refused\n[error] http://h:34047/x: Connection refused", ErrNoAnswer, "nobody answers"},
		{Input{Kind: Network, URL: "http://h/x"}, "[error] http://h/x: Invalid data found when processing input", ErrNoMedia, "no media"},
		{Input{Kind: Network, URL: "http://h/x"}, "[in#0 @ 0x6] [error] Error opening input: Connection refused\n[error] Error opening input file http://h/x.", ErrNoAnswer, "nobody answers"},
	} {
		spec := base(c.input)
		why := newDiagnosis("", addresses(openings(spec, Tool{System: "linux"}).inputs[0].args())...)
		for line := range strings.Lines(c.log) {
			why.add(strings.TrimRight(line, "\n"))
		}
		err := unreadable(spec, why, proc.Exit{Code: 1})
		if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.words) || strings.Contains(err.Error(), "secretkey") {
			t.Errorf("%s: %v", c.log, err)
		}
	}
}

func TestNothingToProbe(t *testing.T) {
	if _, err := ProbeArgs(base(Input{Kind: Custom, Args: []string{"-i", "a"}}), Tool{}); err == nil {
		t.Error("own arguments can be looked into")
	}
	if _, err := ProbeArgs(Spec{}, Tool{}); err == nil {
		t.Error("nothing can be looked into")
	}
}

func FuzzProbe(f *testing.F) {
	f.Add(`{"format":{"duration":"1e300"},"streams":[{"index":0,"codec_type":"video","avg_frame_rate":"1/0"}],"packets":[{"stream_index":0,"pts_time":"-1e300","flags":"K"}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		var found inspection
		if json.Unmarshal([]byte(text), &found) != nil {
			return
		}
		if p := found.probe(); p.Duration < 0 || p.Bitrate < 0 || !p.Copies && p.Why == "" {
			t.Errorf("%+v", p)
		}
	})
}
