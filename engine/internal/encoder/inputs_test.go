package encoder

import (
	"strings"
	"testing"
	"time"
)

// base is a good spec that reads in.
func base(in Input) Spec {
	return Spec{ID: "one", Point: "oceans", Input: in, Video: []Rung{{320, 180, 300_000}}, Audio: AudioSpec{Bitrate: 64_000}}
}

func TestInputsThatAreRefused(t *testing.T) {
	network := func(url string, listen bool) Input { return Input{Kind: Network, URL: url, Listen: listen} }
	two := func(s *Spec) { s.Method, s.Video = ProcessPerRung, []Rung{{160, 90, 100_000}, {320, 180, 300_000}} }
	for _, test := range []struct {
		name   string
		input  Input
		change func(*Spec)
		want   string
	}{
		{"nothing of a device", Input{Kind: Device}, nil, "no device is chosen"},
		{"no camera", Input{Kind: Device, Sound: "alsa:default"}, nil, "no camera is chosen"},
		{"no microphone", Input{Kind: Device, Device: "/dev/video0"}, nil, "no microphone is chosen"},
		{"screen without sound", Input{Kind: Screen}, nil, "no microphone is chosen"},
		{"screen without pictures", Input{Kind: Screen, Sound: "pulse:default"}, func(s *Spec) { s.Video = nil }, "to be seen"},
		{"no address", network("", false), nil, "no address is given"},
		{"no host", network("srt://", false), nil, "is no address"},
		{"a name alone", network("camera", false), nil, "is no address"},
		{"blanks", network("http://a b", false), nil, "blanks"},
		{"a line", network("http://a\nb", false), nil, "blanks"},
		{"long", network("http://"+strings.Repeat("a", 5000), false), nil, "too long"},
		{"file protocol", network("file:///etc/passwd", false), nil, "is no address"},
		{"concat protocol", network("concat://a|b", false), nil, "is no address"},
		{"ftp", network("ftp://host/a", false), nil, `not read by "ftp"`},
		{"tcp", network("tcp://host:1", false), nil, `not read by "tcp"`},
		{"wait by RTSP", network("rtsp://0.0.0.0/x", true), nil, "nobody can be waited for by rtsp"},
		{"wait by HTTPS", network("https://0.0.0.0:1/x", true), nil, "nobody can be waited for"},
		{"UDP without a port", network("udp://0.0.0.0", false), nil, "names no port"},
		{"SRT without a port", network("srt://h", false), nil, "names no port"},
		{"a secret is not told", network("srt://anna:geheim77@h", false), nil, "srt://***@h names no port"},
		{"two wait at one address", network("srt://0.0.0.0:1", true), two, "only one process can wait"},
		{"two at one UDP port", network("udp://10.0.0.1:1", false), two, "only one process can wait"},
		{"two at one camera", Input{Kind: Device, Device: "/dev/video0", Sound: "alsa:default"}, two, "one process only"},
		{"own arguments twice", Input{Kind: Custom, Args: []string{"-i", "a"}}, two, "make one process"},
		{"copy of a test pattern", Input{Kind: TestPattern}, func(s *Spec) { s.Copy = true }, "nothing to copy"},
		{"copy of a ladder", Input{Kind: File, Path: "a"}, func(s *Spec) { two(s); s.Copy = true }, "one bitrate of its input"},
		{"method", Input{Kind: TestPattern}, func(s *Spec) { s.Method = 3 }, "method 3"},
		{"restarts", Input{Kind: TestPattern}, func(s *Spec) { s.MaxRestarts = -1 }, "-1 restarts"},
		{"policy", Input{Kind: TestPattern}, func(s *Spec) { s.Restart = 9 }, "policy 9"},
		{"no size", Input{Kind: File, Path: "a"}, func(s *Spec) { s.Video[0].Width, s.Video[0].Height = 0, 0 }, "0x0"},
		{"NUL", Input{Kind: Network, URL: "srt://a\x00:1"}, nil, "NUL"},
	} {
		spec := base(test.input)
		if test.change != nil {
			test.change(&spec)
		}
		if err := spec.Validate(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want a sentence with %q", test.name, err, test.want)
		}
	}
}

