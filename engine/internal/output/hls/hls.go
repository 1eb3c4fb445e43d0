// Package hls is HTTP Live Streaming (RFC 8216 and draft-pantos-hls-rfc8216bis) twice over:
// with MPEG-TS segments for every iPhone and iPad since the first, and with CMAF segments,
// languages, trick play and low latency.
//
// # Model
//
// Playlists are pure functions of a presentation.View. The multivariant playlist names a media
// playlist for each track; a media playlist names a segment for each span of its stream's
// timeline. CMAF segments are those of package cmaf. A TS segment is made of a span of video
// and the audio that is heard during it.
//
// # Invariants
//
//   - A segment's media sequence number is its span's number: it stays with its address,
//     whatever leaves the window, over restarts and on another machine.
//   - A discontinuity is counted on the stream that leads, so that all playlists carry it at
//     the same media; its sequence number is the count of those before.
//   - The playlists that players watched live end as they were, with EXT-X-ENDLIST; whoever
//     comes after the end of an event with a DVR window is given playlists of all of it.
//   - Parts exist only where the encoder sends chunks; a part's address and bytes are the
//     same before and after its segment is complete.
package hls

import (
	"strings"
	"sync"

	"pubpoint/engine/internal/cmaf"
	"pubpoint/engine/internal/output"
)

// Format is one of the two delivery formats. All its methods may be called from any
// goroutine.
type Format struct {
	kind  kind
	desks *sync.Pool // of *desk
}

// kind tells the two apart.
type kind byte

const (
	transport  kind = 't' // MPEG-TS
	fragmented kind = 'f' // CMAF
)

// TS returns the format "hls": MPEG-TS for the oldest clients and all others.
func TS() Format { return Format{transport, &sync.Pool{}} }

// CMAF returns the format "hls-cmaf".
func CMAF() Format { return Format{fragmented, &sync.Pool{}} }

// Name returns "hls" or "hls-cmaf".
func (f Format) Name() string {
	if f.kind == transport {
		return "hls"
	}
	return "hls-cmaf"
}

// Links names the multivariant playlist.
func (f Format) Links(point string) []output.Link {
	if f.kind == transport {
		return []output.Link{{Label: "HLS", Path: point + ".m3u8"}}
	}
	return []output.Link{{Label: "HLS with CMAF", Path: point + "-cmaf.m3u8"}}
}

// Resolve understands, with N the point's own name, N.m3u8, .m3u8 and Manifest(format=m3u8-aapl),
// or N-cmaf.m3u8 and Manifest(format=m3u8-cmaf); and everything that these name.
func (f Format) Resolve(req output.Request) (output.Resource, error) {
	path := strings.ReplaceAll(req.Path, " ", "")
	if folder, file, ok := strings.Cut(path, "/"); ok {
		if folder == f.folder() {
			return f.resolveMedia(file, req)
		}
		if f.kind == fragmented {
			return cmaf.Resolve(req)
		}
		return nil, output.ErrNoResource
	}
	for _, name := range f.names(req.Point) {
		if strings.EqualFold(path, name) {
			return multivariant{f.kind, carried(req)}, nil
		}
	}
	return nil, output.ErrNoResource
}

func (f Format) names(point string) []string {
	if f.kind == transport {
		return []string{point + ".m3u8", ".m3u8", "Manifest(format=m3u8-aapl)", "Manifest(format=m3u8-aapl).m3u8"}
	}
	return []string{point + "-cmaf.m3u8", "-cmaf.m3u8", "Manifest(format=m3u8-cmaf)", "Manifest(format=m3u8-cmaf).m3u8"}
}

// folder is where media playlists are, below the point.
func (f Format) folder() string {
	if f.kind == transport {
		return "ts"
	}
	return "hls"
}

// carried is the part of a request's query that media playlists must be asked with as well,
// because it changes what they show; with its question mark, or empty.
func carried(req output.Request) string {
	query := ""
	for _, key := range []string{"dvr_window_length", "time_shift"} {
		value := req.Get(key)
		if value == "" || len(value) > 12 || strings.Trim(value, "0123456789.") != "" {
			continue // what makes no sense has been refused
		}
		if query == "" {
			query = "?"
		} else {
			query += "&"
		}
		query += key + "=" + value
	}
	return query
}
