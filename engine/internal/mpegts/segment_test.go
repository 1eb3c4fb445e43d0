package mpegts

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"
)

// demuxed is what a reader finds in transport packets: the PES packets of each PID, whole.
type demuxed struct {
	pes     map[uint16][]unit
	counter map[uint16]int
	clocks  []int64
	tables  map[uint16][]byte
}

// unit is one PES packet.
type unit struct {
	data     []byte
	pts, dts int64
	random   bool
}

// demux reads packets as ISO/IEC 13818-1 has them, and continues what d has read before.
func (d *demuxed) demux(t *testing.T, b []byte) {
	t.Helper()
	if len(b)%packetSize != 0 {
		t.Fatalf("%d bytes are no whole packets", len(b))
	}
	for at := 0; at < len(b); at += packetSize {
		p := b[at : at+packetSize]
		if p[0] != syncByte || p[3]&0xc0 != 0 || p[3]&0x10 == 0 {
			t.Fatalf("packet %d begins with % x", at/packetSize, p[:4])
		}
		id := uint16(p[1]&0x1f)<<8 | uint16(p[2])
		if before, ok := d.counter[id]; ok && int(p[3]&15) != (before+1)%16 {
			t.Fatalf("PID %#x: counter %d follows %d", id, p[3]&15, before)
		}
		d.counter[id] = int(p[3] & 15)
		payload, random := p[4:], false
		if p[3]&0x20 != 0 {
			size := int(payload[0])
			if size > 0 && payload[1]&hasPCR != 0 {
				d.clocks = append(d.clocks, int64(binary.BigEndian.Uint32(payload[2:]))<<1|int64(payload[6]>>7))
			}
			random = size > 0 && payload[1]&randomEntry != 0
			payload = payload[1+size:]
		}
		if len(payload) == 0 {
			t.Fatalf("PID %#x: a packet without payload", id)
		}
		first := p[1]&0x40 != 0
		switch {
		case id == pidPAT || id == pidPMT:
			d.tables[id] = payload[1:]
		case first:
			d.pes[id] = append(d.pes[id], unit{data: bytes.Clone(payload), random: random})
		default:
			last := &d.pes[id][len(d.pes[id])-1]
			last.data = append(last.data, payload...)
		}
	}
}

// open takes the headers off the PES packets of a PID.
func (d *demuxed) open(t *testing.T, id uint16) []unit {
	t.Helper()
	var out []unit
	for _, u := range d.pes[id] {
		h := u.data
		if !bytes.Equal(h[:3], []byte{0, 0, 1}) || h[6]&0xc0 != 0x80 {
			t.Fatalf("PES header % x", h[:9])
		}
		if n := int(binary.BigEndian.Uint16(h[4:])); n > 0 && n != len(h)-6 {
			t.Errorf("PID %#x: a PES packet says %d bytes and has %d", id, n, len(h)-6)
		}
		u.pts = stamp(h[9:])
		u.dts = u.pts
		if h[7]&0x40 != 0 {
			u.dts = stamp(h[14:])
		}
		u.data = h[9+int(h[8]):]
		out = append(out, u)
	}
	return out
}

func stamp(b []byte) int64 {
	return int64(b[0]>>1&7)<<30 | int64(b[1])<<22 | int64(b[2]>>1)<<15 | int64(b[3])<<7 | int64(b[4]>>1)
}

func newDemuxed() *demuxed {
	return &demuxed{pes: map[uint16][]unit{}, counter: map[uint16]int{}, tables: map[uint16][]byte{}}
}

// nal puts a length before a NAL unit.
func nal(b ...byte) []byte { return append(binary.BigEndian.AppendUint32(nil, uint32(len(b))), b...) }

func TestSegmentsFollowOneAnother(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	d := newDemuxed()
	sets := []byte{0, 0, 0, 1, 0x67, 1, 2, 0, 0, 0, 1, 0x68, 3}
	var pictures, frames []Sample
	for number := range 40 {
		s := &Segment{Number: int64(number), Video: &Video{ParameterSets: sets}, Audio: &Audio{Codec: AAC, Header: ADTS{1, 3, 2}}}
		for n := range 1 + random.IntN(30) {
			body := make([]byte, 2+random.IntN(4000))
			for i := range body {
				body[i] = byte(random.Uint32())
			}
			body[0] = 0x41
			if n == 0 {
				body[0] = 0x65
			}
			at := int64(number*180_000 + n*3600)
			s.Video.Pictures = append(s.Video.Pictures, Sample{Data: nal(body...), PTS: at + int64(random.IntN(3))*3600, DTS: at, Key: n == 0})
		}
		for n := range random.IntN(60) {
			at := int64(number*180_000 + n*1920)
			s.Audio.Frames = append(s.Audio.Frames, Sample{Data: bytes.Repeat([]byte{byte(n)}, 1+random.IntN(300)), PTS: at, DTS: at, Key: true})
		}
		if len(s.Audio.Frames) == 0 {
			s.Audio = nil
		} else {
			frames = append(frames, s.Audio.Frames...)
		}
		pictures = append(pictures, s.Video.Pictures...)
		b := Append(nil, s)
		if again := Append(nil, s); !bytes.Equal(b, again) {
			t.Fatal("the same segment gave other bytes")
		}
		d.demux(t, b)
		for id, counter := range d.counter {
			if id != pidPAT && id != pidPMT && counter != 15 {
				t.Fatalf("segment %d: the last packet of PID %#x has counter %d", number, id, counter)
			}
		}
	}
	comparePictures(t, d.open(t, pidVideo), pictures, sets)
	compareFrames(t, d.open(t, pidAudio), frames)
}

