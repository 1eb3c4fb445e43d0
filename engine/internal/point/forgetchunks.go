package point

import (
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/presentation"
)

// recentFragments is how many of the longest fragments of an event are recent, at least:
// playlists list the parts of the last three target durations.
const recentFragments = 4

// recent is a fragment that came in chunks, whose list of them is in memory still.
type recent struct {
	media *archive.Joined
	end   engine.Ticks
}

// note remembers a fragment that is complete, so that its chunks can be forgotten.
func (e *event) note(t *track, f *presentation.Fragment) {
	e.longestYet = max(e.longestYet, f.Duration.Rescale(t.init.Timescale, shiftScale))
	if j, ok := f.Media.(*archive.Joined); ok {
		t.recent = append(t.recent, recent{media: j, end: f.End()})
	}
}

// recentOf is how far behind the end of its track, at shiftScale, a fragment may end and keep
// its chunks.
func (e *event) recentOf() engine.Ticks {
	if e.recent > 0 {
		return engine.Ticks(e.recent / (time.Second / shiftScale))
	}
	return max(engine.Ticks(presentation.Recent/(time.Second/shiftScale)), recentFragments*e.longestYet)
}

// old reports whether the oldest fragment of a track whose chunks are in memory has left what
// any player at the live edge may ask for.
func (e *event) old(t *track) bool {
	return len(t.recent) > 0 && t.recent[0].end+e.recentOf().Rescale(shiftScale, t.init.Timescale) < t.end
}

// forget takes the oldest of a track's recent fragments from the list.
func (t *track) forget() *archive.Joined {
	j := t.recent[0].media
	t.recent[0] = recent{}
	t.recent = t.recent[1:]
	return j
}

// forgetChunks has the recorder look up on disk what is old enough, and lets its chunks go. A
// slow disk is left in peace.
func (w *writer) forgetChunks(t *track) {
	for !w.disk.slow && w.event.old(t) {
		if t.recent[0].media.Cooling() == archive.Warm {
			return // the media in memory goes in the order in which it came
		}
		j, log, stream := t.forget(), w.log, t.stream.id
		if j.Cooling() != archive.Ready {
			continue // what is in no file is forgotten as a whole
		}
		w.disk.rec.Add(archive.Task{Do: func() {
			switch gone, err := j.Cool(); {
			case err != nil:
				log.Warn("chunks of a fragment stay in memory", "stream", stream, "err", err)
			case !gone:
				log.Debug("chunks of a fragment stay in memory", "stream", stream)
			}
		}})
	}
}

// forgetRestored lets the chunks of what is old go while an event is read back. Whatever its
// files do not tell again stays.
func (e *event) forgetRestored(t *track) {
	for e.old(t) {
		t.forget().CoolBy(e.scans)
	}
}
