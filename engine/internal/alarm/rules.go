package alarm

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"pubpoint/engine"
)

// Codes of alarms that are no findings. They are part of the API.
const (
	CodePointError      = "point-error"
	CodePointHampered   = "point-hampered"
	CodeArchiveFailing  = "archive-failing"
	CodeEncoderFailed   = "encoder-failed"
	CodeEncoderStalled  = "encoder-stalled"
	CodeEncoderFlapping = "encoder-flapping"
	CodeDiskFilling     = "disk-filling"
	CodeLimitReached    = "limit-reached"
)

// sourceLost and rateZero are the findings that an encoder's own trouble explains.
const (
	sourceLost = "source-lost"
	rateZero   = "rate-zero"
)

// When a disk is filling: a warning below diskWarning, a failure below diskFailure or diskLeast
// bytes.
const (
	diskWarning = time.Hour
	diskFailure = 10 * time.Minute
	diskLeast   = 1 << 30
)

// A warning that was seen once and never again is no alarm until it has stood for loneWarning;
// one that was seen again for repeated is.
const (
	loneWarning = 70 * time.Second
	repeated    = 10 * time.Second
)

// Cause is something that is wrong at a moment and needs a person if it lasts.
type Cause struct {
	Code     string
	Severity engine.Severity // Failure or Warning
	Point    string
	Encoder  string
	Stream   string
	Text     string
	Action   string
	Option   string
}

// Input is what the engine looks like at a moment.
type Input struct {
	Now      time.Time
	Points   []engine.PointStatus
	Encoders []engine.EncoderStatus
	System   engine.SystemStatus
	Restarts map[string]int // of each encoder in the last while, see [Restarts]
}

// Causes returns what is wrong, the worst first. A point that is not on air has none, unless it
// cannot work.
func (in *Input) Causes() []Cause {
	var out []Cause
	known := troubles{lost: map[string]string{}, silent: map[posted]bool{}}
	for i := range in.Encoders {
		out = append(out, in.ofEncoder(&in.Encoders[i], known)...)
	}
	for i := range in.Points {
		out = append(out, ofPoint(&in.Points[i], in.Now, known)...)
	}
	out = append(out, ofDisk(in.System)...)
	out = append(out, ofLimits(in.System, in.Now)...)
	slices.SortStableFunc(out, func(a, b Cause) int { return cmp.Compare(rank(b.Severity), rank(a.Severity)) })
	return out
}

// Over reports whether somebody ended what an alarm is about: its point is gone or not on air, or
// its encoder is gone or shall not run.
func (in *Input) Over(a engine.Alarm) bool {
	if a.Encoder != "" {
		i := slices.IndexFunc(in.Encoders, func(e engine.EncoderStatus) bool { return e.Spec.ID == a.Encoder })
		return i < 0 || in.Encoders[i].Order == engine.OrderStop
	}
	if a.Point == "" {
		return false
	}
	i := slices.IndexFunc(in.Points, func(p engine.PointStatus) bool { return p.Name == a.Point })
	if i < 0 {
		return true
	}
	switch in.Points[i].State {
	case engine.StateIdle, engine.StateStopping, engine.StateStopped:
		return true
	}
	return false
}

// troubles are what the troubles of encoders explain.
type troubles struct {
	lost   map[string]string // by point, what to do about a lost source
	silent map[posted]bool   // streams of which nothing can come
}

// posted is a stream of a point, as encoders name it.
type posted struct{ point, stream string }

// explains reports whether the trouble of an encoder, which is told, is why a track is silent.
func (k troubles) explains(p *engine.PointStatus, f engine.Finding) bool {
	return f.Code == rateZero && slices.ContainsFunc(p.Tracks, func(t engine.TrackStatus) bool {
		return t.Stream == f.Stream && t.Bitrate == f.Bitrate && k.silent[posted{p.Name, t.Source}]
	})
}

func ofPoint(p *engine.PointStatus, now time.Time, known troubles) []Cause {
	switch p.State {
	case engine.StateError:
		return []Cause{{Code: CodePointError, Severity: engine.Failure, Point: p.Name, Text: p.Reason, Action: p.Action}}
	case engine.StateStarted, engine.StateStarting:
	default:
		return nil
	}
	var out []Cause
	if p.Archive.Reason != "" {
		out = append(out, Cause{Code: CodeArchiveFailing, Severity: engine.Failure, Point: p.Name, Text: p.Archive.Reason,
			Action: "Make room on the disk or mend it; recording goes on by itself. Viewers notice nothing."})
	}
	if p.Reason != "" {
		out = append(out, Cause{Code: CodePointHampered, Severity: engine.Warning, Point: p.Name, Text: p.Reason, Action: p.Action})
	}
	for _, f := range p.Findings {
		if !ripe(f, now) || known.explains(p, f) {
			continue
		}
		c := Cause{Code: f.Code, Severity: f.Severity, Point: p.Name, Stream: f.Stream, Text: f.Text, Action: f.Action, Option: f.Option}
		if todo := known.lost[p.Name]; f.Code == sourceLost && todo != "" {
			c.Action = todo
		}
		out = append(out, c)
	}
	return out
}

