package hls

import (
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"pubpoint/engine/internal/marker"
	"pubpoint/engine/internal/presentation"
)

// dateRange is an EXT-X-DATERANGE (bis-22 4.4.5.1).
type dateRange struct {
	id            string
	at            time.Duration
	length        time.Duration // 0 when it is not over yet
	planned       time.Duration
	out, in, both []byte // sections that leave, that return, and others
}

// dateRanges makes ranges of markers: what returns under the id of what left closes its range.
func dateRanges(v *presentation.View) []dateRange {
	var out []dateRange
	left := map[uint32]int{} // event id → range that is open
	for _, m := range marker.List(v) {
		r := dateRange{at: m.At, id: fmt.Sprintf("scte35-%d-%d", m.At.Milliseconds(), m.Message.ID)}
		e, ok := m.Effect()
		switch {
		case ok && e.Cancel:
			continue
		case ok && e.Out:
			r.out, r.planned = m.Message.Section, e.Duration
			left[e.ID] = len(out)
		case ok && e.In:
			if i, there := left[e.ID]; there && m.At > out[i].at {
				out[i].in, out[i].length = m.Message.Section, m.At-out[i].at
				delete(left, e.ID)
				continue
			}
			r.in = m.Message.Section
		default:
			r.both = m.Message.Section
		}
		out = append(out, r)
	}
	return out
}

// markers writes the ranges of a playlist. Without a wall clock there are none.
func (l *list) markers(b []byte) []byte {
	if l.show.view.ZeroTime.IsZero() {
		return b
	}
	for _, r := range dateRanges(l.show.view) {
		b = fmt.Appendf(b, "#EXT-X-DATERANGE:ID=%q,CLASS=\"urn:scte:scte35:2013:bin\",START-DATE=\"", r.id)
		b = append(l.date.append(b, l.show.clock(r.at)), '"')
		if r.length > 0 {
			b = appendSeconds(append(b, ",DURATION="...), r.length)
		}
		if r.planned > 0 {
			b = appendSeconds(append(b, ",PLANNED-DURATION="...), r.planned)
		}
		b = appendSection(b, "SCTE35-OUT", r.out)
		b = appendSection(b, "SCTE35-IN", r.in)
		b = append(appendSection(b, "SCTE35-CMD", r.both), '\n')
	}
	return b
}

func appendSection(b []byte, name string, section []byte) []byte {
	if section == nil {
		return b
	}
	return fmt.Appendf(b, ",%s=0x%s", name, strings.ToUpper(hex.EncodeToString(section)))
}
