package mpegts

// Lead is added to every clock reading, so that what is decoded before time zero has a time: 10
// seconds at 90 kHz.
const Lead = 900_000

// Segment is what becomes one file.
type Segment struct {
	Number int64  // counts segments; PAT and PMT count by it
	Video  *Video // nil for audio alone
	Audio  *Audio // nil for video alone
}

// Video is the pictures of a segment, in the order of decoding.
type Video struct {
	// ParameterSets are SPS and PPS in Annex B form, for key pictures that bring none.
	ParameterSets []byte
	Pictures      []Sample
}

// Audio is the frames of a segment.
type Audio struct {
	Codec  Codec
	Header ADTS // of AAC
	Frames []Sample
}

// Sample is a picture, its NAL units with lengths of four bytes before them, or a frame of
// audio.
type Sample struct {
	Data     []byte
	PTS, DTS int64 // 90 kHz, without Lead; DTS <= PTS
	Key      bool  // decoding can begin with it
}

// Times of a group of audio frames in one PES packet: fewer packets, and never long enough to
// make a player wait.
const (
	groupTime  = 13_500 // 150 ms
	groupBytes = 60_000
)

// Append writes the segment behind what b has.
func Append(b []byte, s *Segment) []byte { return new(Packer).Append(b, s) }

// Packer makes segments, one after the other, and keeps the memory that it needs for that: about as
// much as the largest picture. The zero value is ready. It is for one goroutine.
type Packer struct{ scratch []byte }

// Append writes the segment behind what b has. It allocates a few times for the tables, and nothing
// for a sample.
func (p *Packer) Append(b []byte, s *Segment) []byte {
	w := writer{b: appendTables(b, s), scratch: p.scratch, video: pid{id: pidVideo}, audio: pid{id: pidAudio}}
	defer func() { p.scratch = w.scratch[:0] }()
	var pictures, frames []Sample
	if s.Video != nil {
		pictures = s.Video.Pictures
	}
	if s.Audio != nil {
		frames = s.Audio.Frames
	}
	for len(pictures) > 0 || len(frames) > 0 {
		n := group(frames)
		if n == 0 || len(pictures) > 0 && pictures[0].DTS <= frames[0].DTS {
			w.picture(s.Video, pictures[0], len(pictures) == 1)
			pictures = pictures[1:]
			continue
		}
		w.frames(s, frames[:n], n == len(frames))
		frames = frames[n:]
	}
	return w.b
}

// group is how many frames go into the next PES packet.
func group(frames []Sample) int {
	bytes := 0
	for i := range frames {
		bytes += len(frames[i].Data) + adtsSize
		if i > 0 && (bytes > groupBytes || frames[i].PTS-frames[0].PTS >= groupTime) {
			return i
		}
	}
	return len(frames)
}

// writer is a segment in the making.
type writer struct {
	b            []byte
	scratch      []byte
	video, audio pid
}

// picture writes one access unit.
func (w *writer) picture(v *Video, s Sample, last bool) {
	w.scratch = appendPESHeader(w.scratch[:0], 0xe0, 0, s.PTS+Lead, s.DTS+Lead)
	w.scratch = appendAccessUnit(w.scratch, s.Data, v.ParameterSets, s.Key)
	w.b = w.video.append(w.b, pes{data: w.scratch, clock: s.DTS + Lead - pcrAhead, random: s.Key, last: last})
}

// frames writes a few frames of audio. Alone, audio carries the clock.
func (w *writer) frames(s *Segment, frames []Sample, last bool) {
	size := 0
	for i := range frames {
		size += len(frames[i].Data) + s.Audio.overhead()
	}
	stream := byte(0xc0)
	if s.Audio.Codec != AAC {
		stream = 0xbd // private stream 1
	}
	w.scratch = appendPESHeader(w.scratch[:0], stream, size, frames[0].PTS+Lead, frames[0].PTS+Lead)
	for i := range frames {
		if s.Audio.Codec == AAC {
			w.scratch = s.Audio.Header.append(w.scratch, len(frames[i].Data))
		}
		w.scratch = append(w.scratch, frames[i].Data...)
	}
	u := pes{data: w.scratch, clock: -1, random: true, last: last}
	if s.Video == nil {
		u.clock = frames[0].PTS + Lead - pcrAhead
	}
	w.b = w.audio.append(w.b, u)
}
