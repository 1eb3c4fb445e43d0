package encoder

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// opening is how ffmpeg opens one input, taken apart because ffprobe knows no more than the
// options of demuxers and protocols.
type opening struct {
	pace    []string // ffmpeg's own: -re, -stream_loop
	options []string // of the demuxer and the protocol
	address string   // what follows -i
}

func (o opening) args() []string {
	args := append(append([]string{}, o.pace...), o.options...)
	return append(args, "-i", o.address)
}

// sources is what an encoder opens and where in it pictures and sound are.
type sources struct {
	inputs       []opening
	video, audio string // "0:v:0", "1:a:0"
}

// openings says what spec reads. Pictures come first; sound has an input of its own where
// the one of the pictures has none.
func openings(spec Spec, tool Tool) sources {
	s := sources{video: "0:v:0", audio: "0:a:0"}
	in := spec.Input
	var pictures, sound *opening
	switch in.Kind {
	case File:
		pictures = openFile(spec)
	case Network:
		pictures = openAddress(in, tool)
		if spec.Timeline.shared() {
			pictures.pace = nil // -re waits for ever for time stamps that do not begin at zero
		}
	case TestPattern:
		if len(spec.Video) > 0 {
			pictures = &opening{pace: []string{"-re"}, options: []string{"-f", "lavfi"}, address: testPicture(spec, tool)}
		}
		if spec.Audio.Bitrate > 0 {
			sound = &opening{pace: []string{"-re"}, options: []string{"-f", "lavfi"},
				address: fmt.Sprintf("sine=frequency=%d:sample_rate=%d", in.Tone, spec.Audio.SampleRate)}
		}
	case Device, Screen:
		if len(spec.Video) > 0 {
			pictures = openPictures(spec, tool.system())
		}
		if spec.Audio.Bitrate > 0 {
			sound = openSound(in.Sound, tool.system())
			if spec.Timeline.shared() {
				sound.options = append(sound.options, "-use_wallclock_as_timestamps", "1")
			}
		}
	}
	if pictures != nil {
		s.inputs = append(s.inputs, *pictures)
	}
	if sound != nil {
		s.audio = strconv.Itoa(len(s.inputs)) + ":a:0"
		s.inputs = append(s.inputs, *sound)
	}
	return s
}

// system is the operating system whose devices the tool reads.
func (t Tool) system() string {
	if t.System == "" {
		return runtime.GOOS
	}
	return t.System
}

func openFile(spec Spec) *opening {
	in, o := spec.Input, &opening{}
	if in.NativeRate {
		o.pace = append(o.pace, "-re") // belongs to the input that follows it, so each has its own
	}
	if in.Loop {
		o.pace = append(o.pace, "-stream_loop", "-1")
	} else if skip := spec.Timeline.skip(); skip > 0 {
		o.pace = append(o.pace, "-ss", seconds(skip)) // where the other processes of this ladder are
	}
	// The prefix keeps a name such as "-x" or "http:y" from being read as an option or an
	// address; the whitelist keeps a playlist from opening anything but local files.
	o.options = []string{"-protocol_whitelist", "file"}
	o.address = "file:" + in.Path
	return o
}

// Times in microseconds, as ffmpeg's protocols take them.
const (
	patience  = "15000000" // for a network input that says nothing
	mostDelay = "5"        // seconds between two tries to reconnect
)

// openAddress calls an address or waits there. A caller may come at any time, so only calls
// are given up for silence.
func openAddress(in Input, tool Tool) *opening {
	name := scheme(in.URL)
	o := &opening{address: in.URL, options: []string{"-protocol_whitelist", networkProtocols(name), "-thread_queue_size", "1024"}}
	add := func(options ...string) { o.options = append(o.options, options...) }
	switch name {
	case "rtmp", "rtmps":
		if in.Listen {
			add("-listen", "1")
		} else {
			add("-rw_timeout", patience)
		}
	case "srt":
		if in.Listen {
			add("-mode", "listener")
		} else {
			add("-mode", "caller", "-timeout", patience)
		}
		add("-fflags", "+genpts+discardcorrupt")
	case "rtsp", "rtsps":
		silence := "-timeout"
		if !tool.Version.AtLeast(5, 0) {
			silence = "-stimeout" // before 5.0 -timeout meant to listen
		}
		add("-rtsp_transport", "tcp", silence, patience)
	case "http", "https":
		if in.Listen {
			add("-listen", "1")
			break
		}
		// A recording behind an address would come as fast as the line is; live it changes nothing.
		o.pace = append(o.pace, "-re")
		add("-rw_timeout", patience, "-reconnect", "1", "-reconnect_streamed", "1", "-reconnect_on_network_error", "1", "-reconnect_delay_max", mostDelay)
	case "udp":
		add("-fflags", "+genpts+discardcorrupt", "-buffer_size", "4194304", "-fifo_size", "65536", "-overrun_nonfatal", "1")
	}
	return o
}

