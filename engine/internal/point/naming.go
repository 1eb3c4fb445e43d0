package point

import (
	"strings"

	"pubpoint/engine"
	"pubpoint/engine/internal/finding"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/servermanifest"
)

// streamName is what players know a track's stream by. An encoder's trackName is kept,
// less the "_und" that ffmpeg adds when a remuxed file tells no language, so that the same
// track has one name with and without a LiveServerManifest.
func streamName(t *fmp4.TrackInit, announced *servermanifest.Track) string {
	if announced != nil && announced.TrackName != "" {
		name := strings.TrimSuffix(cleanName(announced.TrackName), "_und")
		if name != "" {
			return name
		}
	}
	if t.Type != string(engine.Video) && t.Language != "" && t.Language != "und" {
		return t.Type + "_" + t.Language
	}
	return t.Type
}

// cleanName keeps what may stand in a fragment's URL: a letter first, then letters, digits,
// '_' and '-'.
func cleanName(s string) string {
	var b strings.Builder
	for _, c := range s {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if letter || b.Len() > 0 && (c >= '0' && c <= '9' || c == '_' || c == '-') {
			b.WriteRune(c)
		}
		if b.Len() == 64 {
			break
		}
	}
	return b.String()
}

// nominalRates gives each track of a header its nominal bit/s: from the stream id when it
// names exactly one for each audio and video track, else from the encoder's manifest, else
// from the sample description; 0 where nothing tells it and it must be measured. It also tells
// of a stream id that names another number of bitrates.
func nominalRates(id string, h *Header) (rates []int, misnamed finding.Case, mismatch bool) {
	announced := make([]finding.Announced, len(h.Init.Tracks))
	for i := range h.Init.Tracks {
		t := &h.Init.Tracks[i]
		announced[i] = finding.Announced{Text: t.Type == string(engine.Text), Rate: int(t.Bitrate)}
		if told := h.announced(t.ID); told != nil && told.SystemBitrate > 0 {
			announced[i].Rate = int(told.SystemBitrate)
		}
	}
	return finding.Promised(id, announced)
}
