package fmp4

import "encoding/binary"

// Sample flags (ISO/IEC 14496-12 clause 8.8.3.1).
const (
	// FlagsSync are the flags of a sample that depends on no other.
	FlagsSync uint32 = 0x02000000
	// FlagsNonSync are the flags of a sample that depends on others.
	FlagsNonSync uint32 = 0x01010000
	// nonSyncBit is sample_is_non_sync_sample, the one that counts.
	nonSyncBit uint32 = 0x00010000
)

// maxTime keeps sums of a time and the durations of a fragment within int64.
const maxTime = 1 << 62

// Sample is one access unit of a fragment.
type Sample struct {
	// Duration is in ticks, Size in bytes.
	Duration, Size uint32
	// Flags are the sample flags in effect, defaults applied.
	Flags uint32
	// CTO is the composition time offset in ticks: presentation minus decode time.
	CTO int32
}

// Sync reports whether decoding can begin with the sample.
func (s Sample) Sync() bool { return s.Flags&nonSyncBit == 0 }

// Fragment is one traf: what one track has in one moof and its mdat. Times are ticks
// of the track's timescale.
type Fragment struct {
	TrackID uint32
	// Sequence is the sequence_number of the mfhd.
	Sequence uint32
	// HasTfxd tells where the times come from: tfxd, or else tfdt.
	HasTfxd bool
	// Start is the published start, the presentation time of the first sample: the
	// signed time of tfxd, or that of tfdt plus the first composition offset. It is
	// negative for audio that begins with priming samples.
	Start int64
	// Duration is the sum of the sample durations, which is what players add up from
	// a trun. The duration in tfxd is the distance of two presentation times: with
	// open groups of pictures, or fragments that do not begin with a keyframe, it is
	// not the length of what is in the fragment.
	Duration int64
	// DecodeStart is the decode time of the first sample: the time of tfxd minus the
	// first composition offset, or that of tfdt.
	DecodeStart int64
	// TfxdDuration is the duration in tfxd as sent, 0 without tfxd.
	TfxdDuration int64
	// Sync tells that the first sample depends on no other.
	Sync bool
	// Count is the number of samples, Syncs of those that depend on no other, and NextSync
	// the place of the first such one behind the first sample, 0 when there is none.
	Count, Syncs, NextSync int
	// Samples holds at least one.
	Samples []Sample
	// PayloadOffset is where the first sample starts in the body of the mdat, and
	// PayloadSize the bytes of all samples, which follow one another without gaps.
	PayloadOffset, PayloadSize int64
}

// End returns Start plus Duration.
func (f *Fragment) End() int64 { return f.Start + f.Duration }

// Check tells whether the samples lie within an mdat whose body has mdatPayload bytes.
func (f *Fragment) Check(mdatPayload int64) error {
	if f.PayloadOffset < 0 || f.PayloadOffset > mdatPayload || f.PayloadSize > mdatPayload-f.PayloadOffset {
		return faultf(Malformed, "moof", 0,
			"the samples of track %d take bytes %d to %d of an mdat that has %d",
			f.TrackID, f.PayloadOffset, f.PayloadOffset+f.PayloadSize, mdatPayload)
	}
	return nil
}

// TrimNegative tells what lies before time zero in a fragment of audio: the leading
// samples that end by then and the bytes they take, and the ticks that the sample
// which spans zero still has to lose. For AAC that is one priming sample and nothing
// more, for AC-3 part of a sample. When samples is len(f.Samples) nothing is left.
// Fragments whose samples depend on one another cannot be cut: for them, and for those
// that start at zero or later, all results are 0.
func (f *Fragment) TrimNegative() (samples int, ticks uint32, payloadSkip int64) {
	if f.Start >= 0 {
		return 0, 0, 0
	}
	for _, s := range f.Samples {
		if !s.Sync() || s.CTO != 0 {
			return 0, 0, 0
		}
	}
	start := f.Start
	for _, s := range f.Samples {
		if start+int64(s.Duration) > 0 {
			return samples, uint32(-start), payloadSkip
		}
		start += int64(s.Duration)
		payloadSkip += int64(s.Size)
		samples++
		if start == 0 {
			break
		}
	}
	return samples, 0, payloadSkip
}

// Position says where a moof lies in its stream, so that offsets an encoder counted
// from the start of its stream, or from the moof, can be counted from the mdat body.
type Position struct {
	// Moof is the stream offset of the moof, [Box.Offset].
	Moof int64
	// Payload is the stream offset of the body of its mdat, [Box.PayloadOffset]. 0
	// stands for an mdat with an 8-byte header right behind the moof.
	Payload int64
}

// ParseMoof reads one whole moof and returns a Fragment for each traf that has samples,
// in order. Base data offsets counted from the stream (tfhd base-data-offset), from the
// moof (default-base-is-moof) or left to the rules of ISO/IEC 14496-12 clause 8.8.7 are
// all understood; several trun boxes of a traf become one list of samples when their
// data is contiguous. Call [Fragment.Check] when the mdat header is known. Errors are
// a [FormatError].
func ParseMoof(moof []byte, init *Init, l Limits, at Position) ([]*Fragment, error) {
	if err := CheckStructure(moof, l); err != nil {
		return nil, err
	}
	if string(moof[4:8]) != "moof" {
		return nil, faultf(BadOrder, string(moof[4:8]), 0, "a moof is needed here")
	}
	if at.Payload == 0 {
		at.Payload = at.Moof + int64(len(moof)) + 8
	}
	if at.Moof < 0 || at.Moof > maxTime || at.Payload < at.Moof || at.Payload > maxTime {
		return nil, faultf(Malformed, "moof", 0, "position %d with its mdat at %d cannot be", at.Moof, at.Payload)
	}
	p := moofParser{init: init, limit: l.Samples, left: l.Samples, at: at, dataEnd: at.Moof}
	mfhd := find(moof, "mfhd")
	if len(mfhd) < 16 {
		return nil, faultf(Malformed, "mfhd", 0, "it is missing or short: a moof needs its sequence number")
	}
	p.sequence = binary.BigEndian.Uint32(mfhd[12:])
	var out []*Fragment
	for offset := 8; offset < len(moof); {
		box, _, err := nextBox(moof[offset:], offset)
		if err != nil {
			return nil, err
		}
		if string(box[4:8]) == "traf" {
			f, err := p.traf(box, offset)
			if err != nil {
				return nil, err
			}
			if f != nil {
				out = append(out, f)
			}
		}
		offset += len(box)
	}
	return out, nil
}

