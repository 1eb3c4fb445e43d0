package point

import (
	"strconv"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
	"pubpoint/engine/internal/servermanifest"
)

// metaClip tells of what a recording was cut: the id of the event.
const metaClip = "pubpoint.clip"

// FinishedManifest returns the server manifest of an ended event's view, for a directory of
// finished files that holds one file `<stream>.ismv` for each stream id and the client
// manifest base.ismc. It was cut out of the event of, and is read back as the view says.
func FinishedManifest(v *presentation.View, base, title, of string, ended time.Time) []byte {
	d := &servermanifest.Document{ClientManifest: base + ".ismc", Title: title, Sources: manifestSources(v)}
	d.Meta = []servermanifest.Pair{
		{Name: metaEvent, Value: v.Event},
		{Name: metaLookAhead, Value: strconv.Itoa(v.LookAhead)},
		{Name: metaEnded, Value: ended.UTC().Format(time.RFC3339Nano)},
		{Name: metaClip, Value: of},
	}
	if !v.ZeroTime.IsZero() {
		d.Meta = append(d.Meta, servermanifest.Pair{Name: metaZeroTime, Value: v.ZeroTime.UTC().Format(time.RFC3339Nano)})
	}
	return servermanifest.Write(d)
}

// cutAsIndexed lets each track of a clip begin where its index says: the fragment in front
// of its first one, which may have overlapped it, is not there any more.
func (st *stream) cutAsIndexed(index []fmp4.TrackIndex) {
	for _, own := range index {
		if t := st.track(own.TrackID); t != nil && len(own.Entries) > 0 {
			t.from = engine.Ticks(own.Entries[0].Time)
		}
	}
}
