package engine

import (
	"context"
	"strconv"
	"time"
)

// Service is an origin as its owner sees it: origin.Origin and enginetest.Fake. All its
// methods may be called from any goroutine. Errors are *Error.
type Service interface {
	Points
	Access
	Archives
	Verifier
	Encoders
	Meters
	Watcher
	Clips
	Alarms
	Pictures
	Timelines
	System
	Auditor
	// Addresses tells where the origin listens, as bases of URLs without a final slash.
	Addresses() Addresses
}

// Addresses are the bases of the origin's URLs: "http://127.0.0.1:8088".
type Addresses struct {
	Media string
	Admin string // empty when the admin listener is off
}

// Points speaks of publishing points.
type Points interface {
	// Points returns every publishing point, ordered by name.
	Points() []PointStatus
	// Point returns one of them, or an error of kind NotFound.
	Point(name string) (PointStatus, error)
	// CreatePoint makes the directory of a new point. Kinds: BadInput for a name that is
	// not allowed, Conflict when it exists, Storage when it cannot be made.
	CreatePoint(ctx context.Context, name string, cfg PointConfig) error
	// SetPointState asks for one of the settable states and returns when it is reached, or
	// cannot be. Kinds: NotFound, BadInput for a state that is not settable, Conflict for a
	// change that is not possible now, Storage.
	SetPointState(ctx context.Context, name string, want State) error
	// UpdatePoint changes the settings of a point and writes them to its point.toml, where what
	// it does not know stays. LookAhead, Archive and Fsync hold from the next event on, the limits
	// of the archive from its next file on, all else at once. Kinds: NotFound, BadInput, Conflict
	// when point.toml cannot be understood, Storage.
	UpdatePoint(ctx context.Context, name string, cfg PointConfig) error
	// DeletePoint closes a point and deletes its directory. Kinds: NotFound, Conflict while it
	// is on air, unless forced, Storage.
	DeletePoint(ctx context.Context, name string, how Deletion) error
	// Links returns the absolute URLs of a point, whether or not it exists: where encoders
	// post (add the bitrates of the tracks to its stream_id: "oceans-400k-64k.ismv"), the
	// preview page, then one for each client manifest.
	Links(point string) []Link
}

// Deletion says how to delete a publishing point.
type Deletion struct {
	Force     bool // also while it is on air: its event is ended first
	KeepFiles bool // the directory is moved to .deleted in the document root, not deleted
}

// Link is one URL of a publishing point.
type Link struct {
	Label  string // "Ingest", "Preview", "Smooth Streaming"
	URL    string
	Browse bool // makes sense in a browser
}

// Encoders speaks of supervised encoders.
type Encoders interface {
	// Encoders returns every supervised encoder, ordered by id.
	Encoders() []EncoderStatus
	// AddEncoder makes a supervised encoder without starting it and returns its id. Kinds:
	// BadInput, NotFound for a point that does not exist, Conflict for an id that does.
	AddEncoder(ctx context.Context, spec EncoderSpec) (id string, err error)
	// UpdateEncoder changes what the encoder spec.ID is; one that runs is started again. Kinds:
	// BadInput, NotFound.
	UpdateEncoder(ctx context.Context, spec EncoderSpec) error
	// RemoveEncoder stops an encoder and forgets it. Kind: NotFound.
	RemoveEncoder(ctx context.Context, id string) error
	// OrderEncoder records what is wanted; it returns without waiting for the encoder to
	// get there. Kinds: NotFound, Unavailable when no ffmpeg can be used.
	OrderEncoder(ctx context.Context, id string, order Order) error
	// RestartEncoder ends the process and starts it again. Kinds as OrderEncoder.
	RestartEncoder(ctx context.Context, id string) error
	// EncoderLog returns the lines kept with a Seq greater than after, oldest first.
	EncoderLog(id string, after int64) ([]LogLine, error)
	// EncoderCommand returns the exact command line of a spec, quoted for a POSIX shell, for
	// people to read and copy; one a line for several processes. Secrets in addresses are shown as ***. Kind: BadInput.
	EncoderCommand(spec EncoderSpec) (string, error)
	// EncoderTool tells which ffmpeg is used.
	EncoderTool() ToolStatus
	// ProbeInput looks into what an encoder would read and tells what is in it. Kinds: BadInput,
	// NotFound for a file or device that is not there, Unavailable without ffprobe or when nothing
	// comes from the network within 15 s, Unsupported when it is no media.
	ProbeInput(ctx context.Context, in EncoderInput) (InputProbe, error)
	// CaptureDevices lists the cameras, microphones and screens of this machine; none is no error.
	// Kind: Unavailable without ffmpeg.
	CaptureDevices(ctx context.Context) ([]CaptureDevice, error)
	// TryEncoder runs a spec for a while, 30 s at most, with its output thrown away, and tells how it
	// went. It needs no publishing point. Kinds: BadInput, Unavailable.
	TryEncoder(ctx context.Context, spec EncoderSpec, length time.Duration) (EncoderTrial, error)
}

// Meters gives measured numbers over time.
type Meters interface {
	// Series returns the samples of one metric. Kinds: NotFound, BadInput.
	Series(q Query) (Series, error)
}

// Watcher tells what happens.
type Watcher interface {
	// Events returns a channel of what happens from now on, closed when ctx ends. It is
	// bounded: a receiver that is too slow loses the oldest, and the next event says in
	// Missed how many.
	Events(ctx context.Context) <-chan Event
	// RecentEvents returns what was kept of the past, oldest first, at most limit.
	RecentEvents(limit int) []Event
}

// Metric names a measured quantity.
type Metric string

// The metrics. All are sampled once a second.
const (
	// MetricBitrate is the bit/s of a track as it arrived, a mean over the newest
	// fragments; NaN when nothing arrived for longer than they last.
	MetricBitrate Metric = "bitrate"
	// MetricArriving is the bit/s arriving at a point, all tracks.
	MetricArriving Metric = "arriving"
	// MetricRequests is the requests per second answered by a point.
	MetricRequests Metric = "requests"
)

// Query asks for samples. Track is "stream/bitrate" for metrics of tracks, else empty.
type Query struct {
	Metric     Metric
	Point      string
	Track      string
	From, To   time.Time // zero values mean as far back as kept, and now
	MaxSamples int       // 0 means all; thinning keeps the lowest and highest of each bucket
}

// Sample is one measured value; NaN says that there was nothing to measure.
type Sample struct {
	At    time.Time
	Value float64
}

// Series is the answer to a Query, oldest sample first.
type Series struct {
	Unit    string // "bit/s", "1/s"
	Samples []Sample
}

// TrackKey is the Track of a Query for a track.
func TrackKey(stream string, bitrate int) string {
	return stream + "/" + strconv.Itoa(bitrate)
}
