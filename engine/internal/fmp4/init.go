package fmp4

import (
	"bytes"
	"encoding/binary"

	"github.com/Eyevinn/mp4ff/bits"
	"github.com/Eyevinn/mp4ff/mp4"
)

// Init is the header of a stream: what ftyp and moov say about its tracks. It holds
// no reference to the bytes it was parsed from and is not changed after [ParseInit].
type Init struct {
	// Brand is the major brand of the ftyp, such as "isml", or "" without one.
	Brand string
	// Tracks are in the order of the moov, at least one.
	Tracks []TrackInit
}

// TrackInit describes one track (a trak of the moov with its trex).
type TrackInit struct {
	// ID is the track_ID that tfhd refers to, never 0, unique in the Init.
	ID uint32
	// Type is "video", "audio" or "text".
	Type string
	// Timescale is the number of ticks in a second, never 0.
	Timescale uint32
	// Language is the ISO 639-2 code of the mdhd, "und" when it has none.
	Language string
	// Codec is the RFC 6381 codecs value: "avc1.64001f", "hvc1.1.6.L93.B0",
	// "mp4a.40.2", "ac-3", "ec-3", "stpp", "wvtt". HEVC is always named hvc1, because
	// a track is only accepted with its parameter sets in the header. TTML that older
	// encoders call dfxp or ttml is "dfxp"; metadata has the name of its sample entry.
	Codec string
	// SampleEntry is the sample entry as sent: "avc1", "hev1", "mp4a" and so on.
	SampleEntry string
	// Entry is the whole sample entry box as sent: what a new header copies, so that pixel
	// aspect, colour and the like are kept.
	Entry []byte
	// Width and Height are the coded size in pixels; 0 unless video.
	Width, Height int
	// DisplayWidth and DisplayHeight are the size to show, aspect ratio applied.
	DisplayWidth, DisplayHeight int
	// SamplingRate is in Hz, Channels a count, BitsPerSample 16 in general; 0 unless
	// audio.
	SamplingRate, Channels, BitsPerSample int
	// NALLengthSize is the size of the length before each NAL unit: 4 for video, else 0.
	NALLengthSize int
	// CodecPrivate is Smooth's CodecPrivateData as bytes. For video the parameter
	// sets in Annex B form with 4-byte start codes: SPS, PPS, and the VPS first for
	// HEVC. For AAC the AudioSpecificConfig, without the "no SBR" suffix 56E500 that
	// ffmpeg adds to plain LC and that some decoders refuse. Empty for all others.
	CodecPrivate []byte
	// Scheme is the URN or media type of a track of metadata, as far as its sample entry
	// tells: that of SCTE 35 for "scte", the URI of "urim"; "" for all others.
	Scheme string
	// Config is the body of the codec configuration box: avcC, hvcC, dac3 or dec3.
	// For AAC it is the AudioSpecificConfig uncut. It is what a new moov needs.
	Config []byte
	// Bitrate is in bit/s: the average of btrt, else that of esds, else the rate that
	// dac3 or dec3 states, else 0.
	Bitrate uint32
	// Defaults are the trex values for samples that state none of their own.
	Defaults TrackDefaults
}

// TrackDefaults are the sample defaults of a trex (ISO/IEC 14496-12 clause 8.8.3).
type TrackDefaults struct {
	Duration, Size, Flags uint32
}

// ParseInit reads a stream header. ftyp may be nil; moov is the whole box. It returns
// a [FormatError]: Unsupported for a codec that cannot be delivered, with the encoder
// option that mends it, and BadSize, TooLarge or Malformed for a broken header.
func ParseInit(ftyp, moov []byte, l Limits) (*Init, error) {
	in := &Init{}
	if ftyp != nil {
		if len(ftyp) < 16 || string(ftyp[4:8]) != "ftyp" {
			return nil, faultf(Malformed, "ftyp", 0, "%d bytes are not a file type box", len(ftyp))
		}
		in.Brand = string(ftyp[8:12])
	}
	if err := CheckStructure(moov, l); err != nil {
		return nil, err
	}
	if string(moov[4:8]) != "moov" {
		return nil, faultf(BadOrder, string(moov[4:8]), 0, "a moov is needed here")
	}
	if find(moov, "mvex") == nil {
		return nil, faultf(Malformed, "moov", 0,
			"it has no mvex, so no fragments can follow: send fragmented MP4, with -f ismv or -movflags frag_keyframe+empty_moov")
	}
	for offset := 8; offset < len(moov); {
		box, _, err := nextBox(moov[offset:], offset)
		if err != nil {
			return nil, err
		}
		if string(box[4:8]) == "trak" {
			if len(in.Tracks) >= l.Tracks {
				return nil, faultf(TooLarge, "moov", 0, "it has more than %d tracks", l.Tracks)
			}
			t, err := parseTrak(box, offset)
			if err != nil {
				return nil, err
			}
			if in.Track(t.ID) != nil {
				return nil, faultf(Malformed, "trak", int64(offset), "track ID %d is used twice", t.ID)
			}
			in.Tracks = append(in.Tracks, t)
		}
		offset += len(box)
	}
	if len(in.Tracks) == 0 {
		return nil, faultf(Malformed, "moov", 0, "it has no track")
	}
	return in, in.readDefaults(find(moov, "mvex"))
}

// Track returns the track of that ID, or nil.
func (i *Init) Track(id uint32) *TrackInit {
	for n := range i.Tracks {
		if i.Tracks[n].ID == id {
			return &i.Tracks[n]
		}
	}
	return nil
}

