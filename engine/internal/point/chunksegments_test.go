package point

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive/archivetest"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

// piece sends the next piece, which begins with a key frame or not.
func (c *camera) piece(sync bool) {
	c.t.Helper()
	p := archivetest.Fragment(1, c.sent, uint64(c.next), uint64(c.length), 40)
	if f := p.Fragments[0]; !sync {
		f.Sync, f.Syncs, f.Samples[0].Flags = false, 0, fmp4.FlagsNonSync
		binary.BigEndian.PutUint32(p.Moof[len(p.Moof)-4:], fmp4.FlagsNonSync)
	}
	c.Received(200)
	if err := c.Append(context.Background(), &Incoming{Moof: p.Moof, MdatHeader: p.MdatHeader, Payload: p.Payload, Tracks: p.Fragments}); err != nil {
		c.t.Fatal(err)
	}
	c.next += c.length
	c.sent++
}

// choir is some encoders in pieces over an archive in segments.
type choir struct {
	*rolled
	voices []*camera
	groups []int // pieces of each group of pictures; 0 for sound
	seen   map[string]string
}

// TestPiecesInSegments has two rungs, and sound that is cut elsewhere, come in pieces, while
// the archive is divided, what is old is deleted and the program dies: what is fetched under a URL
// and the number of each span stay the same.
func TestPiecesInSegments(t *testing.T) {
	seeds := []uint64{109, 129, 131} // a group in one piece follows where what is kept begins
	for seed := range uint64(16) {
		seeds = append(seeds, seed)
	}
	for _, seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 5))
			group := 2 + rng.IntN(6)
			c := &choir{seen: map[string]string{}, groups: []int{group, group, 0}}
			c.rolled = newRolled(t, archivetest.New(), keeping)
			lengths := []engine.Ticks{second / 2, second / 2, engine.Ticks(2+rng.IntN(5)) * second / 10}
			join := func(voices []*camera) {
				for i, kind := range []engine.MediaType{engine.Video, engine.Video, engine.Audio} {
					v := c.camera(fmt.Sprintf("s%d-%dk", i, 100*(i+1)), kind, lengths[i])
					if voices != nil {
						v.next, v.sent = voices[i].next, voices[i].sent
					}
					c.voices[i] = v
				}
			}
			c.voices = make([]*camera, 3)
			join(nil)
			for c.voices[0].next < 120*second {
				c.sing(rng)
				c.clock.advance(time.Second)
				c.look(t)
				c.compare(t)
				if rng.IntN(25) == 0 {
					before := c.view()
					c.rolled = newRolled(t, c.disk.Kill(), keeping)
					c.after(t, before)
					join(slices.Clone(c.voices))
				}
			}
			if at := c.view().Stream("video").Spans[0].Start; at < 60*second {
				t.Fatalf("what begins at %d is still there", at)
			}
			if err := c.SetState(t.Context(), engine.StateStopped); err != nil {
				t.Fatal(err)
			}
			c.compare(t)
			before := c.view()
			c.rolled = newRolled(t, c.disk.Kill(), keeping)
			c.after(t, before)
		})
	}
}

// sing sends a second of each voice, in pieces that come in any order.
func (c *choir) sing(rng *rand.Rand) {
	until := (c.voices[0].next/second + 1) * second
	for {
		var behind []int
		for i, v := range c.voices {
			if v.next < until {
				behind = append(behind, i)
			}
		}
		if len(behind) == 0 {
			return
		}
		i := behind[rng.IntN(len(behind))]
		v := c.voices[i]
		v.piece(c.groups[i] == 0 || int(v.sent)%c.groups[i] == 0)
	}
}

// compare holds what is shown against what was shown before.
func (c *choir) compare(t *testing.T) {
	t.Helper()
	note := func(what, is string) {
		if was, known := c.seen[what]; known && was != is {
			t.Fatalf("%s is %q, was %q", what, is, was)
		}
		c.seen[what] = is
	}
	v := c.view()
	for i := range c.voices {
		source := fmt.Sprintf("s%d-%dk", i, 100*(i+1))
		for _, f := range fetch(t, v, source) {
			note(fmt.Sprint(source, " at ", f.Start), fmt.Sprint(f.Duration, f.bytes))
		}
	}
	for _, s := range v.Streams {
		for _, p := range s.Spans {
			note(fmt.Sprint(s.Name, " span at ", p.Start), fmt.Sprint(p.Duration, p.Number, p.Jumps, p.Discontinuity))
		}
	}
}

// after makes sure that a view that is read back has what was kept, and nothing that was deleted.
func (c *choir) after(t *testing.T, before *presentation.View) {
	t.Helper()
	c.compare(t)
	for _, s := range before.Streams {
		got := c.view().Stream(s.Name).Spans
		if len(got) < len(s.Spans) || !slices.Equal(got[:len(s.Spans)], s.Spans) { // nobody is waited for any more
			n := min(3, len(got), len(s.Spans))
			t.Fatalf("%s: %d spans from %v on, were %d from %v on", s.Name, len(got), got[:n], len(s.Spans), s.Spans[:n])
		}
	}
}
