// Package remote drives an engine on another machine through its admin API, so that the same control
// room serves a desk and a rack.
//
// An Engine is what app/control.Desk is at home: all that a window may ask for. What the window reads
// many times a second is a snapshot that Run keeps up to date; those calls never wait for the network.
// Readings that depend on a question (series, timelines, logs, pictures) are answered from what is
// known, and asked for meanwhile; only the first one waits, and no longer than Config.Patience.
// Orders wait for their answer, and then for a snapshot that shows what they did.
//
// What cannot be known is not pretended: while the engine does not answer, everything carries the
// time at which it was known (AsOf), orders fail at once, and Connection says why. Ages are told by
// the engine's clock, never by this machine's. Everything comes back by itself with the first answer.
//
// There may be any number of Engines in a program; none knows of another.
package remote
