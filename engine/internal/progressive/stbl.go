package progressive

import (
	"bytes"
	"encoding/binary"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
)

// mdia is the media of a track (ISO/IEC 14496-12 clause 8.4.1), whose chunks lie at the given
// places in the file.
func mdia(t *table, places []int64, wide bool) []byte {
	language := []byte{0x55, 0xc4} // und
	if sent := fmp4.Lookup(t.trak, "mdia", "mdhd"); len(sent) >= 32 {
		language = sent[len(sent)-4 : len(sent)-2] // the same place in all versions
	}
	mdhd := box("mdhd", words(1<<24), long(0), long(0), words(t.track.Stream.Timescale), long(t.duration), language, []byte{0, 0})
	kind, head := "vide", box("vmhd", words(1, 0, 0))
	if t.track.Stream.Type == engine.Audio {
		kind, head = "soun", box("smhd", words(0, 0))
	}
	hdlr := box("hdlr", words(0, 0), []byte(kind), words(0, 0, 0), []byte(t.track.Stream.Name+"\x00"))
	dinf := box("dinf", box("dref", words(0, 1), box("url ", words(1))))
	return box("mdia", mdhd, hdlr, box("minf", head, dinf, stbl(t, places, wide)))
}

// stbl is the sample table (clause 8.5.1).
func stbl(t *table, places []int64, wide bool) []byte {
	parts := [][]byte{stsd(t.trak), stts(t)}
	if ctts := ctts(t); ctts != nil {
		parts = append(parts, ctts)
	}
	if len(t.syncs) < len(t.sizes) { // without this box all samples are sync samples
		parts = append(parts, box("stss", words(0, uint32(len(t.syncs))), words(t.syncs...)))
	}
	parts = append(parts, stsc(t),
		box("stsz", words(0, 0, uint32(len(t.sizes))), words(t.sizes...)), offsets(places, wide))
	return box("stbl", parts...)
}

// stsd is the encoder's sample description. HEVC is always accepted with its parameter sets
// in there, which is what hvc1 says, and the only name that some players take.
func stsd(trak []byte) []byte {
	sent := bytes.Clone(fmp4.Lookup(trak, "mdia", "minf", "stbl", "stsd"))
	if len(sent) >= 24 && string(sent[20:24]) == "hev1" {
		copy(sent[20:], "hvc1")
	}
	return sent
}

// stts tells how far decode times are apart (clause 8.6.1.2).
func stts(t *table) []byte {
	b := words(0, uint32(len(t.deltas)))
	for _, r := range t.deltas {
		b = append(b, words(r.count, uint32(r.value))...)
	}
	return box("stts", b)
}

// ctts tells how much later samples are shown (clause 8.6.1.3); nil when none is.
func ctts(t *table) []byte {
	if len(t.offsets) == 1 && t.offsets[0].value == t.lowest {
		return nil
	}
	b := words(0, uint32(len(t.offsets)))
	for _, r := range t.offsets {
		b = append(b, words(r.count, uint32(r.value-t.lowest))...)
	}
	return box("ctts", b)
}

// stsc tells how many samples the chunks have (clause 8.7.4).
func stsc(t *table) []byte {
	var b []byte
	var entries, before uint32
	for i := range t.chunks {
		if n := t.chunks[i].samples; n != before {
			b = append(b, words(uint32(i+1), n, 1)...)
			entries++
			before = n
		}
	}
	return box("stsc", words(0, entries), b)
}

// offsets tells where the chunks are (clause 8.7.5).
func offsets(places []int64, wide bool) []byte {
	kind, b := "stco", words(0, uint32(len(places)))
	if wide {
		kind = "co64"
	}
	for _, at := range places {
		if wide {
			b = binary.BigEndian.AppendUint64(b, uint64(at))
		} else {
			b = binary.BigEndian.AppendUint32(b, uint32(at))
		}
	}
	return box(kind, b)
}
