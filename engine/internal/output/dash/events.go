package dash

import (
	"encoding/base64"
	"encoding/binary"
	"hash/fnv"
	"math"
	"time"

	"pubpoint/engine/internal/marker"
	"pubpoint/engine/internal/presentation"
)

// eventStream is the SCTE 35 markers of a Period (ISO/IEC 23009-1 clause 5.10, ANSI/SCTE 214-1
// clause 6.7).
type eventStream struct {
	Scheme    string  `xml:"schemeIdUri,attr"`
	Timescale int     `xml:"timescale,attr"`
	Offset    int64   `xml:"presentationTimeOffset,attr"`
	Events    []event `xml:"Event"`
}

type event struct {
	Time     int64  `xml:"presentationTime,attr"`
	Duration int64  `xml:"duration,attr,omitempty"`
	ID       uint32 `xml:"id,attr"`
	Signal   signal
}

type signal struct {
	Namespace string `xml:"xmlns,attr"`
	Binary    string
}

const (
	eventScheme    = "urn:scte:scte35:2014:xml+bin"
	eventNamespace = "http://www.scte.org/schemas/35/2016"
	eventScale     = 90_000
)

// events are the markers whose time lies within the epoch; nil for none. Times count from the
// Period's own zero.
func (e *epoch) events(v *presentation.View, markers []marker.Marker) *eventStream {
	s := &eventStream{Scheme: eventScheme, Timescale: eventScale, Offset: clock(e.Began - v.Origin)}
	for _, m := range markers {
		until := e.Until
		if until == 0 {
			until = math.MaxInt64
		}
		if m.At < v.Origin || m.At < e.Began && !e.First || m.At >= until {
			continue
		}
		x := event{Time: clock(m.At - v.Origin), ID: identity(m)}
		for _, what := range m.Section.Events {
			x.Duration = max(x.Duration, clock(what.Duration))
		}
		x.Signal = signal{Namespace: eventNamespace, Binary: base64.StdEncoding.EncodeToString(m.Message.Section)}
		s.Events = append(s.Events, x)
	}
	if len(s.Events) == 0 {
		return nil
	}
	return s
}

// identity is a number for an event: messages number those of one time, and players take events
// of one number for the same.
func identity(m marker.Marker) uint32 {
	h := fnv.New32a()
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(m.At)))
	h.Write(binary.BigEndian.AppendUint32(nil, m.Message.ID))
	return h.Sum32()
}

func clock(d time.Duration) int64 {
	return int64(d/time.Second)*eventScale + int64(d%time.Second)*eventScale/int64(time.Second)
}