// Same reports whether fragments made for o may follow fragments made for i without a
// new header: the same tracks in the same order, with equal IDs, types, timescales,
// languages, sizes and codec configuration. Creation times, creator names, handler
// names and stated bit rates make no difference.
func (i *Init) Same(o *Init) bool {
	if i == nil || o == nil || len(i.Tracks) != len(o.Tracks) {
		return i == o
	}
	for n := range i.Tracks {
		if !i.Tracks[n].same(&o.Tracks[n]) {
			return false
		}
	}
	return true
}

func (t *TrackInit) same(o *TrackInit) bool {
	// The video configuration box is not compared: x265 leaves its settings and the
	// host's abilities in there as a message. The parameter sets are.
	return t.ID == o.ID && t.Type == o.Type && t.Timescale == o.Timescale && t.Language == o.Language &&
		t.Codec == o.Codec && t.SampleEntry == o.SampleEntry &&
		t.Width == o.Width && t.Height == o.Height &&
		t.DisplayWidth == o.DisplayWidth && t.DisplayHeight == o.DisplayHeight &&
		t.SamplingRate == o.SamplingRate && t.Channels == o.Channels &&
		bytes.Equal(t.CodecPrivate, o.CodecPrivate) && t.Defaults == o.Defaults &&
		(t.Type == "video" || bytes.Equal(t.Config, o.Config))
}

// readDefaults takes the sample defaults from the trex boxes of mvex.
func (i *Init) readDefaults(mvex []byte) error {
	rest := mvex[8:]
	for len(rest) > 0 {
		box, next, err := nextBox(rest, 0)
		if err != nil {
			return err
		}
		rest = next
		if string(box[4:8]) != "trex" {
			continue
		}
		trex, err := decode[*mp4.TrexBox](box, "trex", 0)
		if err != nil {
			return err
		}
		if t := i.Track(trex.TrackID); t != nil {
			t.Defaults = TrackDefaults{
				Duration: trex.DefaultSampleDuration,
				Size:     trex.DefaultSampleSize,
				Flags:    trex.DefaultSampleFlags,
			}
		}
	}
	return nil
}

func parseTrak(trak []byte, offset int) (TrackInit, error) {
	var t TrackInit
	tkhd, err := decode[*mp4.TkhdBox](find(trak, "tkhd"), "tkhd", offset)
	if err != nil {
		return t, err
	}
	mdhd, err := decode[*mp4.MdhdBox](find(trak, "mdia", "mdhd"), "mdhd", offset)
	if err != nil {
		return t, err
	}
	t.ID, t.Timescale, t.Language = tkhd.TrackID, mdhd.Timescale, language(mdhd.Language)
	if t.ID == 0 {
		return t, faultf(Malformed, "tkhd", int64(offset), "track ID 0 is not allowed")
	}
	if t.Timescale == 0 {
		return t, faultf(Malformed, "mdhd", int64(offset), "track %d has timescale 0", t.ID)
	}
	hdlr := find(trak, "mdia", "hdlr")
	if len(hdlr) < 20 {
		return t, faultf(Malformed, "trak", int64(offset), "track %d has no complete hdlr", t.ID)
	}
	stbl := find(trak, "mdia", "minf", "stbl")
	if n := statedSamples(stbl); n > 0 {
		return t, faultf(Unsupported, "stbl", int64(offset),
			"the header itself holds %d samples of track %d: add -movflags +empty_moov", n, t.ID)
	}
	if err := t.readSampleEntry(string(hdlr[16:20]), stbl, offset); err != nil {
		return t, err
	}
	if t.Type == "video" {
		if t.DisplayWidth == 0 || t.DisplayHeight == 0 {
			t.DisplayWidth, t.DisplayHeight = t.Width, t.Height
		}
		if w, h := int(uint32(tkhd.Width)>>16), int(uint32(tkhd.Height)>>16); w > 0 && h > 0 {
			t.DisplayWidth, t.DisplayHeight = w, h
		}
	}
	return t, nil
}

// statedSamples returns the sample_count of the stsz in stbl.
func statedSamples(stbl []byte) uint32 {
	if stbl == nil {
		return 0
	}
	if stsz := find(stbl, "stsz"); len(stsz) >= 20 {
		return binary.BigEndian.Uint32(stsz[16:20])
	}
	return 0
}

// language unpacks the three 5-bit letters of an mdhd (ISO/IEC 14496-12 clause 8.4.2).
func language(packed uint16) string {
	code := make([]byte, 3)
	for i, shift := range []int{10, 5, 0} {
		c := byte(packed>>shift&0x1f) + 0x60
		if c < 'a' || c > 'z' {
			return "und"
		}
		code[i] = c
	}
	return string(code)
}

// decode has mp4ff decode one whole box, in a slice that ends where the box does, into
// the type that its name stands for. A nil box is a missing one.
func decode[T mp4.Box](box []byte, name string, offset int) (T, error) {
	var none T
	if box == nil {
		return none, faultf(Malformed, name, int64(offset), "it is missing, and every track needs one")
	}
	b, err := mp4.DecodeBoxSR(0, bits.NewFixedSliceReader(box))
	if err != nil {
		fault := faultf(Malformed, name, int64(offset), "it cannot be decoded: %v", err)
		fault.Err = err
		return none, fault
	}
	got, ok := b.(T)
	if !ok {
		return none, faultf(Malformed, name, int64(offset), "it is not what its name says")
	}
	return got, nil
}