// waits reports whether the input may rightly say nothing for as long as it likes: whoever
// sends it has yet to come.
func (s Spec) waits() bool {
	return s.Input.Kind == Network && (s.Input.Listen || scheme(s.Input.URL) == "udp")
}

// queue keeps what a device captures while another input of the encoder is waited for.
func queue(options ...string) []string {
	return append([]string{"-thread_queue_size", "512"}, options...)
}

// openPictures opens a camera or a screen.
func openPictures(spec Spec, system string) *opening {
	in, rate := spec.Input, strconv.Itoa(spec.FPS)
	if in.Kind == Screen {
		o := openScreen(in.Device, rate, system)
		if spec.Timeline.shared() {
			o.options = append(o.options, "-use_wallclock_as_timestamps", "1")
		}
		return o
	}
	options := []string{"-framerate", rate}
	if largest := largest(spec.Video); largest.Width > 0 {
		options = append(options, "-video_size", fmt.Sprintf("%dx%d", largest.Width, largest.Height))
	}
	switch system {
	case "windows":
		return &opening{options: queue(append([]string{"-f", "dshow", "-rtbufsize", "256M"}, options...)...), address: "video=" + in.Device}
	case "darwin":
		return &opening{options: queue(append([]string{"-f", "avfoundation"}, options...)...), address: in.Device + ":none"}
	}
	return &opening{options: queue(append([]string{"-f", "v4l2"}, options...)...), address: in.Device}
}

func openScreen(device, rate, system string) *opening {
	switch system {
	case "windows":
		if device == "" {
			device = "desktop"
		}
		return &opening{options: queue("-f", "gdigrab", "-framerate", rate), address: device}
	case "darwin":
		if device == "" {
			device = "Capture screen 0"
		}
		return &opening{options: queue("-f", "avfoundation", "-capture_cursor", "1", "-framerate", rate), address: device + ":none"}
	}
	if device == "" {
		device = ":0.0"
	}
	return &opening{options: queue("-f", "x11grab", "-framerate", rate, "-draw_mouse", "1"), address: device}
}

// openSound opens a microphone.
func openSound(device, system string) *opening {
	switch system {
	case "windows":
		return &opening{options: queue("-f", "dshow"), address: "audio=" + device}
	case "darwin":
		return &opening{options: queue("-f", "avfoundation"), address: "none:" + device}
	}
	kind, name, found := strings.Cut(device, ":")
	if !found || kind != "pulse" && kind != "alsa" {
		kind, name = "alsa", device
	}
	return &opening{options: queue("-f", kind), address: name}
}

func largest(rungs []Rung) Rung {
	var most Rung
	for _, r := range rungs {
		if r.Width*r.Height > most.Width*most.Height {
			most = r
		}
	}
	return most
}

// testPicture is testsrc2 in the size of the largest rung, with the time of day burnt in
// when tool can draw text; testsrc2 shows a counter of its own anyway.
func testPicture(spec Spec, tool Tool) string {
	most := largest(spec.Video)
	picture := fmt.Sprintf("testsrc2=size=%dx%d:rate=%d", most.Width, most.Height, spec.FPS)
	if tool.Clock {
		picture += fmt.Sprintf(`,drawtext=text='UTC %%{gmtime\:%%H\\\:%%M\\\:%%S}':fontsize=%d:fontcolor=white`+
			`:box=1:boxcolor=black@0.6:boxborderw=6:x=(w-tw)/2:y=h-2*th`, max(most.Height/12, 8))
	}
	return picture
}

// seconds is a length of time as ffmpeg reads it, exact to the microsecond.
func seconds(d time.Duration) string {
	whole := strconv.FormatInt(int64(d/time.Second), 10)
	if micros := d % time.Second / time.Microsecond; micros != 0 {
		return whole + "." + strings.TrimRight(fmt.Sprintf("%06d", micros), "0")
	}
	return whole
}
