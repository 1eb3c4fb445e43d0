package point

import (
	"time"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// model is what the page shows of one publishing point at one instant.
type model struct {
	name    string
	known   bool // the point exists
	title   string
	config  engine.PointConfig
	open    bool // an event of it goes on, or is about to
	notable bool // its present moment can be marked
	// turnedAway tells of an encoder that asked for the point while it was not there; may be empty.
	turnedAway string
	lamp       look.Lamp
	word       string
	problem    page.Problem
	figures    [figureCount]figure
	orders     orders

	recording bool
	links     []engine.Link

	bare      bool // nobody has ever sent and nobody is set to: teach
	vacant    bool // nobody sends any more and nobody is set to
	tracks    [][]kit.Cell
	trackNote string
	series    []series
	from, to  time.Time

	cards    []card
	outside  [][]kit.Cell // encoders that are not ours
	refusals [][]kit.Cell
	findings []engine.Finding

	asked    string // whose log was asked for; empty for the first
	logID    string // whose log it is
	logLines []engine.LogLine
}

// figure is one number of the strip under the head.
type figure struct {
	value string
	tone  look.Tone
}

// The figures of the strip, in order.
const (
	figureClock = iota
	figureArriving
	figureLag
	figureViewers
	figureRequests
	figureArchive
	figureWindow
	figureCount
)

// orders says which orders make sense now.
type orders struct {
	start, stop, shutDown bool // which buttons are shown and can be used
	busy                  bool // the point is on its way from one state to another
}

func newOrders(s engine.State) orders {
	switch s {
	case engine.StateStarting:
		return orders{stop: true, shutDown: true, busy: true}
	case engine.StateStarted:
		return orders{stop: true, shutDown: true}
	case engine.StateStopping:
		return orders{stop: true, busy: true}
	case engine.StateStopped, engine.StateError:
		return orders{start: true, shutDown: true}
	default:
		return orders{start: true}
	}
}

// ask is what the operator looks at: it decides what a model holds.
type ask struct {
	name  string
	span  time.Duration
	logID string // encoder whose log is shown; empty for the first
	seq   int64  // newest line shown of it
}

// source is what the page asks of the operator's side when it computes a model.
type source interface {
	Links(point string) []engine.Link
	Series(q engine.Query) (engine.Series, error)
	EncoderLog(id string, after int64) ([]engine.LogLine, error)
	RecentEvents(limit int) []engine.Event
}

func newModel(s page.Snapshot, src source, a ask) model {
	m := model{name: a.name, asked: a.logID, from: s.Now.Add(-a.span), to: s.Now}
	p, ok := s.Point(a.name)
	if !ok {
		m.lamp, m.word = look.Quiet, words.T(textGone)
		m.turnedAway = turnedAway(src, a.name)
		return m
	}
	encoders := s.EncodersOf(a.name)
	m.known = true
	m.config, m.open, m.notable = p.Config, page.Open(p), canNote(p.State)
	c := page.ConditionOf(p, encoders, s.Now)
	m.lamp, m.word, m.problem = c.Lamp, c.Word, c.Problem
	if p.Title != p.Name {
		m.title = p.Title
	}
	m.figures = newFigures(p, s.Now)
	m.orders = newOrders(p.State)
	m.recording = p.Archive.Recording
	m.links = src.Links(a.name)
	m.tracks, m.trackNote = trackRows(p, s.Now)
	m.series = trackSeries(src, p, m.from, m.to)
	m.cards, m.outside = ledgers(p, encoders, s.Now)
	m.refusals = refusalRows(p.Refusals)
	m.findings = p.Findings
	fresh := p.State == engine.StateIdle || p.State == engine.StateStarting
	m.bare = fresh && p.Event.Began.IsZero() && len(encoders) == 0 && len(p.Sources) == 0 && len(p.Tracks) == 0
	m.vacant = !m.bare && len(encoders) == 0 && page.Connected(p) == 0
	m.logID, m.logLines = logTail(src, encoders, a)
	return m
}

func newFigures(p engine.PointStatus, now time.Time) [figureCount]figure {
	var f [figureCount]figure
	for i := range f {
		f[i] = figure{look.Unknown, look.ToneFaint}
	}
	if d, ok := page.OnAirFor(p, now); ok {
		f[figureClock] = figure{look.Clock(d), look.ToneText}
	}
	if p.State == engine.StateStarted {
		f[figureArriving] = figure{look.Bits(float64(p.Arriving)), look.ToneText}
		if !p.SourceLost {
			f[figureLag] = figure{page.Behind(p.Lag), look.ToneText}
		}
	}
	f[figureViewers] = figure{look.Count(int64(p.Viewers)), look.ToneText}
	f[figureRequests] = figure{look.Count(p.Requests), look.ToneText}
	f[figureArchive] = archiveFigure(p)
	f[figureWindow] = figure{textWindow(p.Config.DVRWindow), look.ToneText}
	return f
}

func archiveFigure(p engine.PointStatus) figure {
	switch {
	case p.Archive.Reason != "":
		return figure{words.T(textArchiveFailed), look.ToneBad}
	case !p.Config.Archive:
		return figure{words.T(textArchiveOff), look.ToneFaint}
	case p.Archive.Bytes == 0 && !p.Archive.Recording:
		return figure{look.Unknown, look.ToneFaint}
	}
	return figure{look.Bytes(float64(p.Archive.Bytes)), look.ToneText}
}

// logTail reads what is new in the log that is looked at. Without a choice it is the first
// encoder's.
func logTail(src source, encoders []engine.EncoderStatus, a ask) (string, []engine.LogLine) {
	id, seq := "", int64(0)
	for _, e := range encoders {
		if e.Spec.ID == a.logID {
			id, seq = a.logID, a.seq
		}
	}
	if id == "" && len(encoders) > 0 {
		id = encoders[0].Spec.ID
	}
	if id == "" {
		return "", nil
	}
	lines, err := src.EncoderLog(id, seq)
	if err != nil {
		// An encoder that has just been removed has no log; the next snapshot is without it.
		return id, nil
	}
	return id, lines
}