func TestOwnArgumentsThatAreRefused(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"", "no arguments"},
		{"-an", "no input"},
		{"-i", "-i has no value"},
		{"-i a -c:v", "-c:v has no value"},
		{"-i a out.mp4", `"out.mp4" would be a second output`},
		{"-i a -an out.mp4", "second output"},
		{"-i a -f ismv http://u:geheim77@h/x", "http://***@h/x"},
		{"-i a -", "second output"},
		{"-y -i a", "writes files"},
		{"-i a -pass 1", "writes files"},
		{"-i a -pass:v:0 1", "writes files"},
		{"-i a -report", "writes files"},
		{"-i a -vstats_file x", "writes files"},
		{"-dump_attachment:t:0 x -i a", "writes files"},
		{"-i a -progress http://h/", "is watched"},
		{"-loglevel quiet -i a", "is watched"},
		{"-i a -filter_complex_script x", "from a file"},
		{"-i a -/filter_complex x", "from a file"},
		{"-protocol_whitelist file,pipe -i a", "opens protocols"},
		{"-i pipe:0", "protocol that encoders do not read"},
		{"-i -", "protocol that encoders do not read"},
		{"-i concat:a|b", "protocol that encoders do not read"},
		{"-i subfile,,start,0,end,1,,:a", "protocol that encoders do not read"},
		{"-i ftp://h/a", "protocol that encoders do not read"},
		{"-i a -f mpegts", `format "mpegts"`},
		{"-i a -f tee", `format "tee"`},
		{"-h", "a question"},
	} {
		spec := base(Input{Kind: Custom, Args: strings.Fields(test.args)})
		if err := spec.Validate(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want a sentence with %q", test.args, err, test.want)
		}
	}
}

// inputs are good specs of every kind, by the name of their golden file.
func inputs() map[string]Spec {
	ladder := func(s Spec, method Method) Spec {
		s.Method, s.Video = method, []Rung{{320, 180, 300_000}, {640, 360, 800_000}}
		return s
	}
	silent := func(s Spec) Spec { s.Audio = AudioSpec{}; return s }
	network := func(url string, listen bool) Spec { return base(Input{Kind: Network, URL: url, Listen: listen}) }
	copied := base(Input{Kind: File, Path: "/media/a.mp4", NativeRate: true})
	copied.Copy, copied.Video[0].Width, copied.Video[0].Height = true, 0, 0
	heard := base(Input{Kind: Network, URL: "https://203.0.113.9/radio.ts"})
	heard.Video, heard.Copy = nil, true
	own := base(Input{Kind: Custom, Args: strings.Fields("-re -f lavfi -i testsrc2=size=320x180 -c:v libx264 -an -g 50")})
	own.Video, own.Audio = nil, AudioSpec{}
	ownFormat := base(Input{Kind: Custom, Args: strings.Fields("-f v4l2 -i /dev/video0 -f mp4 -movflags cmaf+frag_keyframe -copyts")})
	return map[string]Spec{
		"device":            base(Input{Kind: Device, Device: "/dev/video0", Sound: "alsa:plughw:0,0"}),
		"device-picture":    silent(base(Input{Kind: Device, Device: "Cam: 1"})),
		"screen":            ladder(base(Input{Kind: Screen, Device: ":1.0", Sound: "pulse:default"}), OneProcess),
		"screen-of-default": silent(base(Input{Kind: Screen})),
		"rtmp-call":         network("rtmp://203.0.113.7/live/secretkey", false),
		"rtmp-listen":       network("rtmp://0.0.0.0:1935/live/secretkey", true),
		"srt-call":          network("srt://203.0.113.7:9000?passphrase=secretpass", false),
		"srt-listen":        network("srt://0.0.0.0:9000", true),
		"rtsp":              network("rtsp://anna:geheim77@203.0.113.7/cam", false),
		"http-listen":       network("http://0.0.0.0:8200/in", true),
		"https":             network("https://203.0.113.7/a.m3u8?token=secrettoken&x=1", false),
		"udp":               ladder(network("udp://239.0.0.1:5000", false), OneProcess),
		"copy":              copied,
		"copy-sound":        heard,
		"own":               own,
		"own-format":        ownFormat,
	}
}

