package verify

import (
	"slices"
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
	ends   []int64 // of what begins at starts
	end    engine.Ticks
	decode engine.Ticks
	blind  bool // something before could not be read: what is missing is told already
	// entries are the pieces of the file being read, as its mfra may find them.
	entries []fmp4.IndexEntry
}

func newTrack(init *fmp4.TrackInit) *track { return &track{init: init} }

// beginFile forgets what concerns the mfra of the file before.
func (t *track) beginFile() { t.entries = nil }

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
	decode := engine.Ticks(f.decode) + by
	if t.mends(f, by) { // see point/mending.go
		length = decode - t.decode
		start, decode = start-length, t.decode
	}
	if len(t.starts) == 0 || length <= 0 {
		return start, max(0, length)
	}
	if !f.sync && t.init.Type == string(engine.Video) && max(decode-t.decode, t.decode-decode) <= sameTime {
		return t.end, length // a later piece of a group; its first picture may be shown late
	}
	if decode < t.decode-min(sameTime, length/2) {
		return start, 0
	}
	if start < t.end {
		length -= t.end - start
		start = t.end
	}
	return start, max(0, length)
}

// mends reports whether a picture or a frame of sound that lasts 0 belongs to what is missing before it.
func (t *track) mends(f *facts, by engine.Ticks) bool {
	late := engine.Ticks(f.decode) + by - t.decode
	return t.init.Type != string(engine.Text) && f.duration == 0 && !f.tfxd && len(t.starts) > 0 &&
		late > sameTime && late <= engine.Ticks(t.init.Timescale/5)
}

// took notes a fragment, and returns how much is missing in front of it; 0 when it follows.
func (t *track) took(f *facts, shift int64, start, length engine.Ticks, offset int64) (gap engine.Ticks) {
	if len(t.starts) > 0 && !t.blind && start-t.end > length/2 {
		gap = start - t.end
	}
	t.blind = false
	t.starts, t.ends = append(t.starts, int64(start)), append(t.ends, int64(start+length))
	t.end = start + length
	t.decode = engine.Ticks(f.decode) + engine.Ticks(shift).Rescale(shiftScale, t.init.Timescale) + engine.Ticks(f.duration)
	t.note(uint64(start), uint64(offset))
	return gap
}

// note adds what the mfra may say: a fragment that came in pieces is found by the first.
func (t *track) note(at, offset uint64) {
	t.entries = append(t.entries, fmp4.IndexEntry{Time: at, MoofOffset: offset})
}

// holds reports whether entries of an mfra are in pieces of the file, in order. A clip may begin
// behind what one of its tracks has in the first. Several may be in one piece, which then has key frames inside.
func (t *track) holds(entries []fmp4.IndexEntry) bool {
	if len(entries) == 0 || len(t.entries) == 0 {
		return len(entries) == len(t.entries)
	}
	rest := t.entries
	for _, e := range entries {
		n := slices.IndexFunc(rest, func(p fmp4.IndexEntry) bool { return p.MoofOffset == e.MoofOffset })
		if n < 0 || e.Time < rest[n].Time || n+1 < len(rest) && e.Time > rest[n+1].Time {
			return false
		}
		rest = rest[n:]
	}
	return true
}

// at is a time of the track on the clock of people.
func (t *track) at(n engine.Ticks) time.Duration { return n.Duration(t.init.Timescale) }

// sparse reports whether nobody expects media at all times.
func (t *track) sparse() bool { return t.init.Type == string(engine.Text) }
