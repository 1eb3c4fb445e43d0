// Package origin makes an origin: it composes the engine's machinery into one
// engine.Service with a media listener.
//
// An Origin is made by New, bound to its address by Listen and lives in Run, which returns
// when everything it started is gone. Its parts start in the order of what they need and
// stop in reverse: encoders first, so that they end their streams; then the publishing
// points, which seal what is open; the listener last.
package origin
