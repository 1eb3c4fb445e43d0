package dash

import (
	"encoding/xml"
	"time"
)

// The elements of an MPD that are written here (ISO/IEC 23009-1 clause 5.3), each with its
// attributes in the order of the standard's tables.

type mpd struct {
	XMLName               xml.Name `xml:"urn:mpeg:dash:schema:mpd:2011 MPD"`
	Profiles              string   `xml:"profiles,attr"`
	Type                  string   `xml:"type,attr"`
	AvailabilityStart     string   `xml:"availabilityStartTime,attr,omitempty"`
	Publish               string   `xml:"publishTime,attr,omitempty"`
	PresentationDuration  string   `xml:"mediaPresentationDuration,attr,omitempty"`
	UpdatePeriod          string   `xml:"minimumUpdatePeriod,attr,omitempty"`
	MinBuffer             string   `xml:"minBufferTime,attr"`
	TimeShiftBuffer       string   `xml:"timeShiftBufferDepth,attr,omitempty"`
	SuggestedPresentation string   `xml:"suggestedPresentationDelay,attr,omitempty"`
	MaxSegment            string   `xml:"maxSegmentDuration,attr,omitempty"`
	Service               *service `xml:"ServiceDescription"`
	Periods               []period `xml:"Period"`
	UTCTiming             *descriptor
}

// service is how far behind live players should stay, in milliseconds.
type service struct {
	ID      string  `xml:"id,attr"`
	Latency latency `xml:"Latency"`
	Rate    rate    `xml:"PlaybackRate"`
}

type latency struct {
	Target int64 `xml:"target,attr"`
	Min    int64 `xml:"min,attr"`
	Max    int64 `xml:"max,attr"`
}

type rate struct {
	Min string `xml:"min,attr"`
	Max string `xml:"max,attr"`
}

type period struct {
	ID       string       `xml:"id,attr"`
	Start    string       `xml:"start,attr"`
	Duration string       `xml:"duration,attr,omitempty"`
	Events   *eventStream `xml:"EventStream"`
	Sets     []adaptation `xml:"AdaptationSet"`
}

type adaptation struct {
	ID               string           `xml:"id,attr"`
	Language         string           `xml:"lang,attr,omitempty"`
	ContentType      string           `xml:"contentType,attr"`
	MimeType         string           `xml:"mimeType,attr"`
	Codecs           string           `xml:"codecs,attr,omitempty"`
	MaxWidth         int              `xml:"maxWidth,attr,omitempty"`
	MaxHeight        int              `xml:"maxHeight,attr,omitempty"`
	SegmentAlignment bool             `xml:"segmentAlignment,attr"`
	StartWithSAP     int              `xml:"startWithSAP,attr"`
	Roles            []descriptor     `xml:"Role"`
	Template         *template        `xml:"SegmentTemplate"`
	Representations  []representation `xml:"Representation"`
}

type representation struct {
	ID           string      `xml:"id,attr"`
	Codecs       string      `xml:"codecs,attr"`
	Width        int         `xml:"width,attr,omitempty"`
	Height       int         `xml:"height,attr,omitempty"`
	Aspect       string      `xml:"sar,attr,omitempty"`
	SamplingRate int         `xml:"audioSamplingRate,attr,omitempty"`
	Bandwidth    int         `xml:"bandwidth,attr"`
	Channels     *descriptor `xml:"AudioChannelConfiguration"`
	Template     *template   `xml:"SegmentTemplate"`
}

type template struct {
	Timescale      uint32   `xml:"timescale,attr"`
	Offset         int64    `xml:"presentationTimeOffset,attr"`
	Early          string   `xml:"availabilityTimeOffset,attr,omitempty"`
	Complete       string   `xml:"availabilityTimeComplete,attr,omitempty"`
	Initialization string   `xml:"initialization,attr"`
	Media          string   `xml:"media,attr"`
	Timeline       timeline `xml:"SegmentTimeline"`

	chunk time.Duration // the longest that may have to be waited for
}

// timeline is a SegmentTimeline, written by segments.
type timeline struct {
	Text []byte `xml:",innerxml"`
}

type descriptor struct {
	Scheme string `xml:"schemeIdUri,attr"`
	Value  string `xml:"value,attr,omitempty"`
}
