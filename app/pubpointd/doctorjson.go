package main

import (
	"encoding/json"

	"pubpoint/engine"
)

// diagnosis is what programs are told of one examination. Times are seconds.
type diagnosis struct {
	Source    string           `json:"source"`
	Format    string           `json:"format"`
	Bytes     int64            `json:"bytes"`
	Fragments int64            `json:"fragments"`
	Duration  float64          `json:"duration"`
	Ended     bool             `json:"ended"`
	Stopped   string           `json:"stopped"`
	Tracks    []diagnosedTrack `json:"tracks"`
	Findings  []diagnosed      `json:"findings"`
}

type diagnosedTrack struct {
	ID           uint32           `json:"id"`
	Stream       string           `json:"stream"`
	Type         engine.MediaType `json:"type"`
	Codec        string           `json:"codec"`
	Width        int              `json:"width"`
	Height       int              `json:"height"`
	SamplingRate int              `json:"sampling_rate"`
	Channels     int              `json:"channels"`
	Language     string           `json:"language"`
	Nominal      int              `json:"nominal"`
	Mean         int              `json:"mean"`
	Rate         float64          `json:"rate"`
	Fragments    int64            `json:"fragments"`
	Start        float64          `json:"start"`
	End          float64          `json:"end"`
	Shortest     float64          `json:"shortest"`
	Longest      float64          `json:"longest"`
}

type diagnosed struct {
	Code     string          `json:"code"`
	Severity engine.Severity `json:"severity"`
	Stream   string          `json:"stream"`
	Bitrate  int             `json:"bitrate"`
	Text     string          `json:"text"`
	Action   string          `json:"action"`
	Option   string          `json:"option"`
	From     float64         `json:"from"`
	To       float64         `json:"to"`
	Count    int64           `json:"count"`
}

// json writes one examination as an object on a line of its own.
func (r *prescription) json(d engine.Diagnosis) {
	out := diagnosis{Source: d.Source, Format: d.Format, Bytes: d.Bytes, Fragments: d.Fragments, Duration: d.Duration.Seconds(),
		Ended: d.Ended, Stopped: d.Stopped, Tracks: []diagnosedTrack{}, Findings: []diagnosed{}}
	for _, t := range d.Tracks {
		out.Tracks = append(out.Tracks, diagnosedTrack{ID: t.ID, Stream: t.Stream, Type: t.Type, Codec: t.Codec, Width: t.Width, Height: t.Height,
			SamplingRate: t.SamplingRate, Channels: t.Channels, Language: t.Language, Nominal: t.Nominal, Mean: t.Mean, Rate: t.Rate,
			Fragments: t.Fragments, Start: t.Start.Seconds(), End: t.End.Seconds(), Shortest: t.Shortest.Seconds(), Longest: t.Longest.Seconds()})
	}
	for _, f := range d.Findings {
		r.bad = r.bad || f.Severity != engine.Info
		out.Findings = append(out.Findings, diagnosed{Code: f.Code, Severity: f.Severity, Stream: f.Stream, Bitrate: f.Bitrate,
			Text: f.Text, Action: f.Action, Option: f.Option, From: f.From.Seconds(), To: f.To.Seconds(), Count: f.Count})
	}
	if err := json.NewEncoder(r.w).Encode(out); err != nil {
		r.failed = err
	}
}
