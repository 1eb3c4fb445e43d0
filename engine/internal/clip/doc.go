// Package clip cuts a range out of an event and writes it down as finished files.
//
// # Model
//
// [Select] makes of a view and a range another view, of an event that has ended: the
// fragments of every track that lie in the range, at the times they were published with.
// [Write] puts them into a directory, a file for each stream id: the encoder's header as
// received, the fragments as accepted, marks where times were moved, and an index whose times
// are the published ones (archive/FORMAT.md). Nothing is encoded, parsed or renumbered.
//
// # Invariants
//
//   - What is read back from the files is the selected view, fragment for fragment.
//   - Fragments that follow one another in a file are copied as one run, by the system itself
//     where it can; none passes through memory unless it is nowhere else.
//   - Views and their media are all that is read, so that it makes no difference whether the
//     event goes on, where its files are and how its encoder cut its fragments.
//
// Nothing here is kept from one call to the next; all functions may be called from any goroutine.
package clip
