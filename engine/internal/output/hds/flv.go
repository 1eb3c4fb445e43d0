package hds

import (
	"bufio"
	"encoding/binary"
	"io"
	"sync"

	"github.com/Eyevinn/mp4ff/avc"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
)

// Sizes of an FLV tag (F4V 10.1, E.4).
const (
	tagHeader     = 11
	tagTrailer    = 4 // PreviousTagSize
	pictureHeader = 5 // in front of a picture: kind, packet type, composition time
	voiceHeader   = 2 // in front of sound: kind, packet type
	boxHeader     = 8
	randomHeader  = 21 // of an afra
	randomEntry   = 12 // of each key frame in it

	pictureTag = 9
	voiceTag   = 8

	chunk = 64 << 10 // how much is put together before it is written
)

// front is how many bytes stand in front of the sample in the tag's data.
func (t *tag) front() int64 {
	if t.kind == voice {
		return voiceHeader
	}
	return pictureHeader
}

// bytes is the size of the whole tag.
func (t *tag) bytes() int64 { return tagHeader + t.front() + int64(t.size) + tagTrailer }

// setup is the size of the sequence headers.
func (out *plan) setup() int64 {
	n := int64(0)
	if len(out.pictureSetup) > 0 {
		n += tagHeader + pictureHeader + int64(len(out.pictureSetup)) + tagTrailer
	}
	if len(out.voiceSetup) > 0 {
		n += tagHeader + voiceHeader + int64(len(out.voiceSetup)) + tagTrailer
	}
	return n
}

// random is the size of the afra; a fragment of one key frame has none.
func (out *plan) random() int64 {
	if out.keys < 2 {
		return 0
	}
	return randomHeader + randomEntry*int64(out.keys)
}

// size is that of the whole fragment.
func (out *plan) size() int64 { return out.random() + boxHeader + out.setup() + out.payload }

// body is a fragment: [afra] mdat, whose payload is FLV tags.
type body struct {
	*plan
	writers *sync.Pool
}

// counter counts what reaches a writer.
type counter struct {
	io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.Writer.Write(p)
	c.n += int64(n)
	return n, err
}

// WriteTo writes the fragment through one buffer, however large it is: headers of our own, and
// the samples as they were accepted.
func (b *body) WriteTo(w io.Writer) (int64, error) {
	to := &counter{Writer: w}
	out, ok := b.writers.Get().(*bufio.Writer)
	if !ok {
		out = bufio.NewWriterSize(nil, chunk)
	}
	out.Reset(to)
	defer func() {
		out.Reset(nil) // the pool keeps no connection
		b.writers.Put(out)
	}()
	if err := b.write(out); err != nil {
		return to.n, err
	}
	err := out.Flush()
	return to.n, err
}

// write leaves the errors of headers to the writer, which remembers them until Flush.
func (b *body) write(out *bufio.Writer) error {
	if err := put(out, b.head()); err != nil {
		return err
	}
	for i := range b.tags {
		t := &b.tags[i]
		if out.Available() < tagHeader+pictureHeader {
			if err := out.Flush(); err != nil {
				return err
			}
		}
		if err := put(out, t.head(out.AvailableBuffer())); err != nil {
			return err
		}
		if _, err := b.media[t.media].WritePayload(out, t.offset, int64(t.size)); err != nil {
			return err
		}
		if out.Available() < tagTrailer {
			if err := out.Flush(); err != nil {
				return err
			}
		}
		if err := put(out, binary.BigEndian.AppendUint32(out.AvailableBuffer(), uint32(t.bytes()-tagTrailer))); err != nil {
			return err
		}
	}
	return nil
}

func put(out *bufio.Writer, p []byte) error {
	_, err := out.Write(p)
	return err
}

