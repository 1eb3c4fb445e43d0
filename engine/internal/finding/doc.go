// Package finding holds the rules by which a stream is judged: what is wrong with it though it
// is on air, how much that matters, what was measured, what to do about it, and which option
// of the encoder does it.
//
// # Model
//
// A [Case] is what one rule has seen, with a sentence that has the measured value in it; there
// is a function for each kind, so that the words are the same whoever saw it. A [Rule] says how
// a kind is told and when it comes and goes. A [Book] keeps the cases of one stream of events by
// code, stream and bitrate, with hysteresis: a kind may have to be seen several times before it
// is told, and goes when the opposite was seen a few times, or when it was not seen for long. A
// [Track] is what the rules remember of one track from fragment to fragment.
// What silence tells is worked out from plain facts when somebody asks ([Silence]).
//
// # Invariants
//
//   - Nothing here reads a clock, starts a goroutine or does I/O: times come with the facts. A
//     Book and its Tracks belong to one goroutine.
//   - A fragment with which nothing is wrong costs no allocation.
//   - Memory is bounded whatever strangers send: a Book has at most 64 cases, a Track a fixed size.
//   - Codes are part of the API and never change their meaning.
package finding
