// Package mpegts writes MPEG-2 transport stream segments (ISO/IEC 13818-1) of H.264 and of AAC,
// AC-3 or E-AC-3, as HLS wants them (RFC 8216 section 3.2).
//
// # Model
//
// A segment is written by itself: a PAT and a PMT, then a PES packet for each picture and for
// each few frames of audio, in the order of their decode times. It begins with a key picture;
// each picture begins with an access unit delimiter, a key picture with its parameter sets.
//
// # Invariants
//
//   - The same segment gives the same bytes, whoever writes it and whenever.
//   - Continuity counters run on from one segment to the next although none knows of the
//     other: every PID of a segment has a multiple of 16 packets, so each begins at 0. The last
//     PES packet of a PID is spread over as many packets as are missing, each with some payload.
//     PAT and PMT come once a segment and count by its number.
//   - Times are clock readings of 90 kHz plus a constant Lead, and wrap at 33 bits; the PCR is
//     a tenth of a second before the decode time.
//   - Nothing is allocated for a sample.
package mpegts
