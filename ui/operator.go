package ui

import (
	"context"

	"pubpoint/engine"
)

// Operator is everything the window may ask for, in the operator's words. Calls may block:
// never make them on the Fyne goroutine, use the Pump. A nil error says that the order was
// taken, not that it was carried out: what is shows in the next snapshot. Every error's
// text (see engine.Sentence) is a sentence for people.
type Operator interface {
	// Points, Encoders, Tool and Addresses are snapshots; they return at once.
	Points() []engine.PointStatus
	Encoders() []engine.EncoderStatus
	Tool() engine.ToolStatus
	Addresses() engine.Addresses

	// CreatePoint makes a publishing point.
	CreatePoint(ctx context.Context, name string, cfg engine.PointConfig) error
	// StartPoint arms a point; StopPoint ends its event, which becomes video on demand.
	StartPoint(ctx context.Context, name string) error
	StopPoint(ctx context.Context, name string) error
	// ShutDownPoint stops serving a point's live memory; its files stay.
	ShutDownPoint(ctx context.Context, name string) error

	// AddEncoder records an encoder and, with start, launches it.
	AddEncoder(ctx context.Context, spec engine.EncoderSpec, start bool) (id string, err error)
	RemoveEncoder(ctx context.Context, id string) error
	StartEncoder(ctx context.Context, id string) error
	StopEncoder(ctx context.Context, id string) error
	RestartEncoder(ctx context.Context, id string) error
	// EncoderLog returns lines with a Seq greater than after.
	EncoderLog(id string, after int64) ([]engine.LogLine, error)
	// EncoderCommand is the exact command line of a spec, for people to read and copy.
	EncoderCommand(spec engine.EncoderSpec) (string, error)

	// Links are the URLs of a point, absolute: ingest first, preview second, then playback.
	Links(point string) []engine.Link
	// OpenPreview opens the preview page in the browser of this desktop.
	OpenPreview(ctx context.Context, point string) error

	// Series are measured numbers over time.
	Series(q engine.Query) (engine.Series, error)
	// Events tells what happens from now on; RecentEvents what was kept of the past.
	Events(ctx context.Context) <-chan engine.Event
	RecentEvents(limit int) []engine.Event
}
