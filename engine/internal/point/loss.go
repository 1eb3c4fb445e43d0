package point

import (
	"slices"
	"strconv"
	"strings"

	"pubpoint/engine"
	"pubpoint/engine/internal/servermanifest"
)

// maxLosses bounds how many stretches of lost media are remembered; what comes then makes the
// last one longer.
const maxLosses = 1000

// loss is a stretch of a track that was taken in and is nowhere any more: the disk refused it,
// and memory has let it go. The server manifest tells it, so that whoever checks the archive
// can tell it from what no encoder sent.
type loss struct {
	stream     string // id
	track      uint32
	start, end engine.Ticks // at shiftScale
}

// lose notes a fragment that is gone.
func (e *event) lose(a accepted) {
	e.untold = true
	scale := a.t.init.Timescale
	l := loss{stream: a.t.stream.id, track: a.t.init.ID, start: a.start.Rescale(scale, shiftScale), end: (a.start + a.length).Rescale(scale, shiftScale)}
	for i := len(e.losses) - 1; i >= 0; i-- {
		last := &e.losses[i]
		if last.stream == l.stream && last.track == l.track && (l.start <= last.end+sameTime || len(e.losses) >= maxLosses) {
			last.end = max(last.end, l.end)
			return
		}
	}
	if len(e.losses) < maxLosses {
		e.losses = append(e.losses, l)
	}
}

// lossPairs are the losses as the server manifest has them: stream id, track, start and end.
func (e *event) lossPairs() []servermanifest.Pair {
	var pairs []servermanifest.Pair
	for _, l := range e.losses {
		value := strings.Join([]string{l.stream, strconv.FormatUint(uint64(l.track), 10),
			strconv.FormatInt(int64(l.start), 10), strconv.FormatInt(int64(l.end), 10)}, " ")
		pairs = append(pairs, servermanifest.Pair{Name: metaLost, Value: value})
	}
	return pairs
}

// readLosses takes the losses of an event that is read back from its server manifest.
func readLosses(doc *servermanifest.Document) (losses []loss) {
	for _, m := range doc.Meta {
		fields := strings.Fields(m.Value)
		if m.Name != metaLost || len(fields) != 4 || len(losses) == maxLosses {
			continue
		}
		track, errT := strconv.ParseUint(fields[1], 10, 32)
		start, errS := strconv.ParseInt(fields[2], 10, 64)
		end, errE := strconv.ParseInt(fields[3], 10, 64)
		if errT != nil || errS != nil || errE != nil {
			continue // the file is ours; if somebody changed it, a check of the archive tells
		}
		losses = append(losses, loss{stream: fields[0], track: uint32(track), start: engine.Ticks(start), end: engine.Ticks(end)})
	}
	return slices.Clip(losses)
}
