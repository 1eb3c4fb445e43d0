package cmaf

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
)

// errNoEntry says that a header cannot be made of a track.
var errNoEntry = errors.New("the track has no sample entry")

// Header returns the CMAF header of a track (ISO/IEC 23000-19 clause 7.3.1): ftyp and a moov
// with that track alone, its id 1, its timescale and sample entry as the encoder sent them,
// and no duration. HEVC is named hvc1, as Apple's players want it: its parameter sets are in
// the header. It fails for a track that was read without its sample entry.
func Header(t *fmp4.TrackInit) ([]byte, error) {
	if len(t.Entry) < 16 {
		return nil, errNoEntry
	}
	w := &box{b: make([]byte, 0, 700+len(t.Entry))}
	w.begin("ftyp")
	w.text("cmf2")
	w.u32(0)
	w.text("iso6cmfccmf2mp41dash")
	w.end()
	w.begin("moov")
	w.beginFull("mvhd", 0, 0)
	w.u32(0, 0, 1000, 0, 0x00010000)
	w.u16(0x0100)
	w.zeros(10)
	w.matrix()
	w.zeros(24)
	w.u32(2) // next track
	w.end()
	w.track(t)
	w.begin("mvex")
	w.beginFull("trex", 0, 0)
	w.u32(1, 1, 0, 0, 0)
	w.end()
	w.end()
	w.end()
	return w.b, nil
}

// HeaderName is what the headers of an event are called: they never change within it, and
// another event may have others.
func HeaderName(event string) string {
	sum := sha256.Sum256([]byte(event))
	return hex.EncodeToString(sum[:6])
}

func (w *box) matrix() {
	w.u32(0x00010000, 0, 0, 0, 0x00010000, 0, 0, 0, 0x40000000)
}

func (w *box) track(t *fmp4.TrackInit) {
	w.begin("trak")
	w.beginFull("tkhd", 0, 7)
	w.u32(0, 0, 1, 0, 0, 0, 0)
	volume := uint16(0)
	if t.Type == string(engine.Audio) {
		volume = 0x0100
	}
	w.u16(0, 0, volume, 0)
	w.matrix()
	w.u32(uint32(t.DisplayWidth)<<16, uint32(t.DisplayHeight)<<16)
	w.end()
	w.begin("mdia")
	w.beginFull("mdhd", 0, 0)
	w.u32(0, 0, t.Timescale, 0)
	w.u16(language(t.Language), 0)
	w.end()
	w.handler(t)
	w.begin("minf")
	w.mediaHeader(t)
	w.begin("dinf")
	w.beginFull("dref", 0, 0)
	w.u32(1)
	w.beginFull("url ", 0, 1) // in this file
	w.end()
	w.end()
	w.end()
	w.sampleTable(t)
	w.end()
	w.end()
	w.end()
}

// handler says what the track is (ISO/IEC 14496-12 clause 8.4.3).
func (w *box) handler(t *fmp4.TrackInit) {
	kind, name := "vide", "Video"
	switch {
	case t.Type == string(engine.Audio):
		kind, name = "soun", "Audio"
	case t.SampleEntry == "stpp":
		kind, name = "subt", "Subtitles"
	case t.Type == string(engine.Text):
		kind, name = "text", "Text"
	}
	w.beginFull("hdlr", 0, 0)
	w.u32(0)
	w.text(kind)
	w.zeros(12)
	w.text(name + "\x00")
	w.end()
}

func (w *box) mediaHeader(t *fmp4.TrackInit) {
	switch {
	case t.Type == string(engine.Video):
		w.beginFull("vmhd", 0, 1)
		w.zeros(8)
	case t.Type == string(engine.Audio):
		w.beginFull("smhd", 0, 0)
		w.zeros(4)
	case t.SampleEntry == "stpp":
		w.beginFull("sthd", 0, 0)
	default:
		w.beginFull("nmhd", 0, 0)
	}
	w.end()
}

// sampleTable describes the samples, which are all in fragments.
func (w *box) sampleTable(t *fmp4.TrackInit) {
	w.begin("stbl")
	w.beginFull("stsd", 0, 0)
	w.u32(1)
	at := len(w.b)
	w.b = append(w.b, t.Entry...)
	if t.SampleEntry == "hev1" {
		copy(w.b[at+4:], "hvc1")
	}
	w.end()
	for _, kind := range []string{"stts", "stsc"} {
		w.beginFull(kind, 0, 0)
		w.u32(0)
		w.end()
	}
	w.beginFull("stsz", 0, 0)
	w.u32(0, 0)
	w.end()
	w.beginFull("stco", 0, 0)
	w.u32(0)
	w.end()
	w.end()
}

// language packs an ISO 639-2 code (ISO/IEC 14496-12 clause 8.4.2).
func language(code string) uint16 {
	if len(code) != 3 {
		code = "und"
	}
	var packed uint16
	for i := range 3 {
		c := code[i] | 0x20
		if c < 'a' || c > 'z' {
			return language("und")
		}
		packed = packed<<5 | uint16(c-0x60)
	}
	return packed
}
