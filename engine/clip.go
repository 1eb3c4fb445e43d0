package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"
)

// Clips cuts pieces out of what a point has recorded, while it goes on or afterwards.
type Clips interface {
	// Clip copies a range of an event, with all its tracks and without encoding anything
	// anew, into a directory of finished files, which is served as video on demand when Clip
	// returns. Kinds: BadInput for a name or a range that makes no sense, NotFound for a
	// point or an event that does not exist and a range without media, Conflict when the name
	// is taken, Storage. It ends with ctx, and leaves nothing behind when it fails.
	Clip(ctx context.Context, req ClipRequest) (Clip, error)
	// OpenExport prepares a range of an event as a plain MP4 file: one that is not fragmented
	// and has its index in front. Kinds: BadInput, NotFound, Unsupported for a codec that has
	// no place in such a file, TooLarge.
	OpenExport(ctx context.Context, req ExportRequest) (*Export, error)
	// Recordings returns every directory of finished files that is served, clips among them,
	// ordered by name.
	Recordings() []Recording
	// DeleteRecording deletes a directory of finished files for good. It is gone at once or not at
	// all; whoever reads it comes to an end. Kinds: NotFound, Storage.
	DeleteRecording(ctx context.Context, name string) error
}

// Moment is a place in an event: a time of its presentation, or a wall clock. The zero value
// leaves it open: the beginning or the end of what there is.
type Moment struct {
	Clock time.Time     // wall clock; used when it is not zero
	Media time.Duration // presentation time, as in the URLs of fragments; used when Set
	Set   bool          // Media is meant, even if it is 0
}

// MediaMoment is the moment at a presentation time.
func MediaMoment(at time.Duration) Moment { return Moment{Media: at, Set: true} }

// ClockMoment is the moment at a wall clock.
func ClockMoment(at time.Time) Moment { return Moment{Clock: at} }

// Open reports whether m names no place.
func (m Moment) Open() bool { return m.Clock.IsZero() && !m.Set }

// String gives m as ParseMoment reads it.
func (m Moment) String() string {
	switch {
	case !m.Clock.IsZero():
		return m.Clock.Format(time.RFC3339Nano)
	case m.Set:
		return strconv.FormatFloat(m.Media.Seconds(), 'f', -1, 64)
	}
	return ""
}

// ParseMoment reads a wall clock in RFC 3339 ("2026-05-04T12:00:00Z"), a presentation time
// in seconds ("90.5"), or nothing. Kind: BadInput.
func ParseMoment(s string) (Moment, error) {
	if s == "" {
		return Moment{}, nil
	}
	if at, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return ClockMoment(at), nil
	}
	seconds, err := strconv.ParseFloat(s, 64)
	if limit := time.Duration(math.MaxInt64).Seconds(); err != nil || !(seconds >= 0 && seconds < limit) {
		return Moment{}, &Error{Op: "read moment", Kind: BadInput, Err: errors.Join(errMoment, err),
			Text: fmt.Sprintf("%q is no moment of an event; write an instant like 2006-01-02T15:04:05Z, or seconds of presentation time like 90.5.", s)}
	}
	return MediaMoment(time.Duration(math.Round(seconds * float64(time.Second)))), nil
}

// errMoment is the cause when a text names no moment.
var errMoment = errors.New("neither an instant nor seconds")

// Range is a stretch of an event: from the fragment that From lies in to the one before To,
// or that To lies in.
type Range struct {
	From, To Moment
}

// ClipRequest says what to cut.
type ClipRequest struct {
	Point string // name of the publishing point or of a recording
	Event string // id of an earlier event; empty for the one on air, or the last
	Range Range
	Name  string // of the new recording: it is played at NAME.ism
	Title string // what people call it; empty means that of the point
}

// Clip is a recording that has been cut.
type Clip struct {
	Name      string
	URL       string        // of its client manifest
	From, To  time.Duration // presentation time of its first fragment, and end of its last
	Began     time.Time     // wall clock of From; zero when not known
	Tracks    int
	Fragments int
	Bytes     int64         // on disk
	Took      time.Duration // to make it
}

// Duration is how much media the clip has.
func (c Clip) Duration() time.Duration { return c.To - c.From }

// ExportRequest says what to export.
type ExportRequest struct {
	Point string // name of the publishing point or of a recording
	Event string // id of an earlier event; empty for the one on air, or the last
	Range Range
	// Video is the nominal bit/s of the rung; 0 means the highest, NoVideo none.
	Video int
	// Audio names streams of audio, as players know them ("audio_eng"); empty means all.
	Audio   []string
	NoAudio bool
}

// NoVideo as ExportRequest.Video leaves pictures out.
const NoVideo = -1

// Export is a file that is made while it is written.
type Export struct {
	FileName string        // a name to keep it under: "oceans-20260504T120000Z.mp4"
	Type     string        // media type
	Size     int64         // bytes that Body will write
	From, To time.Duration // presentation time of its first picture, and of its end
	Body     io.WriterTo   // written at most once
	// Release lets go of the media. It must be called, once, when nobody writes Body any more.
	Release func()
}

// Recording is a directory of finished files: video on demand.
type Recording struct {
	Name     string
	Title    string
	State    State
	Reason   string // why it cannot be played; else empty
	Event    EventStatus
	Bytes    int64
	Manifest string // URL of its client manifest
}
