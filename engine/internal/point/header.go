package point

import (
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/servermanifest"
)

// Header is what an encoder says before its first fragment.
type Header struct {
	Raw      []byte                   // ftyp, server manifest and moov as received: the archive's head
	Init     *fmp4.Init               // what ftyp and moov say
	Manifest *servermanifest.Manifest // nil when the encoder sent none
}

// announced is what the encoder's server manifest says of a track, or nil.
func (h *Header) announced(trackID uint32) *servermanifest.Track {
	if h.Manifest == nil {
		return nil
	}
	for i := range h.Manifest.Tracks {
		if h.Manifest.Tracks[i].TrackID == trackID {
			return &h.Manifest.Tracks[i]
		}
	}
	return nil
}

// Incoming is a fragment as an encoder sent it, checked and parsed.
type Incoming struct {
	Moof       []byte           // the whole box
	MdatHeader []byte           // 8 or 16 bytes
	Payload    []byte           // of the mdat
	Tracks     []*fmp4.Fragment // one for each traf of the moof
}

// scale is the timescale of the fragment's first track, as the session knows it.
func (in *Incoming) scale(s *Session) uint32 {
	if len(in.Tracks) > 0 {
		if t := s.tracks[in.Tracks[0].TrackID]; t != nil {
			return t.init.Timescale
		}
	}
	return shiftScale
}

// Size is the number of bytes as received.
func (in *Incoming) Size() int64 {
	return int64(len(in.Moof)) + int64(len(in.MdatHeader)) + int64(len(in.Payload))
}
