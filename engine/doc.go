// Package engine says what an origin is: the words for publishing points, tracks,
// encoders and events that the engine, the window and the programs share.
//
// It depends on the standard library alone and makes nothing: engine/origin makes an
// origin, ui shows one, app introduces them to each other. Every value handed out is a
// snapshot that its receiver may keep; nothing in this package is changed after it has
// been handed over.
package engine
