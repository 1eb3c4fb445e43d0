// Package alarm decides what needs a person, and remembers it.
//
// # Model
//
// A [Cause] is something that is wrong at this moment. [Input.Causes] finds them in snapshots of
// the engine; it is a pure function. A [Book] is shown the causes of each moment and makes alarms
// of them, one for each code, point, encoder and stream.
//
// # Invariants
//
//   - A cause must have lasted a little before it is an alarm, and must have been gone for a while
//     before the alarm is cleared. Each time it comes back within that while doubles it, and one
//     that comes back soon after the alarm was cleared opens the same alarm again: a cause that
//     flaps is one alarm with a Count.
//   - What somebody has ended - a point that was stopped or deleted, an encoder that was ordered
//     to stop - is cleared at once. Alarms that were read back from a file wait until the engine
//     has had time to find its points again.
//   - An alarm that becomes worse counts again: it is neither acknowledged nor shelved any more.
//   - Nothing here reads a clock, a file or the engine: times and snapshots are given.
package alarm
