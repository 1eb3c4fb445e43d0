package outputtest

import (
	"bytes"
	"encoding/hex"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

// Synthetic describes an event of made-up media: fragments of one second, 4 samples a
// fragment, payloads that no decoder would take but that can be told apart.
type Synthetic struct {
	Name      string
	Video     []int        // bitrates, ascending
	Audio     []string     // languages
	Start     engine.Ticks // of the first fragment, at 10 MHz
	Fragments int
	// GapAt and GapLength leave fragments out: GapLength of them from index GapAt on.
	GapAt, GapLength int
	// Length of a fragment in ticks of 10 MHz; 0 means a second.
	Length engine.Ticks
	// Samples of a fragment; 0 means 4. SampleSize is that of a picture, all of one size; 0
	// means small ones that differ.
	Samples, SampleSize int
}

const (
	second           = 10_000_000 // ticks
	samplesAFragment = 4
	// The parameter sets of 640x360 by x264.
	parameterSets = "000000016764001EACD940A02FF97011000003000100000300320F162D960000000168EFBCB0"
)

// View builds the event, as it is after its end, with a look-ahead of 2.
func (s Synthetic) View() *presentation.View {
	b := builder{view: ended(s.Name), header: &fmp4.Init{Brand: "isml"}}
	config, err := hex.DecodeString(parameterSets)
	if err != nil {
		panic(err) // a constant of ours
	}
	for i := range s.Video {
		b.header.Tracks = append(b.header.Tracks, fmp4.TrackInit{
			ID: uint32(i + 1), Type: "video", Timescale: second, Language: "und", Codec: "avc1.64001E", SampleEntry: "avc1",
			Width: 320 * (i + 1), Height: 180 * (i + 1), DisplayWidth: 320 * (i + 1), DisplayHeight: 180 * (i + 1),
			NALLengthSize: 4, CodecPrivate: config, Config: avcC(config), Bitrate: uint32(s.Video[i]),
		})
	}
	for i, language := range s.Audio {
		b.header.Tracks = append(b.header.Tracks, fmp4.TrackInit{
			ID: uint32(len(s.Video) + i + 1), Type: "audio", Timescale: second, Language: language,
			Codec: "mp4a.40.2", SampleEntry: "mp4a", SamplingRate: 48000, Channels: 2, BitsPerSample: 16,
			CodecPrivate: []byte{0x11, 0x90}, Config: []byte{0x11, 0x90}, Bitrate: 64000,
		})
	}
	b.addTracks()
	for i := range b.header.Tracks {
		for n := range s.Fragments {
			if n < s.GapAt || n >= s.GapAt+s.GapLength {
				s.add(&b, &b.header.Tracks[i], s.Start+engine.Ticks(n)*s.length())
			}
		}
	}
	b.finish()
	return b.view
}

func (s Synthetic) length() engine.Ticks {
	if s.Length > 0 {
		return s.Length
	}
	return second
}

// add makes up the fragment of a track at a time.
func (s Synthetic) add(b *builder, init *fmp4.TrackInit, start engine.Ticks) {
	count := s.Samples
	if count == 0 {
		count = samplesAFragment
	}
	f := &fmp4.Fragment{TrackID: init.ID, Start: int64(start), Duration: int64(s.length()), DecodeStart: int64(start)}
	var payload []byte
	for n := range count {
		flags := fmp4.FlagsSync
		if n > 0 && init.Type == "video" {
			flags = fmp4.FlagsNonSync
		}
		size := 20 + 5*n + int(init.ID)
		if s.SampleSize > 0 && init.Type == "video" {
			size = s.SampleSize
		}
		f.Samples = append(f.Samples, fmp4.Sample{Duration: uint32(s.length()) / uint32(count), Size: uint32(size), Flags: flags})
		for i := range size {
			payload = append(payload, byte(int(start/second)+i*int(init.ID)+n))
		}
	}
	moof := fmp4.SmoothMoof(f, fmp4.Rewrite{TrackID: init.ID, Sequence: 1, Start: int64(start), Duration: int64(s.length())})
	b.add(b.tracks[init.ID], presentation.Fragment{
		Start: start, Duration: s.length(), Decode: start, DecodeLength: s.length(), Sync: true,
		Size: int64(len(moof) + 8 + len(payload)), Media: &memory{moof: moof, payload: payload},
	})
}

// avcC is the configuration record of one SPS and one PPS, each behind a start code of 4 bytes
// (ISO/IEC 14496-15 clause 5.3.3.1).
func avcC(private []byte) []byte {
	start := []byte{0, 0, 0, 1}
	sps, pps, _ := bytes.Cut(private[len(start):], start)
	out := []byte{1, sps[1], sps[2], sps[3], 0xff, 0xe1, 0, byte(len(sps))}
	return append(append(append(out, sps...), 1, 0, byte(len(pps))), pps...)
}
