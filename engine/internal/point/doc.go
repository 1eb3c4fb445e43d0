// Package point is the publishing point: its states, and the single goroutine that changes
// it.
//
// A Point's Run is that goroutine. Everything that changes a point reaches it as a function
// on one command channel, so the order of events is the order of that channel and no lock
// is held anywhere. Readers never queue: they take the newest presentation from the Board
// and the newest status from an atomic pointer.
//
// Invariants:
//   - a fragment is appended to the archive before it is shown to anyone;
//   - published times never go back and never repeat within a point, not even across its
//     events, so a fragment's URL names the same bytes for ever;
//   - with one encoder of a stream nothing is delayed; only what a second one may fill in is;
//   - an encoder between two POSTs is there until none has come for long;
//   - what an encoder is told (refused, closed) is decided here and said by package ingest;
//   - a disk that fails turns the archive red and nothing else: live goes on from memory.
package point
