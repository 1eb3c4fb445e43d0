package point

import (
	"fmt"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/scte35"
)

// tellMarker tells people what an SCTE 35 message announces. One that cannot be read is
// delivered as it is: players may know better.
func (w *writer) tellMarker(a accepted, in *Incoming) {
	if a.t.text.Scheme != fmp4.SchemeSCTE35 {
		return
	}
	from, to := a.f.PayloadOffset, a.f.PayloadOffset+a.f.PayloadSize
	if from < 0 || to > int64(len(in.Payload)) || from > to {
		return // Check has refused such a fragment
	}
	message, err := scte35.ParseMessage(in.Payload[from:to])
	if err != nil {
		w.log.Warn("marker not understood", "stream", a.t.name, "err", err)
		return
	}
	section, err := scte35.Parse(message.Section)
	if err != nil {
		w.log.Warn("marker not understood", "stream", a.t.name, "marker", message.ID, "err", err)
		return
	}
	at := w.clockTime(a.start+engine.Ticks(message.Delta), a.t.init.Timescale)
	for _, e := range section.Events {
		w.cfg.Tell(engine.Info, markerText(e, at))
	}
}

// markerText is one event as a sentence.
func markerText(e scte35.Event, at string) string {
	switch {
	case e.Cancel:
		return fmt.Sprintf("The splice announced as event %d does not take place.", e.ID)
	case e.Duration > 0:
		return fmt.Sprintf("%s announced for %s, %s (event %d).", e.Name(), at, seconds(e.Duration), e.ID)
	}
	return fmt.Sprintf("%s announced for %s (event %d).", e.Name(), at, e.ID)
}

// seconds writes a length of time as people read it: "30 s", "12.5 s".
func seconds(d time.Duration) string {
	return fmt.Sprintf("%g s", d.Round(10*time.Millisecond).Seconds())
}
