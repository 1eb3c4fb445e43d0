// Package index holds the recent past of one event in memory: which fragments there are on
// which tracks, the timeline of each stream, and the live edge.
//
// Index itself is plain single-threaded code, owned by the publishing point's one writer.
// It appends, and gives out immutable views; Board hands the newest view to any number of
// readers and wakes those that wait at the live edge.
//
// A view costs a few small allocations: its slices of fragments and spans are windows on
// arrays that only ever grow at the end, so nothing that a reader can see is written again.
package index
