package cmaf

import (
	"strconv"
	"strings"

	"pubpoint/engine"
)

// Folder is where the addresses of headers, segments and parts begin, below a point.
const Folder = "cmaf"

// Path is the address of a header, a segment or a part, in parts.
type Path struct {
	Stream  string
	Bitrate int
	// Header is the name of a header; empty for media.
	Header string
	// At is the published start of the fragment, in ticks of the stream.
	At engine.Ticks
	// Part is the number of a part from 0 on, and -1 for the whole segment.
	Part int
	// Key asks for the first sample alone, which needs no other: trick play.
	Key bool
}

// TrackFolder is the folder of a track: "cmaf/video-400000". The stream's name and the bitrate
// are told apart by the last hyphen.
func TrackFolder(stream string, bitrate int) string {
	return Folder + "/" + stream + "-" + strconv.Itoa(bitrate)
}

// HeaderFile is the name of the file of a track's header, by its HeaderName.
func HeaderFile(name string) string { return "init-" + name + ".mp4" }

// SegmentSuffix is how the names of segments end.
const SegmentSuffix = ".m4s"

// SegmentFile is the name of the segment that is published at a time.
func SegmentFile(at engine.Ticks) string { return strconv.FormatInt(int64(at), 10) + SegmentSuffix }

// PartFile is the name of a segment's part, counted from 0.
func PartFile(at engine.Ticks, part int) string {
	return strconv.FormatInt(int64(at), 10) + "." + strconv.Itoa(part) + ".m4s"
}

// KeyFile is the name of a segment's first sample alone.
func KeyFile(at engine.Ticks) string { return strconv.FormatInt(int64(at), 10) + ".key.m4s" }

// maxDigits keeps numbers in paths within int64.
const maxDigits = 18

// ParsePath reads the path of a request below a point. It is false for what Folder does not
// contain, and for nonsense in it.
func ParsePath(path string) (Path, bool) {
	rest, ok := strings.CutPrefix(path, Folder+"/")
	if !ok {
		return Path{}, false
	}
	track, file, ok := strings.Cut(rest, "/")
	hyphen := strings.LastIndexByte(track, '-')
	if !ok || hyphen <= 0 {
		return Path{}, false
	}
	bitrate, ok := number(track[hyphen+1:])
	p := Path{Stream: track[:hyphen], Bitrate: int(bitrate), Part: -1}
	if !ok || bitrate < 1 || bitrate > 1<<31-1 {
		return Path{}, false
	}
	if name, ok := strings.CutPrefix(file, "init-"); ok {
		p.Header, ok = strings.CutSuffix(name, ".mp4")
		return p, ok && p.Header != "" && len(p.Header) <= 64 && !strings.ContainsAny(p.Header, "/.")
	}
	name, ok := strings.CutSuffix(file, ".m4s")
	if !ok {
		return Path{}, false
	}
	at, part, parted := strings.Cut(name, ".")
	start, ok := number(at)
	p.At, p.Key = engine.Ticks(start), part == "key"
	if !parted || p.Key || !ok {
		return p, ok
	}
	n, ok := number(part)
	p.Part = int(n)
	return p, ok && n < 1<<20
}

// number reads a decimal number as it is written here: no sign, no leading zero.
func number(s string) (int64, bool) {
	if s == "" || len(s) > maxDigits || s[0] == '0' && len(s) > 1 {
		return 0, false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}
