package fmp4

import "encoding/binary"

// CMAF says how [CMAFMoof] changes a fragment for players of HLS and DASH.
type CMAF struct {
	// Sequence goes into mfhd.
	Sequence uint32
	// Decode is the decode time of the first sample kept, in ticks: it goes into tfdt. One
	// before zero cannot be written; the samples it concerns are decoded at zero instead,
	// and shown when they should be.
	Decode int64
	// Trim is how many leading samples are left out, and TrimTicks what the first sample
	// kept loses of its duration, as [Fragment.TrimNegative] tells.
	Trim      int
	TrimTicks uint32
	// KeyOnly keeps the samples that can be decoded on their own and that the fragment
	// begins with, as [Rewrite] has it.
	KeyOnly bool
}

// CMAFMoof builds the moof of a CMAF chunk (ISO/IEC 23000-19 clause 7.5): an mfhd and one
// traf of tfhd, tfdt and trun. Its track is 1, offsets count from the moof, and composition
// offsets are signed, as the brand cmf2 allows. The mdat must follow at once, with an 8-byte
// header and the bytes of the kept samples. The same arguments give the same bytes.
func CMAFMoof(f *Fragment, r CMAF) []byte {
	decode := r.Decode
	if decode < 0 {
		f, decode = f.fromZero(decode, r.Trim), 0
	}
	run := newEgressRun(f, Rewrite{Trim: r.Trim, TrimTicks: r.TrimTicks, KeyOnly: r.KeyOnly})
	const mfhd, tfhd, tfdt = 16, 20, 20
	traf := 8 + tfhd + tfdt + run.size()
	size := 8 + mfhd + traf

	b := make([]byte, 0, size)
	b = appendHeader(b, size, "moof")
	b = appendHeader(b, mfhd, "mfhd")
	b = appendUint32s(b, 0, r.Sequence)
	b = appendHeader(b, traf, "traf")
	b = appendHeader(b, tfhd, "tfhd")
	b = appendUint32s(b, 0x020020, 1, run.defaultFlags)
	b = appendHeader(b, tfdt, "tfdt")
	b = binary.BigEndian.AppendUint64(appendUint32s(b, 1<<24), uint64(decode))
	return run.append(b, uint32(size+8))
}

// fromZero is a fragment whose samples from the given one on, of which the first is decoded
// at a time before zero, are decoded at zero until their time has come. When they are shown
// does not change.
func (f *Fragment) fromZero(decode int64, first int) *Fragment {
	out := *f
	out.Samples = append([]Sample(nil), f.Samples...)
	for i := max(first, 0); i < len(out.Samples) && decode < 0; i++ {
		s := &out.Samples[i]
		s.CTO += int32(max(decode, -1<<31))
		over := min(int64(s.Duration), -decode)
		s.Duration -= uint32(over)
		decode += over
	}
	return &out
}
