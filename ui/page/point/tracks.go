package point

import (
	"math"
	"strconv"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// series is the bitrate of one track over time; its colour follows from its place.
type series struct {
	name   string
	points []kit.Sample
}

// samplesShown is how many samples a track's line is drawn from at most.
const samplesShown = 480

// trackSeries asks for the bitrate of every track of p.
func trackSeries(src source, p engine.PointStatus, from, to time.Time) []series {
	all := make([]series, 0, len(p.Tracks))
	for _, t := range p.Tracks {
		line := series{name: t.Label()}
		s, err := src.Series(engine.Query{Metric: engine.MetricBitrate, Point: p.Name, Track: engine.TrackKey(t.Stream, t.Bitrate),
			From: from, To: to, MaxSamples: samplesShown})
		if err == nil { // a track that has just gone has no series; its line stays empty
			line.points = make([]kit.Sample, len(s.Samples))
			for i, v := range s.Samples {
				line.points[i] = kit.Sample{At: v.At.UnixMilli(), Value: v.Value}
			}
		}
		all = append(all, line)
	}
	return all
}

func trackColumns() []kit.Column {
	return []kit.Column{
		{Title: words.T(columnTrack), Width: 60, Grow: 0.5},
		{Title: words.T(columnCodec), Width: 80, Grow: 0.3},
		{Title: words.T(columnSize), Width: 72, Grow: 0.3},
		{Title: words.T(columnNominal), Width: 58, Grow: 0.2, Right: true},
		{Title: words.T(columnArriving), Width: 58, Grow: 0.2, Right: true},
		{Title: words.T(columnNewest), Width: 72, Grow: 0.2, Right: true},
		{Title: words.T(columnLength), Width: 42, Grow: 0.2, Right: true},
		{Title: words.T(columnGaps), Width: 46, Grow: 0.1, Right: true},
		{Title: words.T(columnVerdict), Width: 104, Grow: 2.2},
	}
}

// trackRows is the table of the tracks, and a few words about how many there are.
func trackRows(p engine.PointStatus, now time.Time) ([][]kit.Cell, string) {
	rows := make([][]kit.Cell, 0, len(p.Tracks))
	streams := map[string]bool{}
	for _, t := range p.Tracks {
		streams[t.Stream] = true
		rows = append(rows, trackRow(t, p, now))
	}
	if len(rows) == 0 {
		return rows, ""
	}
	return rows, textTrackNote(len(rows), len(streams))
}

func trackRow(t engine.TrackStatus, p engine.PointStatus, now time.Time) []kit.Cell {
	soft := func(text string) kit.Cell { return kit.Cell{Text: text, Tone: look.ToneSoft} }
	gaps := soft(look.Count(t.Gaps))
	if t.Gaps > 0 {
		gaps.Tone = look.ToneWarn
	}
	lamp := trackLamp(t, p, now)
	said := verdict(t, p, lamp)
	if lamp == look.Good { // what arrives in time may still be wrong
		lamp = worstFinding(t, p)
	}
	return []kit.Cell{
		{Text: textTrack(t), Lamp: lamp, Lit: true},
		soft(or(t.Codec)),
		soft(textSize(t)),
		soft(kbits(float64(t.Bitrate))),
		arrivingCell(t, p),
		{Text: textMediaTime(t.LastStart.Duration(t.Timescale), t.Fragments > 0)},
		soft(textLength(t)),
		gaps,
		said,
	}
}

// quietFor is how long nothing of a track may arrive before it counts as missing: longer than the
// longest fragment that is sensible.
const quietFor = 12 * time.Second

func trackLamp(t engine.TrackStatus, p engine.PointStatus, now time.Time) look.Lamp {
	switch {
	case p.State != engine.StateStarted || t.Ended:
		return look.Done
	case p.SourceLost:
		return look.Bad
	case t.LastArrival.IsZero():
		return look.Busy
	case now.Sub(t.LastArrival) > max(quietFor, 3*t.LastLength.Duration(t.Timescale)):
		return look.Bad
	case off(t):
		return look.Warn
	}
	return look.Good
}

// off reports whether a video track arrives at a rate far from what its encoder announced. The
// rate of quiet sound says nothing.
func off(t engine.TrackStatus) bool {
	return t.Type == engine.Video && t.Bitrate > 0 && t.Arriving > 0 && (float64(t.Arriving) < 0.5*float64(t.Bitrate) || float64(t.Arriving) > 1.5*float64(t.Bitrate))
}

func arrivingCell(t engine.TrackStatus, p engine.PointStatus) kit.Cell {
	switch {
	case !page.OnAir(p):
		return kit.Cell{Text: look.Unknown, Tone: look.ToneFaint}
	case t.Arriving == 0:
		return kit.Cell{Text: "0", Tone: look.ToneBad}
	case off(t):
		return kit.Cell{Text: kbits(float64(t.Arriving)), Tone: look.ToneWarn}
	}
	return kit.Cell{Text: kbits(float64(t.Arriving))}
}

// kbits writes a rate in whole kbit/s, so that the numbers of a column can be compared.
func kbits(bps float64) string { return look.Count(int64(math.Round(bps / 1000))) }

func textSize(t engine.TrackStatus) string {
	switch {
	case t.Width > 0:
		return strconv.Itoa(t.Width) + "×" + strconv.Itoa(t.Height)
	case t.SamplingRate > 0:
		return strconv.FormatFloat(float64(t.SamplingRate)/1000, 'g', 3, 64) + " kHz"
	}
	return look.Unknown
}

func textLength(t engine.TrackStatus) string {
	if t.Fragments == 0 {
		return look.Unknown
	}
	return look.Seconds(t.LastLength.Duration(t.Timescale))
}

func or(s string) string {
	if s == "" {
		return look.Unknown
	}
	return s
}
