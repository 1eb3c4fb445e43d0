// Package ui is the window: it shows one origin and passes on what its operator wants.
//
// It knows engine's values and the Operator interface, which it declares itself and which
// app/control and app/remote satisfy; it never sees the engine's machinery. Work crosses into
// and out of the Fyne goroutine in one place, the Pump.
package ui
