// Package point is the publishing point: its states, and the single goroutine that changes
// it.
//
// A Point's Run is that goroutine. Everything that changes a point reaches it as a function
// on one command channel, so the order of events is the order of that channel and no lock
// is held anywhere. Readers never queue: they take the newest presentation from the Board
// and the newest status from an atomic pointer.
//
// A second goroutine, the recorder, is the one that writes files: what is to be written goes
// to it as tasks, in order, and what became of it comes back as functions for the first. A
// segment's writer belongs to the recorder, all else to Run.
//
// Invariants:
//   - a fragment is appended to the archive before it is shown to anyone, as long as the disk
//     answers within the patience; one that does not is followed from a queue with a limit,
//     and nobody waits for it until the queue is empty;
//   - bytes that are not on disk yet are never let go of; what the queue had no room for is
//     told as a hole with its times;
//   - segments of all streams begin at the same time, and nothing that the DVR window shows
//     is deleted;
//   - published times never go back and never repeat within a point, not even across its
//     events, so a fragment's URL names the same bytes for ever;
//   - what an encoder is told (refused, closed) is decided here and said by package ingest;
//   - a disk that fails turns the archive red and nothing else: live goes on from memory.
package point
