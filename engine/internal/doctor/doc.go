// Package doctor examines a stream of an encoder by the rules that publishing points have for
// it (package finding), without a publishing point: a capture of what an encoder posts, an
// address that gives such a stream, or the client manifest of a publishing point with some
// fragments of each of its quality levels.
//
// # Model
//
// A stream is read box by box with the parser and the limits of ingest, and stops where ingest
// would refuse it, with the reason as a finding. Each track is held against itself and the others;
// media is never kept. Time is the stream's own: a file says nothing of when its fragments were
// sent, so speed and clocks are judged only of a live answer.
//
// # Invariants
//
//   - Whatever is read, memory is bounded: by the limits of boxes, of tracks and of manifests.
//   - What is wrong with a stream is a finding, never an error. Errors are of kind BadInput, for
//     a name that leads to nothing that could be examined.
//   - Nothing is changed anywhere; an address is only asked with GET.
package doctor
