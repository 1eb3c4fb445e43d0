package encoder

import (
	"slices"
	"strings"
	"testing"
)

// TestOwnArgumentsBeyondTheList: what opens files or connections besides the input is refused, however
// it is written.
func TestOwnArgumentsBeyondTheList(t *testing.T) {
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"-i", "a", "-nosuch", "1"}, "-nosuch is not among those"},
		{[]string{"-http_proxy", "http://10.0.0.1:3128", "-i", "http://h/a"}, "-http_proxy is not among"},
		{[]string{"-i", "a", "-hls_segment_filename", "/tmp/x"}, "not among"},
		{[]string{"-key_file", "/etc/ssl/private/a", "-i", "https://h/a"}, "not among"},
		{[]string{"-cert_file", "a", "-i", "https://h/a"}, "not among"},
		{[]string{"-f", "rawvideo", "-i", "/etc/passwd"}, `not read as "rawvideo"`},
		{[]string{"-f", "s16le", "-i", "/etc/passwd"}, `not read as "s16le"`},
		{[]string{"-f", "concat", "-i", "list.txt"}, `not read as "concat"`},
		{[]string{"-f", "sdp", "-i", "a.sdp"}, `not read as "sdp"`},
		{[]string{"-f", "data", "-i", "/etc/passwd"}, `not read as "data"`},
		{[]string{"-f", "lavfi", "-i", "movie=/etc/passwd"}, `filter "movie"`},
		{[]string{"-f", "lavfi", "-i", "testsrc2[a];[a]null[out0];amovie=x[out1]"}, `filter "amovie"`},
		{[]string{"-f", "lavfi", "-i", "movie@x=/etc/passwd"}, `filter "movie"`},
		{[]string{"-i", "a", "-vf", "scale=10:10,subtitles=/etc/passwd"}, `filter "subtitles"`},
		{[]string{"-i", "a", "-vf", "[in] scale=10:10 [x]; [x] lut3d=/x [out]"}, `filter "lut3d"`},
		{[]string{"-i", "a", "-filter:v:0", "metadata=print:file=/tmp/x"}, `filter "metadata"`},
		{[]string{"-i", "a", "-filter_complex", "zmq"}, `filter "zmq"`},
		{[]string{"-i", "a", "-filter_complex", "[0:v]sendcmd=f=/x[v]"}, `filter "sendcmd"`},
		{[]string{"-i", "a", "-af", "ladspa=file=/tmp/evil.so"}, `filter "ladspa"`},
		{[]string{"-i", "a", "-vf", "drawtext=textfile=/etc/passwd"}, "drawtext may not read a file"},
		{[]string{"-i", "a", "-vf", "drawtext=text=x:TextFile=/etc/passwd"}, "drawtext may not read a file"},
		{[]string{"-i", "a", "-vf", "drawtext=f.ttf:hello:/etc/passwd"}, "drawtext may not read a file"},
		{[]string{"-i", "a", "-x264-params", "bframes=0:stats=/tmp/x"}, "may not have stats"},
		{[]string{"-i", "a", "-x264opts", "dump_yuv=/tmp/x"}, "may not have dump-yuv"},
		{[]string{"-i", "a", "-x265-params", "analysis-save=/tmp/x"}, "may not have analysis-save"},
		{[]string{"-i", "data:text/plain,hello"}, "protocol that encoders do not read"},
		{[]string{"-i", "DATA:text/plain,hello"}, "protocol that encoders do not read"},
		{[]string{"-i", "crypto:file:a"}, "protocol that encoders do not read"},
		{[]string{"-i", "cache:http://h/a"}, "protocol that encoders do not read"},
		{[]string{"-i", "async:a"}, "protocol that encoders do not read"},
		{[]string{"-i", "unix:/run/x"}, "protocol that encoders do not read"},
		{[]string{"-i", "fd:0"}, "protocol that encoders do not read"},
		{[]string{"-i", "http://169.254.169.254/latest/meta-data"}, "secrets of its own"},
		{[]string{"-f", "alsa", "-i", "file:/tmp/x,raw"}, "ALSA"},
		{[]string{"-f", "alsa", "-i", "plug:'tee:default,|id,raw'"}, "ALSA"},
		{[]string{"-i", "a", "-attach", "/etc/passwd"}, "from a file"},
		{[]string{"-i", "a", "-sdp_file", "/tmp/x"}, "writes files"},
	} {
		if err := base(Input{Kind: Custom, Args: test.args}).Validate(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: %v, want a sentence with %q", test.args, err, test.want)
		}
	}
}

// TestOwnArgumentsOnTheList are commands of ordinary encoders.
func TestOwnArgumentsOnTheList(t *testing.T) {
	for _, args := range []string{
		"-re -i a.mov -acodec aac -ac 2 -ab 64k -vcodec libx264 -preset veryfast -g 100 -keyint_min 50 -sc_threshold 0 -b:v 400k -s 848x400",
		"-re -i a.mov -filter_complex [0:v]split=2[a][b];[a]scale=608:288[v0];[b]scale=848:400[v1] -map [v0] -map 0:a -map [v1] -c:a aac -c:v libx264 -b:v:0 200k -b:v:1 400k",
		"-f v4l2 -framerate 25 -video_size 1280x720 -i /dev/video0 -f alsa -i hw:1,0 -c:v h264_vaapi -vaapi_device /dev/dri/renderD128 -vf format=nv12,hwupload -c:a aac",
		"-f decklink -format_code Hi50 -i DeckLink -vf yadif -c:v h264_nvenc -preset p4 -rc cbr -b:v 6M -maxrate 6M -bufsize 12M -forced-idr 1 -c:a aac",
		"-f lavfi -i testsrc2=size=320x180,drawtext=text=hello:x=1:y=2 -f lavfi -i sine=frequency=440 -c:v libx264 -x264-params keyint=50:scenecut=0 -an",
		"-rtsp_transport tcp -i rtsp://203.0.113.9/cam -c copy -bsf:a aac_adtstoasc -f mp4 -movflags cmaf+frag_keyframe+empty_moov",
		"-reconnect 1 -i https://example.com/live.m3u8 -c copy", "-i srt://0.0.0.0:9000?mode=listener -c copy", "-i udp://239.0.0.1:5000 -c copy", "-i 192.mov -an",
	} {
		if err := base(Input{Kind: Custom, Args: strings.Fields(args)}).Validate(); err != nil {
			t.Errorf("%s: %v", args, err)
		}
	}
}

