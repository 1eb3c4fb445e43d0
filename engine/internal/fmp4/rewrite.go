package fmp4

import "encoding/binary"

// Rewrite says how [SmoothMoof] changes a fragment for players. The zero value of each
// field beyond the first four changes nothing.
type Rewrite struct {
	// TrackID and Sequence go into tfhd and mfhd.
	TrackID, Sequence uint32
	// Start and Duration go into tfxd, in ticks.
	Start, Duration int64
	// Lookahead are the fragments of the same track that follow, nearest first. A tfrf
	// is written unless it is nil: an empty one tells players of a live stream that it has
	// come to its end, where they would take a missing one for a fault (dash.js 5.2.1).
	Lookahead []Span
	// Trim is how many leading samples are left out, and TrimTicks what the first
	// sample kept loses of its duration, as [Fragment.TrimNegative] tells. The bytes of
	// the samples left out must be left out of the mdat too.
	Trim      int
	TrimTicks uint32
	// KeyOnly keeps the samples that can be decoded on their own and that the fragment
	// begins with, as counted by [Fragment.KeyRun]. The last of them is shown for the
	// rest of the fragment, so the durations still add up.
	KeyOnly bool
}

// KeyRun counts the sync samples that f begins with once trim leading samples are left
// out, and the bytes they take: all samples of audio, one of a group of pictures, none
// of a fragment that begins in the middle of a group.
func (f *Fragment) KeyRun(trim int) (samples int, size int64) {
	for _, s := range f.Samples[min(max(trim, 0), len(f.Samples)):] {
		if !s.Sync() {
			break
		}
		samples++
		size += int64(s.Size)
	}
	return samples, size
}

// SmoothMoof builds the moof that players get (MS-SSTR 2.2.4): an mfhd and one traf of
// tfhd, trun, tfxd and, for fragments with look-ahead, tfrf. It is kept to what old
// players bear: tfhd has the default sample flags alone, trun is of version 1 and
// states every duration and size, and there is no tfdt, no base-data-offset and no
// default-base-is-moof. The mdat must follow at once, with an 8-byte header and the
// bytes of the kept samples. The same arguments give the same bytes.
func SmoothMoof(f *Fragment, r Rewrite) []byte {
	run := newEgressRun(f, r)
	tfrf := 0
	if r.Lookahead != nil {
		tfrf = tfrfSize(len(r.Lookahead))
	}
	const mfhd, tfhd, tfxd = 16, 20, 44
	traf := 8 + tfhd + run.size() + tfxd + tfrf
	size := 8 + mfhd + traf

	b := make([]byte, 0, size)
	b = appendHeader(b, size, "moof")
	b = appendHeader(b, mfhd, "mfhd")
	b = appendUint32s(b, 0, r.Sequence)
	b = appendHeader(b, traf, "traf")
	b = appendHeader(b, tfhd, "tfhd")
	b = appendUint32s(b, 0x000020, r.TrackID, run.defaultFlags)
	b = run.append(b, uint32(size+8))
	b = AppendTfxd(b, Span{Start: r.Start, Duration: r.Duration})
	if tfrf > 0 {
		b = AppendTfrf(b, r.Lookahead)
	}
	return b
}

// egressRun is the trun of an egress moof before it is written.
type egressRun struct {
	samples       []Sample
	flags         uint32
	defaultFlags  uint32
	firstDuration uint32 // instead of that of the first sample
	extra         uint64 // ticks on top of the duration of the last sample
}

func newEgressRun(f *Fragment, r Rewrite) egressRun {
	run := egressRun{
		samples:      f.Samples[min(max(r.Trim, 0), len(f.Samples)):],
		flags:        trunDataOffset | trunDuration | trunSize,
		defaultFlags: FlagsSync,
	}
	if r.KeyOnly {
		n, _ := f.KeyRun(r.Trim)
		for _, s := range run.samples[n:] {
			run.extra += uint64(s.Duration)
		}
		run.samples = run.samples[:n]
	}
	if len(run.samples) == 0 {
		return run
	}
	// A sample keeps at least one tick, however much is to be cut.
	run.firstDuration = run.samples[0].Duration
	if run.firstDuration > 0 {
		run.firstDuration -= min(r.TrimTicks, run.firstDuration-1)
	}
	run.setFlags()
	return run
}

// setFlags chooses how the sample flags and composition offsets are written.
func (run *egressRun) setFlags() {
	first := run.samples[0].Flags
	run.defaultFlags = first
	if len(run.samples) > 1 {
		run.defaultFlags = run.samples[1].Flags
	}
	if first != run.defaultFlags {
		run.flags |= trunFirstSampleFlags
	}
	for n, s := range run.samples {
		if s.CTO != 0 {
			run.flags |= trunCTO
		}
		if n > 1 && s.Flags != run.defaultFlags {
			// Key frames inside the fragment: every sample needs flags of its own, which
			// exclude first-sample-flags (ISO/IEC 14496-12 clause 8.8.8.1).
			run.flags = run.flags&^trunFirstSampleFlags | trunFlags
		}
	}
}

func (run *egressRun) size() int {
	size := 20
	if run.flags&trunFirstSampleFlags != 0 {
		size += 4
	}
	stride := 8
	if run.flags&trunFlags != 0 {
		stride += 4
	}
	if run.flags&trunCTO != 0 {
		stride += 4
	}
	return size + stride*len(run.samples)
}

// append writes the trun.
func (run *egressRun) append(b []byte, dataOffset uint32) []byte {
	b = appendHeader(b, run.size(), "trun")
	b = appendUint32s(b, 1<<24|run.flags, uint32(len(run.samples)), dataOffset)
	if run.flags&trunFirstSampleFlags != 0 {
		b = appendUint32s(b, run.samples[0].Flags)
	}
	for n, s := range run.samples {
		if n == 0 {
			s.Duration = run.firstDuration
		}
		if n == len(run.samples)-1 {
			s.Duration = uint32(min(uint64(s.Duration)+run.extra, 1<<32-1))
		}
		b = appendUint32s(b, s.Duration, s.Size)
		if run.flags&trunFlags != 0 {
			b = appendUint32s(b, s.Flags)
		}
		if run.flags&trunCTO != 0 {
			b = appendUint32s(b, uint32(s.CTO))
		}
	}
	return b
}

func appendHeader(b []byte, size int, boxType string) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(size)), boxType...)
}

func appendUint32s(b []byte, values ...uint32) []byte {
	for _, v := range values {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	return b
}