// TestInputArgs keeps what each kind of input is read with, on each system that reads it so.
func TestInputArgs(t *testing.T) {
	version := Version{Major: 5, Minor: 1}
	for name, spec := range inputs() {
		if err := spec.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		systems := []string{"linux"}
		if spec.Input.Kind == Device || spec.Input.Kind == Screen {
			systems = []string{"linux", "windows", "darwin"}
		}
		var text strings.Builder
		for _, system := range systems {
			args := Args(spec, IngestURL("http://127.0.0.1:8088", spec), Tool{Path: "ffmpeg", Version: version, System: system})
			text.WriteString(system + "\n" + CommandLine("ffmpeg", MaskArgs(spec, args)) + "\n")
		}
		checkGolden(t, "input-"+name, text.String())
		for _, secret := range []string{"secretkey", "secretpass", "geheim77", "secrettoken"} {
			if strings.Contains(text.String(), secret) {
				t.Errorf("%s shows %s", name, secret)
			}
		}
	}
	old := Tool{Path: "ffmpeg", Version: Version{Major: 4, Minor: 4}}
	if line := strings.Join(Args(inputs()["rtsp"], "u", old), " "); !strings.Contains(line, "-stimeout") {
		t.Errorf("an old ffmpeg would listen: %s", line)
	}
}

// TestParts spreads a ladder over processes that share a timeline.
func TestParts(t *testing.T) {
	at := time.Date(2026, 3, 14, 12, 0, 0, 300_000_000, time.UTC)
	for name, spec := range map[string]Spec{
		"pattern": base(Input{Kind: TestPattern}), "file": base(Input{Kind: File, Path: "/a.mp4", NativeRate: true}),
		"screen": base(Input{Kind: Screen, Device: ":0", Sound: "pulse:default"}), "network": base(Input{Kind: Network, URL: "http://203.0.113.9/a.ts"}),
		"group": base(Input{Kind: Network, URL: "udp://239.0.0.1:5000"}),
	} {
		spec.Method, spec.Video = ProcessPerRung, []Rung{{160, 90, 100_000}, {640, 360, 800_000}, {320, 180, 300_000}}
		if err := spec.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		parts := Parts(spec)
		if len(parts) != 3 || parts[0].Video[0].Bitrate != 800_000 || parts[0].Audio.Bitrate != 64_000 || parts[1].Audio.Bitrate != 0 || parts[2].Video[0].Bitrate != 100_000 {
			t.Fatalf("%s: %+v", name, parts)
		}
		var text strings.Builder
		for i, part := range parts {
			part.Timeline = NewTimeline(at, at.Add([]time.Duration{0, time.Second, time.Minute}[i]), part.GOP)
			text.WriteString(CommandLine("ffmpeg", Args(part, IngestURL("http://127.0.0.1:8088", part), Tool{Path: "ffmpeg", System: "linux"})) + "\n")
		}
		checkGolden(t, "parts-"+name, text.String())
	}
	one := base(Input{Kind: TestPattern})
	one.Method = ProcessPerRung
	if parts := Parts(one); len(parts) != 1 || parts[0].Audio.Bitrate == 0 {
		t.Errorf("one rung makes %+v", parts)
	}
}

func TestTimeline(t *testing.T) {
	began := time.Date(2026, 3, 14, 12, 0, 0, 1, time.UTC)
	first := time.Date(2026, 3, 14, 12, 0, 2, 0, time.UTC)
	for _, c := range []struct {
		after time.Duration
		base  time.Time
		skip  time.Duration
	}{{0, first, 0}, {2 * time.Second, first, 0}, {10 * time.Second, first.Add(10 * time.Second), 10 * time.Second}, {2*time.Minute - 1, first.Add(2*time.Minute - 2*time.Second), 2*time.Minute - 2*time.Second}} {
		line := NewTimeline(began, began.Add(c.after), 2*time.Second)
		if !line.Base.Equal(c.base) || line.skip() != c.skip {
			t.Errorf("after %v: %+v, skips %v; want %v and %v", c.after, line, line.skip(), c.base, c.skip)
		}
	}
	if (Timeline{}).shared() || (Timeline{}).skip() != 0 {
		t.Error("the zero timeline is nobody's")
	}
	if got := seconds(90*time.Second + 40*time.Millisecond); got != "90.04" {
		t.Errorf("seconds: %s", got)
	}
}
