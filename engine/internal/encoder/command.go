package encoder

import (
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Args is the argument list with which tool sends spec, one of [Parts], to ingestURL. The spec has
// passed [Spec.Validate]. The tracks go out in the order in which the spec lists them: the video
// rungs, then audio. Every flag is explained where it is added.
func Args(spec Spec, ingestURL string, tool Tool) []string {
	spec = spec.WithDefaults()
	args := append(common(), encodeArgs(spec, tool)...)
	return append(args, pushArgs(spec, ingestURL)...)
}

// common is what every ffmpeg of ours is started with.
func common() []string {
	return []string{
		"-hide_banner", "-nostats", // no banner, and no status line rewritten in place
		"-loglevel", "repeat+level+info", // "[error] ..." on every line, none folded away
		"-progress", "pipe:1", "-stats_period", "0.5", // key=value blocks on standard output
	}
}

// encodeArgs is what is read and how it is encoded.
func encodeArgs(spec Spec, tool Tool) []string {
	if spec.Input.Kind == Custom {
		return guarded(spec.Input.Args)
	}
	from := openings(spec, tool)
	var args []string
	for _, input := range from.inputs {
		args = append(args, input.args()...)
	}
	if spec.keepsStamps() {
		args = append(args, "-copyts") // the sender's time stamps, which are the same for all processes
	}
	if spec.Copy {
		return append(args, copyArgs(spec)...)
	}
	if len(spec.Video) > 0 {
		args = append(args, "-filter_complex", filterGraph(spec, from.video))
		args = append(args, videoArgs(spec)...)
	}
	if spec.Audio.Bitrate > 0 {
		args = append(args, audioArgs(spec, from.audio)...)
	}
	return args
}

// keepsStamps reports whether the timeline is that of the input's time stamps.
func (s Spec) keepsStamps() bool {
	return s.Timeline.shared() && (s.Input.Kind == Screen || s.Input.Kind == Network)
}

// copyArgs sends what was encoded already. AAC in a transport stream carries its setup in
// every frame; the filter leaves other AAC alone.
func copyArgs(spec Spec) []string {
	var args []string
	if len(spec.Video) > 0 {
		args = append(args, "-map", "0:v:0")
	}
	if spec.Audio.Bitrate > 0 {
		args = append(args, "-map", "0:a:0")
	}
	args = append(args, "-c", "copy")
	if spec.Audio.Bitrate > 0 {
		args = append(args, "-bsf:a", "aac_adtstoasc")
	}
	return args
}

// filterGraph decodes once and scales for every rung: [v0], [v1], ...
func filterGraph(spec Spec, video string) string {
	source, scale := "["+video+"]", "scale=%d:%d,setsar=1"
	if spec.Input.Kind != TestPattern {
		// A constant frame rate keeps key frames on one grid; other shapes get black bars.
		source += fmt.Sprintf("fps=%d,", spec.FPS)
		scale = "scale=%[1]d:%[2]d:force_original_aspect_ratio=decrease:force_divisible_by=2,pad=%[1]d:%[2]d:-1:-1,setsar=1"
	}
	if spec.keepsStamps() {
		// The first picture is one at which a GOP begins on the grid of all processes.
		source += fmt.Sprintf("select='not(isnan(prev_selected_t))+eq(mod(pts,%d),0)',", spec.gopFrames())
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

func audioArgs(spec Spec, source string) []string {
	args := []string{
		"-map", source, "-c:a", "aac", "-ac", strconv.Itoa(spec.Audio.Channels),
		"-ar", strconv.Itoa(spec.Audio.SampleRate), "-b:a", strconv.Itoa(spec.Audio.Bitrate/1000) + "k",
	}
	switch spec.Input.Kind {
	case Device, Screen, Network:
		// What was lost on the way becomes silence, and a clock that drifts is followed.
		args = append(args, "-af", "aresample=async=1")
	}
	return args
}

func pushArgs(spec Spec, ingestURL string) []string {
	var args []string
	micros := strconv.FormatInt(int64(spec.GOP/time.Microsecond), 10)
	switch { // isml: announce the tracks' bitrates in a server manifest
	case spec.Input.Kind == Custom && customFormat(spec.Input.Args) != "":
	case spec.Copy && len(spec.Video) > 0:
		// AAC from a transport stream tells its setup with the first packet, which the header awaits.
		args = append(args, "-f", "ismv", "-movflags", "isml+frag_keyframe+delay_moov")
	case spec.Copy:
		args = append(args, "-f", "ismv", "-movflags", "isml+delay_moov", "-frag_duration", micros)
	case spec.Input.Kind == Custom, len(spec.Video) > 0:
		args = append(args, "-f", "ismv", "-movflags", "isml+frag_keyframe")
	default:
		// Without key frames to cut at, ffmpeg would send nothing before the end.
		args = append(args, "-f", "ismv", "-movflags", "isml", "-frag_duration", micros)
	}
	if spec.Timeline.shared() && !spec.keepsStamps() {
		args = append(args, "-output_ts_offset", seconds(spec.Timeline.Base.Sub(time.Unix(0, 0))))
	}
	return append(args,
		"-send_expect_100", "1", // the only way ffmpeg looks at the engine's answer
		"-rw_timeout", "10000000", // microseconds that one blocked write may last
		"-http_proxy", "", // the engine is near; a proxy in the environment is not asked
		ingestURL,
	)
}

// StreamID is the value of stream_id for the spec: the last name of its point and the
// bitrates of its tracks in the order in which they are sent, "oceans-800k-300k-64k.ismv". Own
// arguments that tell no bitrates have the encoder's name instead.
func StreamID(spec Spec) string {
	id := path.Base(spec.Point)
	if len(spec.Video) == 0 && spec.Audio.Bitrate == 0 {
		id = spec.ID // own arguments whose bitrates are not told
	}
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
