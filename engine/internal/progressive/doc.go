// Package progressive makes plain MP4 files of fragments: not fragmented, with the index in
// front, so that a player can begin before it has all (ISO/IEC 14496-12).
//
// # Model
//
// [Choose] picks one rung of video and the tracks of audio from a view, [Open] reads the moof
// boxes of their fragments into sample tables and knows the size of the file, and
// [File.WriteTo] writes it, media straight from where it is kept. There is no file in between.
//
// # Time
//
// The file begins with its first picture, or, without video, its first sound. An edit list
// leaves out sound that is there only to be decoded (priming, and the rest of a fragment
// that the first picture lies in), and lets sound that begins later wait. The presentation
// times of the event decide; where decode times of two fragments overlap, those are moved and
// the presentation times are kept. What is missing, and what a discontinuity left open, is a
// sample that lasts longer: there is one timeline. Composition offsets are never negative: they
// are raised by what the lowest lacks, and the edit list takes it away again.
package progressive