// head is everything in front of the first sample.
func (b *body) head() []byte {
	out := make([]byte, 0, b.random()+boxHeader+b.setup())
	if b.keys >= 2 {
		out = b.appendRandom(out)
	}
	out = binary.BigEndian.AppendUint32(out, uint32(boxHeader+b.setup()+b.payload))
	out = append(out, "mdat"...)
	if n := len(b.pictureSetup); n > 0 {
		out = appendTagHeader(out, pictureTag, pictureHeader+int64(n), b.setupTime)
		out = append(append(out, byte(keyPicture), 0, 0, 0, 0), b.pictureSetup...)
		out = binary.BigEndian.AppendUint32(out, uint32(tagHeader+pictureHeader+n))
	}
	if n := len(b.voiceSetup); n > 0 {
		out = appendTagHeader(out, voiceTag, voiceHeader+int64(n), b.setupTime)
		out = append(append(out, byte(voice), 0), b.voiceSetup...)
		out = binary.BigEndian.AppendUint32(out, uint32(tagHeader+voiceHeader+n))
	}
	return out
}

// appendRandom appends the afra, which tells where the key frames are (F4V 10.1, 2.11.3):
// offsets count from its own first byte.
func (b *body) appendRandom(out []byte) []byte {
	out = binary.BigEndian.AppendUint32(out, uint32(b.random()))
	out = append(out, 'a', 'f', 'r', 'a', 0, 0, 0, 0, 0)
	out = binary.BigEndian.AppendUint32(out, 1000)
	out = binary.BigEndian.AppendUint32(out, uint32(b.keys))
	at := b.random() + boxHeader + b.setup()
	for i := range b.tags {
		t := &b.tags[i]
		if t.kind == keyPicture {
			out = binary.BigEndian.AppendUint64(out, uint64(t.time))
			out = binary.BigEndian.AppendUint32(out, uint32(at))
		}
		at += t.bytes()
	}
	return out
}

// head appends what stands in front of the sample.
func (t *tag) head(out []byte) []byte {
	if t.kind == voice {
		out = appendTagHeader(out, voiceTag, voiceHeader+int64(t.size), t.time)
		return append(out, byte(voice), 1)
	}
	out = appendTagHeader(out, pictureTag, pictureHeader+int64(t.size), t.time)
	return append(out, byte(t.kind), 1, byte(t.ahead>>16), byte(t.ahead>>8), byte(t.ahead))
}

// appendTagHeader appends the header of an FLV tag. The time has 31 bits, the highest 7 of
// them behind the others.
func appendTagHeader(out []byte, kind byte, size, at int64) []byte {
	return append(out, kind, byte(size>>16), byte(size>>8), byte(size),
		byte(at>>16), byte(at>>8), byte(at), byte(at>>24)&0x7f, 0, 0, 0)
}

// reordering is by how much a track's decode times lie behind what decoding needs: encoders
// of Smooth Streaming let them begin together with presentation times, so that pictures may be
// shown before they are decoded. It is a property of the track alone.
func reordering(t *fmp4.TrackInit) engine.Ticks {
	avcC := parameterSets(t)
	if len(avcC) < 8 || avcC[5]&0x1f == 0 {
		return 0
	}
	n := int(binary.BigEndian.Uint16(avcC[6:]))
	if len(avcC) < 8+n {
		return 0
	}
	sps, err := avc.ParseSPSNALUnit(avcC[8:8+n], true)
	if err != nil || sps.PicOrderCntType == 2 {
		return 0 // what cannot be read is not judged here, and type 2 cannot reorder
	}
	// 24 frames a second are the slowest that are usual.
	frames, units, scale := int64(sps.NumRefFrames), int64(1), int64(48)
	if v := sps.VUI; v != nil {
		if v.BitstreamRestrictionFlag {
			frames = int64(v.MaxNumReorderFrames)
		}
		if v.TimingInfoPresentFlag && v.NumUnitsInTick > 0 && v.TimeScale > 0 {
			units, scale = int64(v.NumUnitsInTick), int64(v.TimeScale)
		}
	}
	const most = 16 // pictures that a decoder may hold
	frame := min(engine.Ticks(2*units).Rescale(uint32(scale), t.Timescale), engine.Ticks(t.Timescale))
	return engine.Ticks(min(frames, most)) * frame
}
