package ui

import (
	"context"
	"time"

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

	// Demo makes the demonstration point and sends a test picture to it; what is there is used.
	Demo(ctx context.Context) error

	// UpdatePoint changes the settings of a point; DeletePoint closes it and deletes its directory.
	UpdatePoint(ctx context.Context, name string, cfg engine.PointConfig) error
	DeletePoint(ctx context.Context, name string, how engine.Deletion) error

	// AddEncoder records an encoder and, with start, launches it.
	AddEncoder(ctx context.Context, spec engine.EncoderSpec, start bool) (id string, err error)
	UpdateEncoder(ctx context.Context, spec engine.EncoderSpec) error
	RemoveEncoder(ctx context.Context, id string) error
	StartEncoder(ctx context.Context, id string) error
	StopEncoder(ctx context.Context, id string) error
	RestartEncoder(ctx context.Context, id string) error
	// Unresumed are encoders that were on air when the program ended last and wait for a word: Resume
	// starts them all, DeclineResume leaves them stopped. Unresumed returns at once.
	Unresumed() []engine.EncoderSpec
	Resume(ctx context.Context) error
	DeclineResume(ctx context.Context) error
	// EncoderLog returns lines with a Seq greater than after.
	EncoderLog(id string, after int64) ([]engine.LogLine, error)
	// EncoderCommand is the exact command line of a spec, for people to read and copy.
	EncoderCommand(spec engine.EncoderSpec) (string, error)

	// ProbeInput looks into an input, CaptureDevices lists those of this machine, TryEncoder runs a
	// spec for a while with its output thrown away.
	ProbeInput(ctx context.Context, in engine.EncoderInput) (engine.InputProbe, error)
	CaptureDevices(ctx context.Context) ([]engine.CaptureDevice, error)
	TryEncoder(ctx context.Context, spec engine.EncoderSpec, length time.Duration) (engine.EncoderTrial, error)

	// Links are the URLs of a point, absolute: ingest first, preview second, then playback.
	Links(point string) []engine.Link
	// OpenPreview opens the preview page in the browser of this desktop.
	OpenPreview(ctx context.Context, point string) error

	// Series are measured numbers over time.
	Series(q engine.Query) (engine.Series, error)
	// SignPlayback returns the preview page and the manifests of a point that asks for signatures,
	// signed for so long from now; RotatePlaybackKey makes all that was signed before worthless.
	SignPlayback(ctx context.Context, point string, length time.Duration) ([]engine.Link, error)
	RotatePlaybackKey(ctx context.Context, point string) error

	// Events tells what happens from now on; RecentEvents what was kept of the past.
	Events(ctx context.Context) <-chan engine.Event
	RecentEvents(limit int) []engine.Event
	// Actions are what was ordered, by whom, and what became of it, see [engine.Auditor].
	Actions(limit int, after int64) []engine.Action

	// Alarms are what needs a person.
	Alarms() []engine.Alarm
	AckAlarm(ctx context.Context, id string) error
	ShelveAlarm(ctx context.Context, id string, length time.Duration, why string) error

	// Thumbnail and AudioLevel are what a point shows and how loud it is.
	Thumbnail(point string) (engine.Thumbnail, error)
	AudioLevel(point string) (engine.AudioLevel, error)
	// Fragments is what an event looks like, fragment by fragment; AddNote marks the present moment.
	Fragments(q engine.FragmentQuery) (engine.FragmentMap, error)
	AddNote(ctx context.Context, point, text string) error
	// System is how the machine is doing.
	System() engine.SystemStatus

	// ArchivedEvents are what a point has recorded. Purging, clipping and verifying may take long.
	ArchivedEvents(ctx context.Context, point string) ([]engine.ArchivedEvent, error)
	PurgeArchive(ctx context.Context, point string, what engine.Purge) (engine.Purged, error)
	VerifyArchive(ctx context.Context, point, event string, progress func(done, total int64)) (engine.Verification, error)
	ClipArchive(ctx context.Context, req engine.ClipRequest) (engine.Clip, error)
	OpenExport(ctx context.Context, req engine.ExportRequest) (*engine.Export, error)
	Recordings() []engine.Recording
	DeleteRecording(ctx context.Context, name string) error
}
