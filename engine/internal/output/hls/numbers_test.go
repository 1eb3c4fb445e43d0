package hls

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/index"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/presentation"
)

// encoders feed an index as a few rungs and two languages do that are lost, come back and are
// late, each in a random order against the others.
type encoders struct {
	t      *testing.T
	random *rand.Rand
	index  *index.Index
	tracks []*feed
	clock  time.Time
}

// feed is one track: what it has sent and what it will.
type feed struct {
	handle *index.Handle
	next   int // piece
	from   engine.Ticks
}

// A piece is a step of the event that all encoders share.
type piece struct {
	at      engine.Ticks // ms
	broken  bool         // an encoder's clock began again here
	missing int          // track that does not have it; -1 for none
	shift   engine.Ticks // of the epoch
}

const pieceLength = 2000 // ms

// plan makes up an event: gaps, restarts and losses of single tracks.
func plan(random *rand.Rand, tracks int) []piece {
	var out []piece
	var at, shift engine.Ticks
	for n := range 60 {
		p := piece{at: at, missing: -1}
		switch random.IntN(12) {
		case 0:
			p.at += engine.Ticks(1+random.IntN(4)) * pieceLength // all are lost
		case 1:
			p.at += engine.Ticks(random.IntN(3)) * 500
			p.broken = n > 0
			shift += 1000
		case 2:
			p.missing = random.IntN(tracks)
		}
		p.shift = shift
		out = append(out, p)
		at = p.at + pieceLength
	}
	return out
}

func newEncoders(t *testing.T, random *rand.Rand) *encoders {
	e := &encoders{t: t, random: random, index: index.New(index.Config{Point: "p"}), clock: time.Unix(1_700_000_000, 0)}
	entry := []byte("\x00\x00\x00\x10mp4aabcdefgh")
	for i, kind := range []engine.MediaType{engine.Video, engine.Video, engine.Audio, engine.Audio} {
		init := fmp4.TrackInit{ID: 1, Type: string(kind), Timescale: 1000, Language: "und", Entry: entry, SampleEntry: "mp4a", Config: []byte{0x11, 0x90}}
		if kind == engine.Video {
			init.SampleEntry = "avc1"
		}
		header := &fmp4.Init{Tracks: []fmp4.TrackInit{init}}
		name := string(kind)
		if kind == engine.Audio {
			name = fmt.Sprintf("audio_%d", i)
		}
		h, err := e.index.AddTrack(index.Track{Name: name, Type: kind, Bitrate: 100 + i, Source: "s", Header: header, Init: &header.Tracks[0]})
		if err != nil {
			t.Fatal(err)
		}
		e.tracks = append(e.tracks, &feed{handle: h})
	}
	return e
}

// send appends the next piece of a track. Audio is up to 80 ms off the pictures, as encoders have it.
func (e *encoders) send(track int, p piece) {
	f := e.tracks[track]
	f.next++
	if p.missing == track {
		return
	}
	start, length := p.at, engine.Ticks(pieceLength)
	if track >= 2 {
		off := engine.Ticks((f.next * 37) % 80)
		if p.broken || start == 0 || start > f.from+100 {
			start = p.at
		} else {
			start = f.from
		}
		length = p.at + pieceLength - off - start
	}
	f.from = start + length
	e.clock = e.clock.Add(300 * time.Millisecond)
	err := e.index.Append(f.handle, presentation.Fragment{
		Start: start, Duration: length, Decode: start, DecodeLength: length, Sync: true, Size: 1000, Shift: p.shift, Arrived: e.clock.UnixNano(),
	}, p.broken)
	if err != nil {
		e.t.Fatal(err)
	}
}

// TestNumbersAreAFunction polls every playlist throughout random events: a media sequence number
// always names the same address with the same discontinuity number, and none ever decreases.
func TestNumbersAreAFunction(t *testing.T) {
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 9))
		e := newEncoders(t, random)
		pieces := plan(random, len(e.tracks))
		known := map[string]string{}
		newest := map[string]int{}
		late := random.IntN(20) // the second rung begins here
		e.tracks[1].next = late
		for {
			var can []int
			slowest := len(pieces)
			for _, f := range e.tracks {
				slowest = min(slowest, f.next)
			}
			for i, f := range e.tracks {
				if f.next < len(pieces) && f.next <= slowest+1 {
					can = append(can, i)
				}
			}
			if len(can) == 0 {
				break
			}
			track := can[random.IntN(len(can))]
			e.send(track, pieces[e.tracks[track].next])
			if random.IntN(15) == 0 {
				at := pieces[max(0, slowest-15)].at
				for _, f := range e.tracks {
					e.index.ForgetBefore(f.handle, at)
				}
			}
			e.poll(seed, known, newest, true)
		}
		e.poll(seed, known, newest, false)
	}
}

func (e *encoders) poll(seed uint64, known map[string]string, newest map[string]int, live bool) {
	v := *e.index.View()
	v.Live, v.Window = live, 24*time.Second
	for _, f := range []Format{TS(), CMAF()} {
		for _, s := range v.Streams {
			for _, track := range s.Tracks {
				path := fmt.Sprintf("%s/%s-%d.m3u8", f.folder(), s.Name, track.Bitrate)
				text, ok := e.get(f, &v, path)
				if !ok {
					continue
				}
				p, err := parse(text)
				if err != nil {
					e.t.Fatal(err)
				}
				if p.sequence < newest[path] {
					e.t.Fatalf("seed %d: %s begins with %d and did with %d", seed, path, p.sequence, newest[path])
				}
				newest[path] = p.sequence
				count := p.discontinuities
				for i, segment := range p.segments {
					count += segment.jumps
					id := fmt.Sprintf("%s#%d", path, p.sequence+i)
					now := fmt.Sprintf("%s in %d", segment.uri, count)
					if before, ok := known[id]; ok && before != now {
						e.t.Fatalf("seed %d: %s is %s and was %s; the playlist is\n%s", seed, id, now, before, text)
					}
					known[id] = now
				}
			}
		}
	}
}

func (e *encoders) get(f Format, v *presentation.View, path string) (string, bool) {
	res, err := f.Resolve(output.Request{Point: "p", Path: path})
	if err != nil {
		e.t.Fatal(err)
	}
	obj, err := res.Render(context.Background(), outputtest.NewSource(v))
	if err != nil {
		return "", false // nothing to show yet
	}
	var b strings.Builder
	if _, err := obj.Body.WriteTo(&b); err != nil {
		e.t.Fatal(err)
	}
	return b.String(), true
}