// moofParser carries what one traf leaves for the next.
type moofParser struct {
	init     *Init
	sequence uint32
	limit    int // samples that the moof may have
	left     int // how many of them may still come
	at       Position
	dataEnd  int64 // stream offset where the data of the last traf ends
}

// traf reads one traf, or returns nil when it has no samples.
func (p *moofParser) traf(traf []byte, offset int) (*Fragment, error) {
	h, err := p.tfhd(find(traf, "tfhd"), offset)
	if err != nil {
		return nil, err
	}
	f := &Fragment{TrackID: h.track, Sequence: p.sequence}
	if err := p.readRuns(f, traf, h, offset); err != nil {
		return nil, err
	}
	if len(f.Samples) == 0 {
		return nil, nil
	}
	f.sum()
	return f, f.readTime(traf, offset)
}

// tfhdValues are a track fragment header with the defaults of trex filled in.
type tfhdValues struct {
	track    uint32
	base     int64 // stream offset that data offsets count from
	fromMoof bool  // base is the moof
	defaults TrackDefaults
}

// tfhd reads a track fragment header (ISO/IEC 14496-12 clause 8.8.7).
func (p *moofParser) tfhd(box []byte, offset int) (tfhdValues, error) {
	var h tfhdValues
	if len(box) < 16 {
		return h, faultf(Malformed, "tfhd", int64(offset), "it is missing or short")
	}
	flags := binary.BigEndian.Uint32(box[8:]) & 0xffffff
	h.track = binary.BigEndian.Uint32(box[12:])
	track := p.init.Track(h.track)
	if track == nil {
		return h, faultf(Malformed, "tfhd", int64(offset), "it is of track %d, which the header does not have", h.track)
	}
	h.defaults = track.Defaults
	h.base, h.fromMoof = p.at.Moof, true
	c := cursor{b: box[16:]}
	if flags&0x01 != 0 {
		base := c.uint64()
		if base > maxTime {
			return h, faultf(Malformed, "tfhd", int64(offset), "base data offset %d is beyond any stream", base)
		}
		h.base, h.fromMoof = int64(base), false
	} else if flags&0x020000 == 0 && p.dataEnd != p.at.Moof {
		h.base, h.fromMoof = p.dataEnd, false
	}
	if flags&0x02 != 0 {
		if n := c.uint32(); n > 1 {
			return h, faultf(Unsupported, "tfhd", int64(offset), "it uses sample description %d, and one is supported", n)
		}
	}
	if flags&0x08 != 0 {
		h.defaults.Duration = c.uint32()
	}
	if flags&0x10 != 0 {
		h.defaults.Size = c.uint32()
	}
	if flags&0x20 != 0 {
		h.defaults.Flags = c.uint32()
	}
	if c.short {
		return h, faultf(Malformed, "tfhd", int64(offset), "its flags %06x ask for more than its %d bytes", flags, len(box))
	}
	return h, nil
}

// readTime takes the start of f from tfxd, or from tfdt.
func (f *Fragment) readTime(traf []byte, offset int) error {
	cto := int64(f.Samples[0].CTO)
	rest := traf[8:]
	for len(rest) > 0 {
		box, next, err := nextBox(rest, offset)
		if err != nil {
			return err
		}
		rest = next
		// A converted string is compared here rather than returned from UUIDPayload,
		// which would allocate it for each fragment.
		if len(box) < 24 || string(box[4:8]) != "uuid" || string(box[8:24]) != UUIDTfxd {
			continue
		}
		span, err := ParseTfxd(box)
		if err != nil {
			return err
		}
		if span.Start > maxTime || span.Start < -maxTime {
			return faultf(Malformed, "uuid", int64(offset), "the tfxd time %d is out of range", span.Start)
		}
		f.HasTfxd, f.Start, f.TfxdDuration = true, span.Start, span.Duration
		f.DecodeStart = f.Start - cto
		return nil
	}
	tfdt := find(traf, "tfdt")
	var t uint64
	switch {
	case tfdt == nil:
		return faultf(Malformed, "traf", int64(offset), "track %d has neither tfxd nor tfdt, so its time is unknown: send it with -f ismv", f.TrackID)
	case len(tfdt) >= 16 && tfdt[8] == 0:
		t = uint64(binary.BigEndian.Uint32(tfdt[12:]))
	case len(tfdt) >= 20:
		t = binary.BigEndian.Uint64(tfdt[12:])
	default:
		return faultf(Malformed, "tfdt", int64(offset), "%d bytes are too few", len(tfdt))
	}
	if t > maxTime {
		return faultf(Malformed, "tfdt", int64(offset), "the time %d is out of range", t)
	}
	f.DecodeStart = int64(t)
	f.Start = f.DecodeStart + cto
	return nil
}