func comparePictures(t *testing.T, got []unit, want []Sample, sets []byte) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d pictures, want %d", len(got), len(want))
	}
	for i, u := range got {
		w := want[i]
		body := []byte{0, 0, 0, 1, 9, 0xf0}
		if w.Key {
			body = append(body, sets...)
		}
		body = append(append(body, 0, 0, 0, 1), w.Data[4:]...)
		if !bytes.Equal(u.data, body) {
			t.Fatalf("picture %d has other bytes", i)
		}
		if u.pts != w.PTS+Lead || u.dts != w.DTS+Lead || u.random != w.Key {
			t.Fatalf("picture %d at %d/%d, key %v; want %d/%d, %v", i, u.pts, u.dts, u.random, w.PTS+Lead, w.DTS+Lead, w.Key)
		}
	}
}

func compareFrames(t *testing.T, got []unit, want []Sample) {
	t.Helper()
	n := 0
	for _, u := range got {
		if u.pts != want[n].PTS+Lead {
			t.Fatalf("frame %d at %d, want %d", n, u.pts, want[n].PTS+Lead)
		}
		for b := u.data; len(b) > 0; n++ {
			size := int(b[3]&3)<<11 | int(b[4])<<3 | int(b[5]>>5)
			if b[0] != 0xff || b[1] != 0xf1 || size > len(b) || !bytes.Equal(b[adtsSize:size], want[n].Data) {
				t.Fatalf("frame %d: % x", n, b[:adtsSize])
			}
			b = b[size:]
		}
	}
	if n != len(want) {
		t.Fatalf("%d frames, want %d", n, len(want))
	}
}

func TestTimesWrapAtThirtyThreeBits(t *testing.T) {
	const wrap = 1<<33 - Lead
	s := &Segment{Video: &Video{Pictures: []Sample{
		{Data: nal(0x65, 1), PTS: wrap - 1, DTS: wrap - 3601, Key: true},
		{Data: nal(0x41, 1), PTS: wrap + 3599, DTS: wrap - 1},
		{Data: nal(0x41, 1), PTS: wrap + 7199, DTS: wrap + 3599},
	}}}
	d := newDemuxed()
	d.demux(t, Append(nil, s))
	var got []string
	for _, u := range d.open(t, pidVideo) {
		got = append(got, fmt.Sprint(u.pts, u.dts))
	}
	want := []string{fmt.Sprint(1<<33-1, 1<<33-3601), fmt.Sprint(3599, 1<<33-1), fmt.Sprint(7199, 3599)}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("times %v, want %v", got, want)
	}
	if d.clocks[2] != (1<<33+3599-pcrAhead)&clockMask {
		t.Errorf("clocks %v", d.clocks)
	}
}

func TestTables(t *testing.T) {
	for _, c := range []struct {
		codec Codec
		want  string // of the PMT, from PCR PID on
	}{
		{AAC, "e100f000 1be100f000 0fe101f000"},
		{AC3, "e100f000 1be100f000 81e101f006 050441432d33"},
		{EAC3, "e100f000 1be100f000 87e101f006 050445414333"},
	} {
		d := newDemuxed()
		d.demux(t, Append(nil, &Segment{Number: 17, Video: &Video{}, Audio: &Audio{Codec: c.codec}}))
		for id, table := range d.tables {
			size := 3 + int(binary.BigEndian.Uint16(table[1:])&0xfff)
			if sum := checksum(table[:size]); sum != 0 {
				t.Errorf("PID %#x: the checksum is wrong", id)
			}
			if d.counter[id] != 1 {
				t.Errorf("PID %#x: segment 17 has counter %d", id, d.counter[id])
			}
			if id == pidPMT {
				want := fmt.Sprintf("%x", bytes.ReplaceAll([]byte(c.want), []byte(" "), nil))
				if got := fmt.Sprintf("%x", fmt.Appendf(nil, "%x", table[8:size-4])); got != want {
					t.Errorf("PMT %x, want %s", table[8:size-4], c.want)
				}
			}
		}
	}
}

