package alarm

import (
	"cmp"
	"fmt"
	"slices"
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
)

// sourceLost is the finding that an encoder's own trouble explains.
const sourceLost = "source-lost"

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
	troubled := map[string]string{} // by point, what an encoder's trouble makes of a lost source
	for i := range in.Encoders {
		out = append(out, in.ofEncoder(&in.Encoders[i], troubled)...)
	}
	for i := range in.Points {
		out = append(out, ofPoint(&in.Points[i], in.Now, troubled[in.Points[i].Name])...)
	}
	out = append(out, ofDisk(in.System)...)
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

func ofPoint(p *engine.PointStatus, now time.Time, troubled string) []Cause {
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
		if !ripe(f, now) {
			continue
		}
		c := Cause{Code: f.Code, Severity: f.Severity, Point: p.Name, Stream: f.Stream, Text: f.Text, Action: f.Action, Option: f.Option}
		if f.Code == sourceLost && troubled != "" {
			c.Action = troubled
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
func (in *Input) ofEncoder(e *engine.EncoderStatus, troubled map[string]string) []Cause {
	if e.Order != engine.OrderRun {
		return nil
	}
	id := e.Spec.ID
	c := Cause{Severity: engine.Warning, Point: e.Spec.Point, Encoder: id}
	n := in.Restarts[id]
	switch {
	case e.State == engine.EncoderFailed:
		c.Code, c.Severity = CodeEncoderFailed, engine.Failure
		c.Text = "Encoder " + id + " was given up: " + stopped(e.Reason)
		c.Action = "Look at its log, mend the cause, and start it again."
		troubled[e.Spec.Point] = "Encoder " + id + " was given up: look at its log, mend the cause, and start it again."
		return []Cause{c}
	case e.Stalled:
		c.Code = CodeEncoderStalled
		c.Text = "Encoder " + id + " runs, and nothing comes of it: it reports no progress and nothing arrives."
		c.Action = "Look at its input and its log; it is started again by itself."
	case n >= flaps:
		c.Code = CodeEncoderFlapping
		c.Text = fmt.Sprintf("Encoder %s has been started again %d times within %d minutes.", id, n, int(restartWindow.Minutes()))
		c.Action = "Look at its log for why it ends: its input, the load of this machine, or what it is told to do."
		if e.Reason != "" {
			c.Text += " The last time: " + stopped(e.Reason)
		}
	default:
		return nil
	}
	i := slices.IndexFunc(in.Points, func(p engine.PointStatus) bool { return p.Name == e.Spec.Point })
	if i >= 0 && slices.ContainsFunc(in.Points[i].Findings, func(f engine.Finding) bool { return f.Code == sourceLost }) {
		troubled[e.Spec.Point] = c.Text + " " + c.Action
		return nil
	}
	return []Cause{c}
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
