package encoder

import (
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Args is the argument list with which tool sends spec to ingestURL. The spec has passed
// [Spec.Validate]. The tracks go out in the order in which the spec lists them: the video
// rungs, then audio. Every flag is explained where it is added.
func Args(spec Spec, ingestURL string, tool Tool) []string {
	spec = spec.WithDefaults()
	args := []string{
		"-hide_banner", "-nostats", // no banner, and no status line rewritten in place
		"-loglevel", "repeat+level+info", // "[error] ..." on every line, none folded away
		"-progress", "pipe:1", "-stats_period", "0.5", // key=value blocks on standard output
	}
	args = append(args, inputArgs(spec, tool)...)
	if len(spec.Video) > 0 {
		args = append(args, "-filter_complex", filterGraph(spec))
		args = append(args, videoArgs(spec)...)
	}
	if spec.Audio.Bitrate > 0 {
		args = append(args, audioArgs(spec)...)
	}
	return append(args, pushArgs(spec, ingestURL)...)
}

// inputArgs opens the sources. -re belongs to the input that follows it, so each has its own.
func inputArgs(spec Spec, tool Tool) []string {
	in := spec.Input
	if in.Kind == File {
		var args []string
		if in.NativeRate {
			args = append(args, "-re")
		}
		if in.Loop {
			args = append(args, "-stream_loop", "-1")
		}
		// The prefix keeps a name such as "-x" or "http:y" from being read as an option or an
		// address; the whitelist keeps a playlist from opening anything but local files.
		return append(args, "-protocol_whitelist", "file", "-i", "file:"+in.Path)
	}
	var args []string
	if len(spec.Video) > 0 {
		args = append(args, "-re", "-f", "lavfi", "-i", testPicture(spec, tool))
	}
	if spec.Audio.Bitrate > 0 {
		tone := fmt.Sprintf("sine=frequency=%d:sample_rate=%d", in.Tone, spec.Audio.SampleRate)
		args = append(args, "-re", "-f", "lavfi", "-i", tone)
	}
	return args
}

// testPicture is testsrc2 in the size of the largest rung, with the time of day burnt in
// when tool can draw text; testsrc2 shows a counter of its own anyway.
func testPicture(spec Spec, tool Tool) string {
	largest := spec.Video[0]
	for _, r := range spec.Video {
		if r.Width*r.Height > largest.Width*largest.Height {
			largest = r
		}
	}
	picture := fmt.Sprintf("testsrc2=size=%dx%d:rate=%d", largest.Width, largest.Height, spec.FPS)
	if tool.Clock {
		picture += fmt.Sprintf(`,drawtext=text='UTC %%{gmtime\:%%H\\\:%%M\\\:%%S}':fontsize=%d:fontcolor=white`+
			`:box=1:boxcolor=black@0.6:boxborderw=6:x=(w-tw)/2:y=h-2*th`, max(largest.Height/12, 8))
	}
	return picture
}

// filterGraph decodes once and scales for every rung: [v0], [v1], ...
func filterGraph(spec Spec) string {
	source, scale := "[0:v:0]", "scale=%d:%d,setsar=1"
	if spec.Input.Kind == File {
		// A constant frame rate keeps key frames on one grid; other shapes get black bars.
		source += fmt.Sprintf("fps=%d,", spec.FPS)
		scale = "scale=%[1]d:%[2]d:force_original_aspect_ratio=decrease:force_divisible_by=2,pad=%[1]d:%[2]d:-1:-1,setsar=1"
	}
	if len(spec.Video) == 1 {
		return source + fmt.Sprintf(scale, spec.Video[0].Width, spec.Video[0].Height) + "[v0]"
	}
	graph := source + fmt.Sprintf("split=%d", len(spec.Video))
	for i := range spec.Video {
		graph += fmt.Sprintf("[s%d]", i)
	}
	for i, r := range spec.Video {
		graph += fmt.Sprintf(";[s%d]", i) + fmt.Sprintf(scale, r.Width, r.Height) + fmt.Sprintf("[v%d]", i)
	}
	return graph
}

func videoArgs(spec Spec) []string {
	var args []string
	for i := range spec.Video {
		args = append(args, "-map", fmt.Sprintf("[v%d]", i))
	}
	gop := strconv.Itoa(spec.gopFrames())
	args = append(args,
		"-c:v", "libx264", "-preset", spec.Preset, "-tune", "zerolatency", "-pix_fmt", "yuv420p",
		// The same closed GOP on every rung and no scene cuts: fragments align and start with
		// a key frame. B-frames would let tracks of one POST cut at different times.
		"-bf", "0", "-g", gop, "-keyint_min", gop, "-sc_threshold", "0",
	)
	for i, r := range spec.Video {
		rate := func(name string, bits int) []string {
			return []string{fmt.Sprintf("-%s:v:%d", name, i), strconv.Itoa(bits/1000) + "k"}
		}
		args = append(args, rate("b", r.Bitrate)...)
		args = append(args, rate("maxrate", r.Bitrate)...)
		args = append(args, rate("bufsize", 2*r.Bitrate)...)
	}
	return args
}

func audioArgs(spec Spec) []string {
	source := "0:a:0"
	if spec.Input.Kind == TestPattern && len(spec.Video) > 0 {
		source = "1:a:0"
	}
	return []string{
		"-map", source, "-c:a", "aac", "-ac", strconv.Itoa(spec.Audio.Channels),
		"-ar", strconv.Itoa(spec.Audio.SampleRate), "-b:a", strconv.Itoa(spec.Audio.Bitrate/1000) + "k",
	}
}

func pushArgs(spec Spec, ingestURL string) []string {
	args := []string{"-f", "ismv", "-movflags"} // isml: announce the tracks' bitrates in a server manifest
	if len(spec.Video) > 0 {
		args = append(args, "isml+frag_keyframe")
	} else {
		// Without key frames to cut at, ffmpeg would send nothing before the end.
		micros := strconv.FormatInt(int64(spec.GOP/time.Microsecond), 10)
		args = append(args, "isml", "-frag_duration", micros)
	}
	return append(args,
		"-send_expect_100", "1", // the only way ffmpeg looks at the engine's answer
		"-rw_timeout", "10000000", // microseconds that one blocked write may last
		"-http_proxy", "", // the engine is near; a proxy in the environment is not asked
		ingestURL,
	)
}

// StreamID is the value of stream_id for the spec: the last name of its point and the
// bitrates of its tracks in the order in which they are sent, "oceans-800k-300k-64k.ismv".
func StreamID(spec Spec) string {
	id := path.Base(spec.Point)
	if regexp.MustCompile(`-[0-9]+k$`).MatchString(id) {
		id += "-live" // or the end of the name would be read as a track's bitrate
	}
	for _, r := range spec.Video {
		id += fmt.Sprintf("-%dk", r.Bitrate/1000)
	}
	if spec.Audio.Bitrate > 0 {
		id += fmt.Sprintf("-%dk", spec.Audio.Bitrate/1000)
	}
	return id + ".ismv"
}

// IngestURL is where the spec's stream is posted on the media listener at base, such as
// "http://127.0.0.1:8088". The spec has passed [Spec.Validate], so that nothing needs escaping.
func IngestURL(base string, spec Spec) string {
	return fmt.Sprintf("%s/%s.isml/%s.ism?stream_id=%s",
		strings.TrimRight(base, "/"), spec.Point, path.Base(spec.Point), StreamID(spec))
}

// CommandLine is the command for people: quoted for a POSIX shell, to be pasted as it is.
func CommandLine(program string, args []string) string {
	words := []string{quote(program)}
	for _, arg := range args {
		words = append(words, quote(arg))
	}
	return strings.Join(words, " ")
}

// quote leaves alone what no shell would touch and puts the rest in single quotes.
func quote(word string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:+,=@%", r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !plain(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
