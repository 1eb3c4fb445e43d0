// Package kit holds the window's widgets. They know nothing of streaming: a Timeline could plot apples.
//
// Invariants:
//   - Constructors start nothing. Time comes in by parameter, never from the wall clock, except through Later.
//   - Every method must be called on Fyne's goroutine, as with Fyne's own widgets.
//   - A renderer keeps its canvas objects and reuses them; setting new values allocates no new ones while the number
//     of things shown stays the same.
//   - What can be clicked can be reached with Tab and used with Enter and Space, and shows a ring while it has the
//     keyboard.
//   - Slices handed to a widget are kept, not copied: the caller builds new ones instead of changing them.
package kit
