// Package state keeps on disk what the program remembers besides media: the log of events, the audit
// log of what was ordered, and small files that are replaced whole.
//
// # Model
//
// A [Dir] is a directory that one program has for itself. A [Log] appends events to a file in it,
// a line of JSON each, and begins another when it is full; of the full ones the last is kept. An
// [Audit] does so with actions, and has the newest in memory for those who ask.
//
// # Invariants
//
//   - Whoever tells an event never waits for a disk: [Log.Put] puts it into a queue of bounded
//     length. What did not fit, or could not be written, is counted and told once that is possible.
//   - Nothing of what was put before the end of [Log.Run]'s context is lost, unless the disk fails.
//   - Nobody but the owner may read any of the files.
//   - A damaged line costs that line. No file is ever needed for the program to start.
package state