// TestOwnInputsAreHeldToTheirProtocols: a playlist or a redirection leads to no other.
func TestOwnInputsAreHeldToTheirProtocols(t *testing.T) {
	args := strings.Fields("-re -i a.m3u8 -f lavfi -i sine -user_agent -i -i http://h/a -metadata -i -c copy")
	want := strings.Fields("-re -protocol_whitelist file -i a.m3u8 -f lavfi -i sine -user_agent -i -protocol_whitelist http,httpproxy,tcp,https,tls,crypto -i http://h/a -metadata -i -c copy")
	if got := guarded(args); !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
}

func TestAddressesThatTellSecrets(t *testing.T) {
	for address, bad := range map[string]bool{
		"http://169.254.169.254/latest/meta-data/iam": true, "http://[::ffff:169.254.169.254]/x": true, "http://[fd00:ec2::254]/x": true, "https://metadata.google.internal/x": true,
		"http://METADATA.google.internal./x": true, "http://100.100.100.200/x": true, "http://2852039166/x": true, "http://0xa9fea9fe/x": true, "http://169.254.43518/x": true, "http://0251.0376.0251.0376/x": true,
		"rtsp://192.168.1.20/cam": false, "http://10.0.0.5/a.ts": false, "rtmp://127.0.0.1/live/x": false, "http://camera.local/a.ts": false, "udp://239.0.0.1:5000": false, "srt://[fe80::1]:9000": false,
	} {
		err := base(Input{Kind: Network, URL: address}).Validate()
		if (err != nil) != bad {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestMicrophonesThatAreNone(t *testing.T) {
	for name, bad := range map[string]bool{
		"alsa:file:/tmp/x": true, "file:|id": true, "alsa:tee:default": true, "alsa:plug:'file:x'": true, "alsa:hw:0/../x": true, "alsa:{type file}": true,
		"alsa:hw:1,0": false, "alsa:plughw:CARD=USB,DEV=0": false, "default": false, "pulse:alsa_input.usb-0d8c_USB (x)": false, "alsa:sysdefault:CARD=PCH": false,
	} {
		if err := validateSound(name, "linux"); (err != nil) != bad {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := validateSound("Mikrofon (USB Audio)", "windows"); err != nil {
		t.Error(err)
	}
}

// TestHostileFormFields puts what a shell or ffmpeg might take for something else into every field of
// the form: it is refused, or it is the value of the option that it was meant for.
func TestHostileFormFields(t *testing.T) {
	for _, text := range []string{
		"-y", "--", "-i", "-f", "-report", "; rm -rf /", "$(id)", "`id`", "| id", "a && b", "a\nb", "a\x00b", "'", `"`, "\\", "*", "~", "%s%n", "../../etc/passwd", "file:/etc/passwd",
		"concat:/etc/passwd|x", "subfile,,start,0,end,9,,:/etc/passwd", "data:text/plain,x", "http://169.254.169.254/", "pipe:0", "movie=/etc/passwd", "x.mp4 -y /tmp/x", "\u202e", strings.Repeat("a", 5000),
	} {
		for field, set := range map[string]func(*Spec, string){
			"id": func(s *Spec, v string) { s.ID = v }, "point": func(s *Spec, v string) { s.Point = v }, "preset": func(s *Spec, v string) { s.Preset = v },
			"path":   func(s *Spec, v string) { s.Input = Input{Kind: File, Path: v} },
			"url":    func(s *Spec, v string) { s.Input = Input{Kind: Network, URL: v} },
			"camera": func(s *Spec, v string) { s.Input = Input{Kind: Device, Device: v, Sound: "alsa:default"} },
			"sound":  func(s *Spec, v string) { s.Input = Input{Kind: Device, Device: "/dev/video0", Sound: "alsa:" + v} },
			"screen": func(s *Spec, v string) { s.Input, s.Audio = Input{Kind: Screen, Device: v}, AudioSpec{} },
		} {
			args := func(value string) []string {
				s := base(Input{Kind: TestPattern})
				set(&s, value)
				if value == text && s.Validate() != nil {
					return nil
				}
				return Args(s, "http://127.0.0.1:1/oceans.isml/oceans.ism?stream_id=x.ismv", Tool{System: "linux"})
			}
			hostile := args(text)
			if hostile == nil {
				continue
			}
			want := args("VALUE")
			for i := range want {
				want[i] = strings.ReplaceAll(want[i], "VALUE", text)
			}
			if !slices.Equal(hostile, want) {
				t.Errorf("%s %q changes the arguments to %q", field, text, hostile)
			}
			if at := slices.IndexFunc(hostile, func(arg string) bool { return arg == text }); at > 0 && hostile[at-1] != "-i" && !slices.Contains(args("VALUE"), text) {
				t.Errorf("%s %q stands behind %q", field, text, hostile[at-1])
			}
		}
	}
}
