package engine

import (
	"context"
	"time"
)

// FragmentQuery asks what a stretch of an event looks like, fragment by fragment.
type FragmentQuery struct {
	Point string
	Event string    // id of an earlier event; empty for the one on air, or the last
	From  time.Time // wall clock; zero means the beginning of what there is
	To    time.Time // wall clock; zero means its end
	// MaxMarks is how many marks a lane may have: neighbours are joined into one until it has no
	// more; 0 means as many as there are fragments.
	MaxMarks int
}

// Check says what is wrong with the query, if anything. Kind: BadInput.
func (q FragmentQuery) Check() error {
	text := ""
	switch {
	case q.MaxMarks < 0:
		text = "A lane cannot have fewer than no marks; ask for 0 to have all of them."
	case !q.From.IsZero() && !q.To.IsZero() && !q.From.Before(q.To):
		text = "The stretch ends before it begins; turn it around."
	case q.Event != "" && !ValidElement(q.Event):
		text = "An event's id has no such letters; the list of the archive has them."
	default:
		return nil
	}
	return &Error{Op: "read timeline", Point: q.Point, Kind: BadInput, Text: text}
}

// Covers reports whether a note lies in the stretch that is asked for, in part at least.
func (q FragmentQuery) Covers(n TimelineNote) bool {
	return (q.To.IsZero() || n.At.Before(q.To)) && (q.From.IsZero() || n.At.Add(n.Length).After(q.From))
}

// FragmentMap is the answer: a lane for each track, in the order of the point's Tracks.
type FragmentMap struct {
	Event string    // id
	Zero  time.Time // wall clock of presentation time 0
	From  time.Time // of what there is at all: the event's first fragment
	To    time.Time // and the end of its last
	Lanes []FragmentLane
	Notes []TimelineNote // by time
}

// FragmentLane is one track.
type FragmentLane struct {
	Track   string // as the Track of a Query
	Label   string // for people: "1280×720 2500k"
	Type    MediaType
	Bitrate int            // nominal bit/s
	Marks   []FragmentMark // by time
}

// FragmentMark is one fragment, or several neighbours joined.
type FragmentMark struct {
	Start time.Duration // presentation time
	// At is the wall clock at which it begins. It leads Start by more than Zero after a pause of the
	// encoder, which takes no presentation time. It is zero when the event's wall clock is not known.
	At      time.Time
	Length  time.Duration // of the media in it
	Arrived time.Time     // of the last of them; zero when not known
	Bytes   int64
	Count   int    // fragments joined, 1 or more
	Peak    int    // bit/s of the one with the highest rate; of the one when Count is 1
	Low     int    // bit/s of the one with the lowest rate; of the one when Count is 1
	Gap     bool   // media is missing right before it, or inside of what was joined
	Jump    bool   // a discontinuity: its encoder's clock began again right before it, or inside
	NoKey   bool   // it, or one of those that were joined, does not begin with a key frame; video only
	Source  string // who sent the last of them: STREAM#SESSION, or the stream alone when that is not known; may be empty
}

// End is the presentation time at which the mark ends.
func (m FragmentMark) End() time.Duration { return m.Start + m.Length }

// Rate is the bit/s of the media in the mark; 0 when it has no length.
func (m FragmentMark) Rate() float64 {
	if m.Length <= 0 {
		return 0
	}
	return float64(m.Bytes) * 8 / m.Length.Seconds()
}

// NoteKind is what a TimelineNote tells of.
type NoteKind string

// The kinds of notes.
const (
	NoteOperator NoteKind = "operator" // somebody marked this moment
	NoteSplice   NoteKind = "splice"   // a SCTE 35 message
	NoteEvent    NoteKind = "event"    // something happened: see its Severity
)

// TimelineNote is a moment on a timeline.
type TimelineNote struct {
	At       time.Time
	Length   time.Duration // of what it announces; 0 for a moment
	Kind     NoteKind
	Severity Severity
	Text     string
}

// Timelines speaks of what lies in an event, moment by moment.
type Timelines interface {
	// Fragments tells what a stretch of an event looks like. A point that has recorded nothing has an
	// empty map. Kinds: NotFound for a point or an event, BadInput, Unavailable for an earlier event
	// while too many are being read, Storage.
	Fragments(q FragmentQuery) (FragmentMap, error)
	// AddNote marks the present moment of a point, with a text that may be empty. It is among the
	// notes of FragmentMap and in the log. Kinds: NotFound, BadInput for a text above 200 letters.
	AddNote(ctx context.Context, point, text string) error
}