func TestAccessUnits(t *testing.T) {
	sets := []byte{0, 0, 0, 1, 0x67, 0, 0, 0, 1, 0x68}
	join := func(nals ...[]byte) []byte { return bytes.Join(nals, nil) }
	for name, c := range map[string]struct {
		data []byte
		key  bool
		want []byte
	}{
		"a second delimiter is left out": {join(nal(9, 0xf0), nal(0x41, 7)), false, []byte{0, 0, 0, 1, 9, 0xf0, 0, 0, 0, 1, 0x41, 7}},
		"sets of its own are kept":       {join(nal(0x67, 5), nal(0x68, 6), nal(0x65, 7)), true, []byte{0, 0, 0, 1, 9, 0xf0, 0, 0, 0, 1, 0x67, 5, 0, 0, 0, 1, 0x68, 6, 0, 0, 0, 1, 0x65, 7}},
		"fillers are left out":           {join(nal(0x65, 7), nal(0x0c, 0xff)), true, append(append([]byte{0, 0, 0, 1, 9, 0xf0}, sets...), 0, 0, 0, 1, 0x65, 7)},
		"a length beyond the data":       {[]byte{0xff, 0xff, 0xff, 0xff, 0x41, 1}, false, []byte{0, 0, 0, 1, 9, 0xf0, 0, 0, 0, 1, 0x41, 1}},
		"nothing":                        {nil, false, []byte{0, 0, 0, 1, 9, 0xf0}},
	} {
		if got := appendAccessUnit(nil, c.data, sets, c.key); !bytes.Equal(got, c.want) {
			t.Errorf("%s: % x, want % x", name, got, c.want)
		}
	}
}

func TestParseADTS(t *testing.T) {
	for _, c := range []struct {
		config []byte
		want   ADTS
		ok     bool
	}{
		{[]byte{0x11, 0x90}, ADTS{1, 3, 2}, true},             // LC, 48 kHz, stereo
		{[]byte{0x12, 0x08}, ADTS{1, 4, 1}, true},             // LC, 44.1 kHz, mono
		{[]byte{0x17, 0x80, 0x00, 0x00, 0x00}, ADTS{}, false}, // a rate of its own
		{[]byte{0x11}, ADTS{}, false},                         // too short
		{[]byte{0x2b, 0x11, 0x88, 0x00}, ADTS{1, 6, 2}, true}, // HE-AAC over a core of 24 kHz
	} {
		got, err := ParseADTS(c.config)
		if c.ok && (err != nil || got != c.want) {
			t.Errorf("% x: %+v, %v; want %+v", c.config, got, err, c.want)
		}
		if !c.ok && err == nil && c.want == (ADTS{}) {
			t.Errorf("% x: %+v, want an error", c.config, got)
		}
	}
}

// twoSeconds are pictures of so many bytes at 25 a second, with sound.
func twoSeconds(size, pictures int) (s *Segment, bytes int) {
	s = &Segment{Video: &Video{ParameterSets: make([]byte, 40)}, Audio: &Audio{Codec: AAC}}
	for n := range pictures {
		s.Video.Pictures = append(s.Video.Pictures, Sample{Data: nal(make([]byte, size)...), PTS: int64(n * 3600), DTS: int64(n * 3600), Key: n == 0})
		bytes += size
	}
	for n := range 94 {
		s.Audio.Frames = append(s.Audio.Frames, Sample{Data: make([]byte, 170), PTS: int64(n * 1920), DTS: int64(n * 1920)})
		bytes += 170
	}
	return s, bytes
}

// Of a segment only the tables allocate, however many samples it has.
func TestSamplesAllocateNothing(t *testing.T) {
	of := func(pictures int) float64 {
		s, bytes := twoSeconds(4000, pictures)
		into, p := make([]byte, 0, 2*bytes+100_000), new(Packer)
		return testing.AllocsPerRun(20, func() { into = p.Append(into[:0], s) })
	}
	few, many := of(2), of(200)
	if many > few || many > 12 {
		t.Errorf("%v allocations for 2 pictures, %v for 200", few, many)
	}
}

func BenchmarkAppend(b *testing.B) {
	s, bytes := twoSeconds(20_000, 50)
	b.SetBytes(int64(bytes))
	b.ReportAllocs()
	into, p := make([]byte, 0, 2*bytes), new(Packer)
	for b.Loop() {
		into = p.Append(into[:0], s)
	}
}
