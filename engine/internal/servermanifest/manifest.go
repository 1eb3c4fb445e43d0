package servermanifest

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// DefaultTimescale is the timescale of a track whose manifest states none, in ticks
// per second (MS-SSTR 2.2.7.3).
const DefaultTimescale = 10_000_000

// Manifest is what an encoder says about its tracks, in the order it lists them.
type Manifest struct {
	// Creator names the software, "" when it does not say.
	Creator string
	Tracks  []Track
}

// Track is one media object of a [Manifest].
type Track struct {
	// Type is "video", "audio" or "text".
	Type string
	// TrackID is the track_ID in the moov, 0 when missing.
	TrackID uint32
	// TrackName is the name in Fragments(NAME=...), by default "video", "audio" or
	// "textstream".
	TrackName string
	// SystemBitrate is in bit/s; 0 means that the encoder does not know it.
	SystemBitrate uint32
	// Language is systemLanguage as sent: RFC 1766 or ISO 639-2, "" when missing.
	Language string
	// FourCC is as sent, "" when missing.
	FourCC string
	// CodecPrivateData may have been cut off anywhere by the encoder.
	CodecPrivateData []byte
	// ParentTrackName makes the track a sparse one of that parent.
	ParentTrackName string
	// ManifestOutput asks for the data itself in the client manifest.
	ManifestOutput bool
	// Subtype and Scheme qualify text tracks, "" when missing.
	Subtype, Scheme string
	// Timescale is in ticks per second, never 0.
	Timescale uint32
	// MaxWidth and MaxHeight are in pixels, 0 when missing.
	MaxWidth, MaxHeight int
	// Params holds the parameters that have no field here, by name as sent.
	Params map[string]string
}

// fields are the lower-case names of the parameters that [Track] has fields for.
const fields = " trackid trackname systembitrate systemlanguage fourcc codecprivatedata parenttrackname" +
	" manifestoutput subtype scheme timescale maxwidth maxheight "

// Parse reads the XML in the live server manifest box of an encoder: UTF-8 or UTF-16,
// with or without a byte order mark or trailing NULs. Where an attribute and a
// parameter disagree, the attribute counts. Errors say in a sentence what is wrong.
func Parse(xml []byte) (*Manifest, error) {
	s, err := readSMIL(xml)
	if err != nil {
		return nil, err
	}
	m := &Manifest{Tracks: make([]Track, 0, len(s.objects))}
	for _, p := range s.meta {
		if p.Name == "creator" {
			m.Creator = p.Value
		}
	}
	for n := range s.objects {
		t, err := s.objects[n].track()
		if err != nil {
			return nil, fmt.Errorf("server manifest track %d: %w", n+1, err)
		}
		m.Tracks = append(m.Tracks, t)
	}
	return m, nil
}

// Track returns the first track of that track ID, or nil.
func (m *Manifest) Track(id uint32) *Track {
	for n := range m.Tracks {
		if m.Tracks[n].TrackID == id {
			return &m.Tracks[n]
		}
	}
	return nil
}

func (o *object) track() (Track, error) {
	t := Track{
		Type:             o.kind,
		TrackName:        o.value("trackName"),
		Language:         o.value("systemLanguage"),
		FourCC:           o.value("FourCC"),
		CodecPrivateData: hexPrefix(o.value("CodecPrivateData")),
		ParentTrackName:  o.value("parentTrackName"),
		ManifestOutput:   isTrue(o.value("manifestOutput")),
		Subtype:          o.value("Subtype"),
		Scheme:           o.value("Scheme"),
		Params:           map[string]string{},
	}
	if t.TrackName == "" {
		t.TrackName = elementOf(o.kind)
	}
	var width, height uint32
	for _, number := range []struct {
		name string
		to   *uint32
	}{
		{"trackID", &t.TrackID}, {"systemBitrate", &t.SystemBitrate}, {"timescale", &t.Timescale},
		{"MaxWidth", &width}, {"MaxHeight", &height},
	} {
		n, err := o.number(number.name)
		if err != nil {
			return t, err
		}
		*number.to = n
	}
	t.MaxWidth, t.MaxHeight = int(width), int(height)
	if t.Timescale == 0 {
		t.Timescale = DefaultTimescale
	}
	for _, p := range o.params {
		if p.Name != "" && !strings.Contains(fields, " "+strings.ToLower(p.Name)+" ") {
			t.Params[p.Name] = p.Value
		}
	}
	return t, nil
}

// number returns a value that must be a number when it is there.
func (o *object) number(name string) (uint32, error) {
	text := strings.TrimSpace(o.value(name))
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return 0, fmt.Errorf("%s %q is not a number: %w", name, text, err)
	}
	return uint32(n), nil
}

// isTrue reads the three ways in which specifications write a yes.
func isTrue(s string) bool {
	return strings.EqualFold(s, "true") || s == "1"
}

// hexPrefix decodes as many whole bytes as there are: ffmpeg cuts long values off.
func hexPrefix(s string) []byte {
	out := make([]byte, hex.DecodedLen(len(s)))
	n, err := hex.Decode(out, []byte(s[:len(s)&^1]))
	if err != nil {
		return out[:n] // what stands before the first odd character
	}
	return out[:n]
}

// elementOf is the inverse of kindOf.
func elementOf(kind string) string {
	if kind == "text" {
		return "textstream"
	}
	return kind
}
