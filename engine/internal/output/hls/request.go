package hls

import (
	"strconv"
	"strings"
	"sync"

	"pubpoint/engine"
	"pubpoint/engine/internal/output"
)

// track names a track in the address of a playlist.
type track struct {
	stream  string
	bitrate int
}

// playlist asks for a media playlist.
type playlist struct {
	kind  kind
	track track
	view  extent
	keys  bool // only key frames: EXT-X-I-FRAMES-ONLY
	// until is what a client waits for (bis-22 6.2.5.2): a segment, or one of its parts.
	until position
	delta bool   // leave out what the client has: EXT-X-SKIP
	carry string // query that other playlists are named with
}

// steadyPlaylist asks for one that lists nothing that is still arriving.
type steadyPlaylist struct{ playlist }

// Steady says so.
func (steadyPlaylist) Steady() {}

// extent is how much of an event a media playlist shows.
type extent byte

const (
	watched extent = 'w' // what live players see, also after the end
	whole   extent = 'a' // everything that is kept
)

// position is a segment by its media sequence number, and a part in it. The zero value asks for
// nothing.
type position struct {
	asked bool
	msn   int64
	part  int // -1 when the whole segment is meant
}

// segment asks for a TS segment.
type segment struct {
	track track
	at    engine.Ticks
	desks *sync.Pool // of *desk
}

const (
	suffix      = ".m3u8"
	wholeSuffix = ".vod"
	keysSuffix  = ".keys"
	maxDigits   = 18
)

// file is the name of a track's media playlist.
func (t track) file(view extent, keys bool) string {
	name := t.stream + "-" + strconv.Itoa(t.bitrate)
	if keys {
		name += keysSuffix
	}
	if view == whole {
		name += wholeSuffix
	}
	return name + suffix
}

// resolveMedia reads what stands behind the folder of media playlists.
func (f Format) resolveMedia(file string, req output.Request) (output.Resource, error) {
	if name, ok := strings.CutSuffix(file, suffix); ok {
		return f.resolvePlaylist(name, req)
	}
	folder, name, nested := strings.Cut(file, "/")
	name, text := strings.CutSuffix(name, captionsSuffix)
	ok := text
	if !text {
		name, ok = strings.CutSuffix(name, ".ts")
		ok = ok && f.kind == transport
	}
	if !nested || !ok {
		return nil, output.ErrNoResource
	}
	t, ok := parseTrack(folder)
	at, isNumber := number(name)
	if !ok || !isNumber {
		return nil, badRequest("The address names no segment; use those that the playlist lists.")
	}
	if text {
		return captions{f.kind, t, engine.Ticks(at)}, nil
	}
	return segment{t, engine.Ticks(at), f.desks}, nil
}

func (f Format) resolvePlaylist(name string, req output.Request) (output.Resource, error) {
	p := playlist{kind: f.kind, view: watched, carry: carried(req)}
	if rest, ok := strings.CutSuffix(name, wholeSuffix); ok {
		name, p.view = rest, whole
	}
	if rest, ok := strings.CutSuffix(name, keysSuffix); ok && f.kind == fragmented {
		name, p.keys = rest, true
	}
	var ok bool
	if p.track, ok = parseTrack(name); !ok {
		return nil, badRequest("The address names no media playlist; use those that the multivariant playlist lists.")
	}
	if f.kind == fragmented {
		if err := p.readDirectives(req); err != nil {
			return nil, err
		}
	}
	if p.kind == transport || p.keys {
		return steadyPlaylist{p}, nil
	}
	return p, nil
}

// readDirectives reads the delivery directives of a request (bis-22 6.2.5).
func (p *playlist) readDirectives(req output.Request) error {
	skip := req.Get("_HLS_skip")
	p.delta = skip == "YES" || skip == "v2"
	msn, part := req.Get("_HLS_msn"), req.Get("_HLS_part")
	if msn == "" {
		if part != "" {
			return badRequest("_HLS_part needs _HLS_msn beside it.")
		}
		return nil
	}
	n, ok := number(msn)
	if !ok {
		return badRequest("_HLS_msn must be a media sequence number.")
	}
	p.until = position{asked: true, msn: n, part: -1}
	if part != "" {
		n, ok := number(part)
		if !ok || n > 1<<20 {
			return badRequest("_HLS_part must be the number of a part.")
		}
		p.until.part = int(n)
	}
	return nil
}

// parseTrack reads "video-400000"; the last hyphen ends the stream's name.
func parseTrack(s string) (track, bool) {
	i := strings.LastIndexByte(s, '-')
	if i <= 0 {
		return track{}, false
	}
	bitrate, ok := number(s[i+1:])
	return track{s[:i], int(bitrate)}, ok && bitrate > 0 && bitrate < 1<<31
}

// number reads a decimal number without sign or leading zero.
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

func badRequest(text string) error { return &output.Error{Kind: output.BadRequest, Text: text} }

func never(text string) error { return &output.Error{Kind: output.Never, Text: text} }

func starting() error {
	return &output.Error{Kind: output.Starting, Text: "The stream is starting; try again in a second."}
}
