package dash

import "encoding/xml"

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
	Periods               []period `xml:"Period"`
	UTCTiming             *descriptor
}

type period struct {
	ID       string       `xml:"id,attr"`
	Start    string       `xml:"start,attr"`
	Duration string       `xml:"duration,attr,omitempty"`
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
	Timescale      uint32    `xml:"timescale,attr"`
	Offset         int64     `xml:"presentationTimeOffset,attr"`
	Initialization string    `xml:"initialization,attr"`
	Media          string    `xml:"media,attr"`
	Timeline       []segment `xml:"SegmentTimeline>S,omitempty"`
}

type segment struct {
	Time     *int64 `xml:"t,attr"`
	Duration int64  `xml:"d,attr"`
	Repeat   int    `xml:"r,attr,omitempty"`
}

type descriptor struct {
	Scheme string `xml:"schemeIdUri,attr"`
	Value  string `xml:"value,attr,omitempty"`
}
