package preview

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// FactsPath is where the page polls its facts, relative to the page: `P/N.isml/facts.json`.
const FactsPath = "facts.json"

// facts is the JSON that keeps an open page true. Names are part of the contract with
// player/src.
type facts struct {
	Name      string       `json:"name"`
	Title     string       `json:"title"`
	State     State        `json:"state"`
	StateWord string       `json:"stateWord"`
	Reason    string       `json:"reason"`
	Live      bool         `json:"live"`
	Playable  bool         `json:"playable"` // there is something to play now
	Event     string       `json:"event"`
	Edge      float64      `json:"edge"`      // seconds on the presentation's timeline, 0 when unknown
	EdgeAge   float64      `json:"edgeAge"`   // seconds since it arrived
	EdgeClock float64      `json:"edgeClock"` // its wall clock in seconds since 1970, 0 when unknown
	Origin    float64      `json:"origin"`    // what is zero to DASH, on the presentation's timeline
	Tracks    []trackFacts `json:"tracks"`
}

type trackFacts struct {
	Type     string `json:"type"`
	Name     string `json:"name"`
	Language string `json:"language"`
	Codec    string `json:"codec"`
	Bitrate  int    `json:"bitrate"`
	Width    int    `json:"width"`
	Height   int    `json:"height"`
}

func newFacts(v *PointView) facts {
	f := facts{
		Name:      v.Name,
		Title:     v.title(),
		State:     v.State,
		StateWord: v.stateWord(),
		Reason:    v.Reason,
		Live:      v.Live,
		Playable:  len(v.Tracks) > 0,
		Event:     v.Event,
		Edge:      v.Edge.Seconds(),
		EdgeAge:   v.EdgeAge.Seconds(),
		Origin:    v.Origin.Seconds(),
		Tracks:    make([]trackFacts, 0, len(v.Tracks)),
	}
	if !v.EdgeClock.IsZero() {
		f.EdgeClock = float64(v.EdgeClock.UnixMilli()) / 1000
	}
	for _, t := range v.Tracks {
		f.Tracks = append(f.Tracks, trackFacts(t))
	}
	return f
}

// ServeFacts answers GET and HEAD of a point's FactsPath with the facts as JSON. The page
// asks every two seconds; the answer is never cached.
func (p *Preview) ServeFacts(w http.ResponseWriter, r *http.Request, v PointView) {
	if !readOnly(w, r) {
		return
	}
	body, err := json.Marshal(newFacts(&v))
	if err != nil {
		p.fail(w, r, fmt.Errorf("write the facts: %w", err))
		return
	}
	h := w.Header()
	secure(h)
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	p.write(w, r, body)
}
