package point

import (
	"slices"
	"strings"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
	"pubpoint/engine/internal/servermanifest"
)

// Parameters of a text track in server manifests (MS-SSTR 2.2.7.3).
const (
	paramSubtype        = "Subtype"
	paramScheme         = "Scheme"
	paramParent         = "parentTrackName"
	paramManifestOutput = "manifestOutput"
)

// textOf is what players must know of a text track; nil for audio and video. What the
// encoder announced counts. Without it captions are a stream of their own, and metadata is
// taken for markers on the timeline of the video, because it has gaps by its nature.
func textOf(t *fmp4.TrackInit, announced *servermanifest.Track) *presentation.Text {
	if t.Type != string(engine.Text) {
		return nil
	}
	text := &presentation.Text{Subtype: "CAPT", Scheme: t.Scheme}
	if t.Metadata() {
		text.Subtype, text.Parent, text.InManifest = "DATA", string(engine.Video), true
	}
	if announced == nil {
		return text
	}
	if announced.Subtype != "" {
		text.Subtype = announced.Subtype
	}
	if announced.Scheme != "" {
		text.Scheme = announced.Scheme
	}
	if parent := parentName(announced.ParentTrackName); parent != "" {
		text.Parent = parent
		text.InManifest = announced.ManifestOutput
	}
	text.InManifest = text.InManifest || announced.ManifestOutput
	return text
}

// parentName is the name by which players know the stream that an encoder calls so, as
// streamName has it.
func parentName(announced string) string { return strings.TrimSuffix(cleanName(announced), "_und") }

// textParams are what the server manifest of a point says of a text track.
func textParams(t *presentation.Text) []servermanifest.Pair {
	if t == nil {
		return nil
	}
	pairs := []servermanifest.Pair{{Name: paramSubtype, Value: t.Subtype}}
	if t.Scheme != "" {
		pairs = append(pairs, servermanifest.Pair{Name: paramScheme, Value: t.Scheme})
	}
	if t.Parent != "" {
		pairs = append(pairs, servermanifest.Pair{Name: paramParent, Value: t.Parent})
	}
	if t.InManifest {
		pairs = append(pairs, servermanifest.Pair{Name: paramManifestOutput, Value: "TRUE"})
	}
	return pairs
}

// readText takes from a server manifest what it says of a text track whose archive file does
// not tell: it was announced without a manifest, or is a file of another server.
func readText(t *presentation.Text, params []servermanifest.Pair) {
	for _, p := range params {
		switch {
		case strings.EqualFold(p.Name, paramSubtype) && p.Value != "":
			t.Subtype = p.Value
		case strings.EqualFold(p.Name, paramScheme):
			t.Scheme = p.Value
		case strings.EqualFold(p.Name, paramParent):
			t.Parent = parentName(p.Value)
		case strings.EqualFold(p.Name, paramManifestOutput):
			t.InManifest = strings.EqualFold(p.Value, "true") || p.Value == "1"
		}
	}
}

// manifestOf is what the encoder announced when an archive file was begun, or nil.
func (w *writer) manifestOf(scan *archive.Scan) *servermanifest.Manifest {
	if scan.Manifest == nil {
		return nil
	}
	m, err := servermanifest.Parse(scan.Manifest)
	if err != nil {
		// As when it came: what is needed of audio and video is in the moov.
		w.log.Warn("server manifest in an archive file not understood", "file", scan.Name, "err", err)
		return nil
	}
	return m
}

// sparse reports whether the track's fragments are points on the timeline of another.
func (t *track) sparse() bool { return t.text != nil && t.text.Parent != "" }

// dependent reports whether a stream has sparse tracks alone: it comes and goes with every
// marker, and never is the source of an event.
func (st *stream) dependent() bool {
	for _, t := range st.tracks {
		if !t.sparse() {
			return false
		}
	}
	return true
}

// HasMedia reports whether a header has audio or video, and not text alone.
func (h *Header) HasMedia() bool {
	return slices.ContainsFunc(h.Init.Tracks, func(t fmp4.TrackInit) bool { return t.Type != string(engine.Text) })
}
