// Package fmp4 reads and writes the fragmented MP4 of a live Smooth Streaming
// origin: box headers from an encoder's endless stream, the header (ftyp, moov)
// that describes its tracks, the fragments (moof) that follow, and the boxes we
// write ourselves (egress moof, tfxd, tfrf, mfra).
//
// # Model
//
// A stream is ftyp, an optional server manifest, moov, then moof and mdat in turn,
// at last an mfra. [Reader] walks it box by box. [ParseInit] turns ftyp and moov
// into an [Init], [ParseMoof] a moof into one [Fragment] for each track in it, and
// [SmoothMoof] a Fragment back into the moof that players get. The media bytes in
// mdat are never interpreted and never copied here.
//
// # Invariants
//
//   - No byte count is believed before it is checked: a box size against [Limits],
//     a child's size against its parent, an entry count against the bytes that hold
//     the entries. Memory for a body grows with the bytes that really arrived.
//   - [CheckStructure] has passed before any box of a moov reaches the mp4ff
//     decoders, and they see one small box at a time in a slice of its own length.
//   - Times are signed. Encoders begin before zero (AAC priming), and only tfxd can
//     say so.
//   - Nothing here panics on input, logs, or starts a goroutine. Functions are safe
//     for concurrent use; a [Reader] belongs to one goroutine.
//   - What is written depends on the arguments alone: same input, same bytes.
//
// The box layouts are those of ISO/IEC 14496-12, 14496-14 and 14496-15, ETSI TS
// 102 366 annex F for AC-3, and MS-SSTR 2.2.4 and 2.2.7 for tfxd and tfrf.
package fmp4
