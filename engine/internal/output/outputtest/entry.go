package outputtest

import (
	"bytes"

	"github.com/Eyevinn/mp4ff/mp4"

	"pubpoint/engine/internal/fmp4"
)

// sampleEntry makes up the sample entry of a synthetic track.
func sampleEntry(t *fmp4.TrackInit) []byte {
	var box mp4.Box
	if t.Type == "video" {
		sps, pps := parameterSet(t.CodecPrivate)
		avcC, err := mp4.CreateAvcC([][]byte{sps}, [][]byte{pps}, true)
		if err != nil {
			panic(err) // of constants of ours
		}
		box = mp4.CreateVisualSampleEntryBox("avc1", uint16(t.Width), uint16(t.Height), avcC)
	} else {
		box = mp4.CreateAudioSampleEntryBox("mp4a", uint16(t.Channels), 16, uint16(t.SamplingRate), mp4.CreateEsdsBox(t.CodecPrivate))
	}
	var b bytes.Buffer
	if err := box.Encode(&b); err != nil {
		panic(err) // a bytes.Buffer takes everything
	}
	return b.Bytes()
}

// parameterSet splits SPS and PPS, each behind a start code of four bytes.
func parameterSet(private []byte) (sps, pps []byte) {
	start := []byte{0, 0, 0, 1}
	sps, pps, _ = bytes.Cut(private[len(start):], start)
	return sps, pps
}
