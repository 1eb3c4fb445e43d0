package verify

import (
	"encoding/binary"
	"hash"
	"hash/crc32"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
)

// shiftScale is the timescale of shifts and of the times in server manifests.
const shiftScale = 10_000_000

// sameTime is how far two times may be apart, in ticks, and still be the same.
const sameTime = 8

// track is what is known of one track of a stream, over all its files.
type track struct {
	init   *fmp4.TrackInit
	shown  bool // the server manifest names it
	name   string
	starts []int64 // published, ascending
	end    engine.Ticks
	decode engine.Ticks
	blind  bool // something before could not be read: what is missing is told already
	// index is a checksum over what the mfra of the file being read must say of the track.
	index   hash.Hash32
	entries int
}

func newTrack(init *fmp4.TrackInit) *track { return &track{init: init} }

// beginFile forgets what concerns the mfra of the file before.
func (t *track) beginFile() { t.index, t.entries = crc32.New(castagnoli()), 0 }

// place is where a fragment stands on the timeline; the length is 0 for one that is not
// published. It is what the point does when it takes a fragment in, see point/append.go.
func (t *track) place(f *facts, shift int64) (start, length engine.Ticks) {
	by := engine.Ticks(shift).Rescale(shiftScale, t.init.Timescale)
	start, length = engine.Ticks(f.start), engine.Ticks(f.duration)
	if f.tfxd && f.tfxdDuration > 0 && f.tfxdDuration < 4*f.duration {
		length = engine.Ticks(f.tfxdDuration)
	}
	if start < 0 {
		length, start = length+start, 0
	}
	start += by
	if len(t.starts) == 0 || length <= 0 {
		return start, max(0, length)
	}
	if decode := engine.Ticks(f.decode) + by; decode < t.decode-min(sameTime, engine.Ticks(f.duration)/2) {
		return start, 0
	}
	if start < t.end {
		length -= t.end - start
		start = t.end
	}
	return start, max(0, length)
}

// took notes a fragment, and returns how much is missing in front of it; 0 when it follows.
func (t *track) took(f *facts, shift int64, start, length engine.Ticks, offset int64) (gap engine.Ticks) {
	if len(t.starts) > 0 && !t.blind && start-t.end > length/2 {
		gap = start - t.end
	}
	t.blind = false
	t.starts = append(t.starts, int64(start))
	t.end = start + length
	t.decode = engine.Ticks(f.decode) + engine.Ticks(shift).Rescale(shiftScale, t.init.Timescale) + engine.Ticks(f.duration)
	t.note(uint64(start), uint64(offset))
	return gap
}

// note adds an entry to what the mfra must say.
func (t *track) note(at, offset uint64) {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:], at)
	binary.BigEndian.PutUint64(b[8:], offset)
	// A hash never fails.
	_, _ = t.index.Write(b[:])
	t.entries++
}

// at is a time of the track on the clock of people.
func (t *track) at(n engine.Ticks) time.Duration { return n.Duration(t.init.Timescale) }

// sparse reports whether nobody expects media at all times.
func (t *track) sparse() bool { return t.init.Type == string(engine.Text) }
