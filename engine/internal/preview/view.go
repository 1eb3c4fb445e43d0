package preview

import (
	"slices"
	"time"
)

// State is a publishing point's state, in IIS's names.
type State string

// The states a page can show.
const (
	StateIdle     State = "idle"
	StateStarting State = "starting"
	StateStarted  State = "started"
	StateStopping State = "stopping"
	StateStopped  State = "stopped"
	StateError    State = "error"
)

// word is what the page says for a state whose PointView brings no StateWord.
func (s State) word() string {
	switch s {
	case StateStarting:
		return "starting"
	case StateStarted:
		return "on air"
	case StateStopping:
		return "stopping"
	case StateStopped:
		return "VOD"
	case StateError:
		return "error"
	default:
		return "idle"
	}
}

// LinkKind says what a Link leads to.
type LinkKind string

// The kinds of links. The page writes its ffmpeg command for the first KindIngest link, plays
// the first of each kind that a browser can play, and shows every other as it comes.
const (
	KindIngest  LinkKind = "ingest"
	KindSmooth  LinkKind = "smooth"
	KindHLS     LinkKind = "hls"      // MPEG-TS
	KindHLSCMAF LinkKind = "hls-cmaf" // CMAF, with low latency where the encoder allows it
	KindDASH    LinkKind = "dash"
	KindHDS     LinkKind = "hds"
)

// Link is one address of a publishing point.
type Link struct {
	Label string   // what a person calls it: "HLS, MPEG-TS"
	Kind  LinkKind // what it leads to
	URL   string   // relative to the preview page: "Manifest", "Streams(live)"
	Note  string   // one short remark, may be empty: "iPhone and iPad"
}

// Track is one encoding a publishing point serves.
type Track struct {
	Type     string // "video", "audio" or "text"
	Name     string // the stream it belongs to: "video", "audio_eng"
	Language string // ISO 639-2, empty when unknown
	Codec    string // RFC 6381, or the FourCC: "avc1.64001E"
	Bitrate  int    // bit/s, as in the fragment URL
	Width    int    // pixels, 0 when not video
	Height   int    // pixels, 0 when not video
}

// EventLink is one event of a publishing point: the one on air, or a recording.
type EventLink struct {
	Began    time.Time     // zero when not known
	Duration time.Duration // of its media
	URL      string        // relative to the page: "Events(20260701T120000.000Z)/"
	Live     bool          // it is on air
	Here     bool          // the page shows it
}

// PointView is one publishing point at one instant, as its preview page shows it. The
// package reads it and keeps nothing of it.
type PointView struct {
	Name      string // path and name without ".isml": "oceans", "sports/final"
	Title     string // for people; empty means Name
	State     State
	StateWord string // the state in a word; empty means the usual word for State
	Reason    string // a sentence: why the point is in this state and what to do; may be empty
	Live      bool   // the client manifest is a live one

	// Event names the run that is on air or was recorded last. It changes whenever the
	// timeline starts anew, so that an open page knows to load the presentation again.
	Event string

	// Edge is the end of the newest media on the presentation's own timeline, the one its
	// fragment times count on. The page measures its delay against it. 0 means unknown.
	Edge time.Duration

	// EdgeAge is how long ago that media arrived; 0 also when not known.
	EdgeAge time.Duration

	// EdgeClock is the wall clock at Edge, as the formats tell it that have one (HLS). It
	// tells where players are that count from another zero. Zero when not known.
	EdgeClock time.Time

	// Origin is the presentation time that is zero to players of DASH.
	Origin time.Duration

	// Links are shown in this order.
	Links []Link

	// Events are what can be played here, newest first. The page lists them when there is
	// another than the one it shows.
	Events []EventLink

	// Tracks are what a player would get now. Empty means that there is nothing to play
	// and the page waits.
	Tracks []Track
}

func (v *PointView) title() string {
	if v.Title != "" {
		return v.Title
	}
	return v.Name
}

func (v *PointView) stateWord() string {
	if v.StateWord != "" {
		return v.StateWord
	}
	return v.State.word()
}

// played returns the first link of each kind that the page can play, in their own order.
func (v *PointView) played() []Link {
	var links []Link
	for _, kind := range []LinkKind{KindHLSCMAF, KindHLS, KindDASH, KindSmooth} {
		if i := slices.IndexFunc(v.Links, func(l Link) bool { return l.Kind == kind }); i >= 0 {
			links = append(links, v.Links[i])
		}
	}
	return links
}
