// Package fmp4 reads and writes the fragmented MP4 that encoders send and players get.
package fmp4

// Init is what an encoder's ftyp and moov say.
type Init struct {
	Brand  string
	Tracks []TrackInit
}

// TrackInit is one track's part of the moov.
type TrackInit struct {
	ID            uint32
	Type          string // "video", "audio", "text"
	Timescale     uint32 // ticks per second
	Language      string // ISO 639-2, "und" when not told
	Codec         string // RFC 6381
	SampleEntry   string
	Width, Height int
	SamplingRate  int
	Channels      int
	CodecPrivate  []byte
	Bitrate       uint32
}
