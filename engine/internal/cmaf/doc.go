// Package cmaf makes CMAF tracks of stored fragments: the header of a track, its segments
// and their chunks (ISO/IEC 23000-19). HLS and DASH both name what it makes, so players and
// caches of either get the same bytes from the same addresses.
//
// # Model
//
// A track has one header, named for its event: another event is another name. A
// fragment of the presentation is one segment, named by its published start. It is a new
// moof in front of the payload as the encoder sent it, and where the encoder sent the
// fragment in chunks, one moof for each: a segment is its chunks one behind the other.
//
// # Invariants
//
//   - Times are those of the presentation in the track's own timescale: tfdt is the decode
//     time, and composition offsets are signed (brand cmf2), so nothing is moved or rounded.
//   - The bytes depend on the fragment alone, not on when or in what view it is asked for.
//   - Media is never copied: it goes from where it is kept to whoever reads.
//
// Its functions are pure; they may be called from any goroutine.
package cmaf
