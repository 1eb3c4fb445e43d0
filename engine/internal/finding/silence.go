package finding

import (
	"fmt"
	"slices"
	"time"

	"pubpoint/engine"
)

// FirstFragment is how long an encoder may take for its first fragment, and Quiet how long a
// track may be silent; three of its fragments if that is longer.
const (
	FirstFragment = 10 * time.Second
	Quiet         = 10 * time.Second
)

// Awaited is an encoder that is connected and has sent no fragment yet.
type Awaited struct {
	Stream, Remote string
	Since          time.Time
	Header, Audio  bool // its header has come; it has audio only
}

// Silence is what only silence tells about a point that is on air: the status of a moment, and
// the encoders that have sent nothing.
func Silence(st *engine.PointStatus, waiting []Awaited, now time.Time) []engine.Finding {
	var found []engine.Finding
	going := slices.ContainsFunc(st.Tracks, func(t engine.TrackStatus) bool { return !t.Ended })
	if st.SourceLost && going {
		found = append(found, sourceLost(st, now))
	}
	told := map[string]bool{}
	for _, a := range waiting {
		if now.Sub(a.Since) >= FirstFragment && !told[a.Stream] {
			told[a.Stream] = true
			found = append(found, a.finding(now))
		}
	}
	if st.State != engine.StateStarted || st.SourceLost {
		return found
	}
	for i := range st.Tracks {
		if f, quiet := quietTrack(st, &st.Tracks[i], now); quiet {
			found = append(found, f)
		}
	}
	if f, missing := audioMissing(st, now); missing {
		found = append(found, f)
	}
	return found
}

// since is a case of a moment that has lasted for a while.
func since(c Case, first, now time.Time) engine.Finding {
	f := c.finding(now)
	f.First = first
	return f
}

// passed is a time that goes on while it is read: in whole seconds, later in whole minutes and hours.
func passed(d time.Duration) string {
	switch {
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	}
	return fmt.Sprintf("%d h", int(d.Hours()))
}

func sourceLost(st *engine.PointStatus, now time.Time) engine.Finding {
	first := st.Since
	for i := range st.Tracks {
		if at := st.Tracks[i].LastArrival; at.After(first) {
			first = at
		}
	}
	return since(Case{Code: SourceLost, Text: "No encoder has sent anything for " + passed(now.Sub(first)) + ", though the event is on air."}, first, now)
}

// quietTrack reports whether a track is silent while others come.
func quietTrack(st *engine.PointStatus, t *engine.TrackStatus, now time.Time) (f engine.Finding, quiet bool) {
	if t.Ended || t.Type == engine.Text {
		return f, false
	}
	first := t.LastArrival
	if t.Fragments == 0 {
		first = sentSince(st, t.Source)
	}
	patience := max(Quiet, 3*t.LastLength.Duration(t.Timescale))
	if first.IsZero() || now.Sub(first) < patience {
		return f, false
	}
	text := " has sent nothing for " + Seconds(now.Sub(first)) + ", while other tracks arrive."
	if t.Fragments == 0 {
		text = " was announced " + Seconds(now.Sub(first)) + " ago, and nothing of it has come."
	}
	return since(Case{Code: RateZero, Stream: t.Stream, Bitrate: t.Bitrate, Text: Label(t.Stream, t.Bitrate) + text}, first, now), true
}

// sentSince is since when an encoder that has sent fragments sends a stream; zero when none does.
func sentSince(st *engine.PointStatus, stream string) time.Time {
	for i := range st.Sources {
		if s := &st.Sources[i]; s.Stream == stream && s.Connected && s.Fragments > 0 {
			return s.Began
		}
	}
	return time.Time{}
}

// audioMissing reports whether there are pictures, and no sound was ever announced.
func audioMissing(st *engine.PointStatus, now time.Time) (f engine.Finding, missing bool) {
	has := func(kind engine.MediaType) bool {
		return slices.ContainsFunc(st.Tracks, func(t engine.TrackStatus) bool { return t.Type == kind })
	}
	began := st.Event.Began
	if began.IsZero() || now.Sub(began) < FirstFragment || !has(engine.Video) || has(engine.Audio) {
		return f, false
	}
	return since(Silent(), began, now), true
}

// Silent is a presentation of pictures without sound.
func Silent() Case { return Case{Code: AudioMissing, Text: "There are pictures and no sound."} }

func (a *Awaited) finding(now time.Time) engine.Finding {
	c := Case{Code: NoFragment, Stream: a.Stream}
	waited := Seconds(now.Sub(a.Since))
	switch {
	case !a.Header:
		c.Text = "The encoder of " + a.Stream + " at " + a.Remote + " has been connected for " + waited + " and has not sent its header."
	case a.Audio:
		c.Text = "The encoder of " + a.Stream + " has sent its header " + waited + " ago and no fragment; it has audio only, which no key frame cuts."
		c.Action = "Let the encoder send a fragment every two seconds: -frag_duration 2000000."
		c.Option = "-frag_duration 2000000"
	default:
		c.Text = "The encoder of " + a.Stream + " has been connected for " + waited + ", has sent its header and no fragment."
		c.Action = "Give the encoder a key frame every two seconds (-g) and -movflags isml+frag_keyframe."
		c.Option = "-g 50 -movflags isml+frag_keyframe"
	}
	return since(c, a.Since.Add(FirstFragment), now)
}
