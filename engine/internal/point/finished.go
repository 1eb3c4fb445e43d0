package point

import (
	"strconv"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
	"pubpoint/engine/internal/servermanifest"
)

// metaClip tells of what a recording was cut: the id of the event. paramFrom is where the first
// fragment of one of its tracks was published, in ticks.
const (
	metaClip  = "pubpoint.clip"
	paramFrom = "pubpoint.from"
)

// FinishedManifest returns the server manifest of an ended event's view, for a directory of
// finished files that holds one file `<stream>.ismv` for each stream id and the client
// manifest base.ismc, which is given. It was cut out of the event of, and is read back as the view
// says. It carries checksums of itself and of the client manifest.
func FinishedManifest(v *presentation.View, base, title, of string, ended time.Time, client []byte) []byte {
	d := &servermanifest.Document{ClientManifest: base + ".ismc", Title: title}
	d.Meta = []servermanifest.Pair{
		{Name: metaEvent, Value: v.Event},
		{Name: metaLookAhead, Value: strconv.Itoa(v.LookAhead)},
		{Name: metaEnded, Value: ended.UTC().Format(time.RFC3339Nano)},
		{Name: metaClip, Value: of},
		{Name: metaClientManifest, Value: servermanifest.Sum(client)},
	}
	if !v.ZeroTime.IsZero() {
		d.Meta = append(d.Meta, servermanifest.Pair{Name: metaZeroTime, Value: v.ZeroTime.UTC().Format(time.RFC3339Nano)})
	}
	for _, stream := range v.Streams {
		for _, t := range stream.Tracks {
			d.Sources = append(d.Sources, finishedSource(stream, t))
		}
	}
	return servermanifest.Stamp(servermanifest.Write(d))
}

func finishedSource(stream *presentation.Stream, t *presentation.Track) servermanifest.Source {
	s := servermanifest.Source{
		Type: t.Init.Type, Src: t.Source + ".ismv", SystemBitrate: uint32(t.Bitrate),
		SystemLanguage: t.Init.Language, TrackID: t.Init.ID, TrackName: stream.Name,
		Params: textParams(stream.Text),
	}
	if len(t.Fragments) > 0 {
		s.Params = append(s.Params, servermanifest.Pair{Name: paramFrom, Value: strconv.FormatInt(int64(t.Fragments[0].Start), 10)})
	}
	return s
}

// cutFrom is where the first fragment of a clip's track was published; 0 when that makes no
// difference.
func cutFrom(s servermanifest.Source) engine.Ticks {
	for _, p := range s.Params {
		if p.Name != paramFrom {
			continue
		}
		at, err := strconv.ParseInt(p.Value, 10, 64)
		if err != nil {
			return 0 // somebody has edited the file: what the media says holds
		}
		return engine.Ticks(at)
	}
	return 0
}
