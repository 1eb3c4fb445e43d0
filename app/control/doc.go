// Package control is the operator's side of an origin: one method for each thing an
// operator may want, over any engine.Service.
//
// The window and the admin API both speak to a Desk and to nothing below it, so nothing is
// possible in one and impossible in the other. A Desk writes an order down first and then
// gives it, so that it is still known after a restart; an order that the engine refuses is
// taken back. Every error that leaves this package is an *engine.Error whose Text is a
// sentence for people.
package control
