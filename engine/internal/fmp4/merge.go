package fmp4

import (
	"encoding/binary"
	"math"
)

// Section returns what the samples from up to to of f are as a fragment of their own; it
// shares their array with f. The bounds are those of a slice of f.Samples that is not empty.
func (f *Fragment) Section(from, to int) *Fragment {
	s := *f
	for _, left := range f.Samples[:from] {
		s.DecodeStart += int64(left.Duration)
		s.PayloadOffset += int64(left.Size)
	}
	if from > 0 {
		s.Start = s.DecodeStart + int64(f.Samples[from].CTO)
	}
	if from > 0 || to < len(f.Samples) {
		s.TfxdDuration = 0 // that was of the whole
	}
	s.Samples = f.Samples[from:to:to]
	s.sum()
	return &s
}

// Extend appends the samples of next, a later fragment of the same track, to those of f. The
// last sample of f so far is made to last until next begins, lead ticks after the end that it
// had, so that the samples of next keep their decode times; lead may be negative by rounding.
func (f *Fragment) Extend(next *Fragment, lead int64) {
	n := len(f.Samples)
	if lead != 0 && n > 0 {
		last := &f.Samples[n-1]
		f.Duration -= int64(last.Duration)
		last.Duration = uint32(min(max(int64(last.Duration)+lead, 0), math.MaxUint32))
		f.Duration += int64(last.Duration)
	}
	f.Samples = append(f.Samples, next.Samples...)
	f.TfxdDuration = 0
	f.Duration += next.Duration
	f.PayloadSize += next.PayloadSize
	f.count(n)
}

// sum works out what f tells of its samples.
func (f *Fragment) sum() {
	f.Duration, f.PayloadSize, f.Syncs, f.NextSync = 0, 0, 0, 0
	for _, s := range f.Samples {
		f.Duration += int64(s.Duration)
		f.PayloadSize += int64(s.Size)
	}
	f.count(0)
}

// count counts the samples, of which those up to from have been counted.
func (f *Fragment) count(from int) {
	f.Count = len(f.Samples)
	f.Sync = f.Count > 0 && f.Samples[0].Sync()
	for i, s := range f.Samples[from:] {
		if !s.Sync() {
			continue
		}
		f.Syncs++
		if f.NextSync == 0 {
			f.NextSync = from + i
		}
	}
}

// PlainMoof builds a moof of f alone with f's own times, as an encoder might have sent it:
// an mfhd and one traf of tfhd with default-base-is-moof, tfdt or, where f came with one,
// tfxd, and a trun that states every duration and size. The mdat must follow at once, with an
// 8-byte header and the bytes of the samples. [ParseMoof] reads the samples of f back. The
// same arguments give the same bytes.
func PlainMoof(f *Fragment) []byte {
	run := newEgressRun(f, Rewrite{})
	const mfhd, tfhd = 16, 20
	clock := 20
	if f.HasTfxd {
		clock = 44
	}
	traf := 8 + tfhd + clock + run.size()
	size := 8 + mfhd + traf

	b := make([]byte, 0, size)
	b = appendHeader(b, size, "moof")
	b = appendHeader(b, mfhd, "mfhd")
	b = appendUint32s(b, 0, f.Sequence)
	b = appendHeader(b, traf, "traf")
	b = appendHeader(b, tfhd, "tfhd")
	b = appendUint32s(b, 0x020020, f.TrackID, run.defaultFlags)
	if !f.HasTfxd {
		b = appendHeader(b, clock, "tfdt")
		b = appendUint32s(b, 1<<24)
		b = binary.BigEndian.AppendUint64(b, uint64(f.DecodeStart))
	}
	b = run.append(b, uint32(size+8))
	if f.HasTfxd {
		b = AppendTfxd(b, Span{Start: f.Start, Duration: f.Duration})
	}
	return b
}