// ripe reports whether a finding needs a person. A single hiccup does not: it is over.
func ripe(f engine.Finding, now time.Time) bool {
	switch f.Severity {
	case engine.Failure:
		return true
	case engine.Warning:
		return f.Last.Sub(f.First) >= repeated || now.Sub(f.First) >= loneWarning
	}
	return false
}

// ofEncoder are the troubles of an encoder that shall run. What makes its point lose its source is
// told with that, as what to do, because it is one trouble and not two.
func (in *Input) ofEncoder(e *engine.EncoderStatus, known troubles) []Cause {
	if e.Order != engine.OrderRun {
		return nil
	}
	id, n := e.Spec.ID, in.Restarts[e.Spec.ID]
	c := Cause{Severity: engine.Warning, Point: e.Spec.Point, Encoder: id}
	switch {
	case e.State == engine.EncoderFailed:
		name := known.note(e, func(p engine.EncoderProcess) bool { return p.State == engine.EncoderFailed })
		c.Code, c.Severity = CodeEncoderFailed, engine.Failure
		c.Text = "Encoder " + name + " was given up: " + stopped(e.Reason)
		c.Action = "Look at its log, mend the cause, and start it again."
		known.lost[e.Spec.Point] = "Encoder " + name + " was given up: look at its log, mend the cause, and start it again."
		return []Cause{c}
	case e.Stalled:
		name := known.note(e, func(p engine.EncoderProcess) bool { return p.Stalled })
		c.Code = CodeEncoderStalled
		c.Text = "Encoder " + name + " runs, and nothing of it arrives."
		c.Action = "Look at its input and its log; it is started again by itself."
	case n >= flaps:
		name := known.note(e, func(p engine.EncoderProcess) bool { return p.Restarts > 0 })
		c.Code = CodeEncoderFlapping
		c.Text = fmt.Sprintf("Encoder %s has been started again %d times within %d minutes.", name, n, int(restartWindow.Minutes()))
		c.Action = "Look at its log for why it ends: its input, the load of this machine, or what it is told to do."
		if e.Reason != "" {
			c.Text += " The last time: " + stopped(e.Reason)
		}
	default:
		return nil
	}
	i := slices.IndexFunc(in.Points, func(p engine.PointStatus) bool { return p.Name == e.Spec.Point })
	if i >= 0 && slices.ContainsFunc(in.Points[i].Findings, func(f engine.Finding) bool { return f.Code == sourceLost }) {
		known.lost[e.Spec.Point] = c.Text + " " + c.Action
		return nil
	}
	return []Cause{c}
}

// note notes the streams of an encoder's processes that are bad, and names the encoder: with these
// streams when others of it are well.
func (k troubles) note(e *engine.EncoderStatus, bad func(engine.EncoderProcess) bool) string {
	var streams []string
	for _, p := range e.Processes {
		if bad(p) {
			streams = append(streams, p.Stream)
			k.silent[posted{e.Spec.Point, p.Stream}] = true
		}
	}
	if len(e.Processes) == 0 {
		k.silent[posted{e.Spec.Point, e.Stream}] = true
	}
	if len(streams) == 0 || len(streams) == len(e.Processes) {
		return e.Spec.ID
	}
	return e.Spec.ID + " (" + strings.Join(streams, ", ") + ")"
}

// stopped ends a text with a full stop.
func stopped(text string) string {
	if text == "" || text[len(text)-1] == '.' {
		return text
	}
	return text + "."
}

func ofDisk(s engine.SystemStatus) []Cause {
	c := Cause{Code: CodeDiskFilling, Action: "Free some space, delete or purge earlier events, or give points a limit to what they keep."}
	filling := s.Recording > 0 && s.DiskLasts > 0
	switch {
	case s.DiskFree >= 0 && s.DiskSize > 0 && s.DiskFree < diskLeast:
		c.Severity, c.Text = engine.Failure, fmt.Sprintf("The disk of the recordings has %d MiB left.", s.DiskFree>>20)
	case filling && s.DiskLasts < diskFailure:
		c.Severity, c.Text = engine.Failure, "The disk of the recordings is full in less than 10 minutes at this rate."
	case filling && s.DiskLasts < diskWarning:
		c.Severity, c.Text = engine.Warning, fmt.Sprintf("The disk of the recordings is full in %d minutes at this rate.", int(s.DiskLasts.Minutes()))
	default:
		return nil
	}
	return []Cause{c}
}

func rank(s engine.Severity) int {
	switch s {
	case engine.Failure:
		return 2
	case engine.Warning:
		return 1
	}
	return 0
}
