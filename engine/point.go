package engine

import "time"

// State is where a publishing point stands in its life. The names are those of IIS Media
// Services. The zero value means "not known".
//
//	        Start, or an encoder's POST
//	idle ─────────────────────────────► starting
//	 ▲                                     │ first complete fragment
//	 │ Shut down                           ▼
//	 │                  Stop, or       started ◄─┐
//	 ├────────── stopping ◄──every stream──┤     │ next event
//	 │               │        has ended    │     │
//	 │               ▼                     ▼     │
//	 └─────────── stopped ──────────────────────►┘     (any) ──► error
type State string

// The states of a publishing point.
const (
	StateIdle     State = "idle"     // receives and serves nothing yet
	StateStarting State = "starting" // armed: waits for the first complete fragment
	StateStarted  State = "started"  // on air
	StateStopping State = "stopping" // the archive is being sealed
	StateStopped  State = "stopped"  // the event has ended and plays as video on demand
	StateError    State = "error"    // cannot work; Reason and Action say why and what to do
)

// Settable reports whether an operator may ask for s. The other states are reached by
// the engine alone.
func (s State) Settable() bool {
	return s == StateIdle || s == StateStarted || s == StateStopped
}

// Known reports whether s is one of the six states.
func (s State) Known() bool {
	switch s {
	case StateIdle, StateStarting, StateStarted, StateStopping, StateStopped, StateError:
		return true
	}
	return false
}

// ReconnectPolicy says what becomes of an encoder that comes back with a clock that
// began again.
type ReconnectPolicy string

// The reconnect policies of point.toml's on_reconnect.
const (
	// ReconnectContinue moves the encoder's times to the end of the timeline and marks a
	// discontinuity there.
	ReconnectContinue ReconnectPolicy = "continue"
	// ReconnectReject answers 409 and closes the connection.
	ReconnectReject ReconnectPolicy = "reject"
	// ReconnectNewEvent ends the event and begins another.
	ReconnectNewEvent ReconnectPolicy = "new-event"
)

// PointConfig is how a publishing point shall behave. It is read from point.toml; every
// field has a default, see DefaultPointConfig.
type PointConfig struct {
	Title         string          // what people call it; empty means the point's name
	DVRWindow     time.Duration   // how far back viewers may seek while live; 0 means the whole event
	Archive       bool            // whether accepted media is kept on disk
	LookAhead     int             // following fragments told inside a Smooth fragment, 0 to 3
	OnReconnect   ReconnectPolicy // for encoders whose clock began again
	AutoStart     bool            // whether an encoder's POST starts an idle point
	Fsync         string          // when archived bytes are forced to disk: "none", "interval", "every"; empty means interval
	SourceTimeout time.Duration   // ends the event when no encoder was seen for so long; 0 means never

	// ArchiveSegment is how much media one archive file holds before the next one begins, on
	// all tracks together; 0 means one file for the whole event.
	ArchiveSegment time.Duration
	// ArchiveKeep and ArchiveKeepBytes are how much of the past is kept, by time and by size;
	// 0 means all. What the DVR window shows is kept whatever they say.
	ArchiveKeep      time.Duration
	ArchiveKeepBytes int64

	// IngestAuth are the credentials by which encoders may publish; none lets everybody. No
	// secret is ever in a PointConfig that the engine hands out.
	IngestAuth []Credential
	// AllowFrom are the addresses and prefixes from which encoders may publish ("192.0.2.7",
	// "10.0.0.0/8", "2001:db8::/32"); none means everywhere. With IngestAuth both must be right.
	AllowFrom []string
	// PlayFrom are the addresses and prefixes that may watch; none means everywhere.
	PlayFrom []string
	// SignedPlayback lets only those watch whose URLs the engine has signed; see Access.
	SignedPlayback bool
}

// DefaultPointConfig returns the settings of a point that has no point.toml.
func DefaultPointConfig() PointConfig {
	return PointConfig{Archive: true, LookAhead: 2, OnReconnect: ReconnectContinue, AutoStart: true}
}

// PointStatus is one instant of a publishing point, for people and programs that watch it.
type PointStatus struct {
	Name    string      // path below the document root without ".isml": "oceans", "sports/arena"
	Title   string      // what people call it; never empty
	State   State       // where it stands
	Reason  string      // one sentence: why it is in StateError, or what hampers it; else empty
	Action  string      // what to do about Reason; else empty
	Since   time.Time   // when State was entered
	Event   EventStatus // the event now on air, or the last one
	Config  PointConfig // settings in force
	Tracks  []TrackStatus
	Sources []SourceStatus // encoders connected now, then those of the last minutes
	// Refusals are the newest requests of encoders that were turned away, newest first.
	Refusals []Refusal
	// Findings are what is wrong with what encoders send now, worst first.
	Findings []Finding
	// SourceLost is true while the point is started and no encoder is connected, or none of
	// those that are has sent anything for 10 s or three fragments, whichever is longer.
	SourceLost bool
	Archive    ArchiveStatus
	Viewers    int     // distinct viewer addresses of the last 30 s
	Requests   int64   // media and manifest requests answered since the program started
	Arriving   int64   // bit/s arriving now, all tracks
	Lag        float64 // seconds by which the next fragment is overdue; 0 when all is regular or not live
	// AsOf is zero where all this is so now. Of an engine elsewhere that does not answer, it is when all
	// this was last known.
	AsOf time.Time
}

// EventStatus tells the extent of one event, from its first fragment to its end.
type EventStatus struct {
	ID       string        // unique within the point
	Began    time.Time     // arrival of its first fragment; zero before that
	Ended    time.Time     // zero while it goes on
	Duration time.Duration // of media, on the longest stream
}

// ArchiveStatus tells whether what arrives is being kept.
type ArchiveStatus struct {
	Recording bool   // media is being written now
	Sealed    bool   // the files are complete
	Bytes     int64  // on disk for this event
	Reason    string // one sentence when writing failed; else empty
}

// SourceStatus is one ingest session: an encoder's POST from its first byte on, or all its
// POSTs when it sends each segment in one of its own.
type SourceStatus struct {
	ID        string // unique within the program's life
	Stream    string // stream_id without its extension
	Remote    string // address and port of the encoder
	UserAgent string
	Began     time.Time
	LastByte  time.Time // last time that anything arrived
	Bytes     int64
	Fragments int64  // accepted
	Dropped   int64  // duplicates and fragments that players could not join
	Connected bool   // false once it has left; true also between two POSTs
	Ending    string // how it ended, in words; empty while connected
}

// Refusal is a request of an encoder that was turned away.
type Refusal struct {
	At     time.Time
	Remote string
	Stream string
	Status int    // HTTP status code given
	Reason string // one sentence: why, and what to do
}
