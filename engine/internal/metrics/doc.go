// Package metrics keeps what the control room draws: numbers counted where things happen
// and remembered once a second.
//
// # Model
//
// Whoever does the work owns a [Counter] or a [Gauge] and changes it with one atomic
// operation: there is no lock, map or name on that path. A [Sampler] reads everything
// that was registered with it once a second into rings, one for each series; a question
// is answered from the rings, thinned to what a chart can show.
//
// # Invariants
//
//   - A series takes about 120 KB at most: an hour of seconds, and a day of the lowest and
//     highest of every ten. It grows with time, not at once.
//   - NaN says that there was nothing to measure. A second that was missed is NaN.
//   - Only the sampler and those who ask it share a lock.
package metrics
