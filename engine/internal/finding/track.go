package finding

import (
	"time"

	"pubpoint/engine"
)

// Subject is the track that a finding is about.
type Subject struct {
	Stream    string // name of the stream that players know: "video", "audio_eng"
	Bitrate   int    // nominal bit/s, the number in its URLs; 0 until known
	Type      engine.MediaType
	Timescale uint32 // ticks of its times in a second
	Height    int    // of its pictures; 0 unless video
	// Nominal is the bit/s that its encoder promised; 0 when nothing was promised, and the
	// bitrate was measured.
	Nominal int
	// Lead tells that the track stands for its encoder: its speed and clock are judged.
	Lead bool
}

// Label names the track in a sentence: "Video 1500k".
func (s *Subject) Label() string { return Label(s.Stream, s.Bitrate) }

// Fragment is one fragment of a track that was taken, with its place on the timeline.
type Fragment struct {
	Start, End engine.Ticks
	Bytes      int64     // of its samples
	Sync       bool      // it begins with a key frame
	Arrived    time.Time // when its last byte came; zero when nothing tells
	Break      bool      // the encoder's clock began again at its start
}

// Track is what the rules remember of one track. It has a fixed size, and is not safe for
// concurrent use.
type Track struct {
	Subject

	lengths [lengthsKept]engine.Ticks // of the newest fragments, those that were lost left out
	seen    int
	end     engine.Ticks // of the newest fragment; 0 before the first
	pace    pace
	drift   drift
}

// NewTrack returns a Track that has seen nothing.
func NewTrack(s Subject) *Track { return &Track{Subject: s} }

// Observe judges a fragment that follows the ones before: how it is cut, how much it brings,
// and how fast. It notes what it finds in the Book.
func (t *Track) Observe(b *Book, f Fragment, now time.Time) {
	switch {
	case f.Break:
		t.pace, t.drift = pace{}, drift{}
	case t.end != 0 && f.Start-t.end > f.End-f.Start:
		t.pace = pace{} // what was lost is told as such, and says nothing about what comes now
	}
	t.end = f.End
	if t.Type == engine.Video {
		if f.Sync {
			b.Calm(NoKeyStart, t.Stream, t.Bitrate)
		} else {
			b.Raise(NoKeyFrame(&t.Subject), now)
		}
		t.observeLength(b, f.End-f.Start, now)
	}
	if f.Arrived.IsZero() {
		return
	}
	t.pace.add(f, t.Timescale)
	t.observeRate(b, now)
	if t.Lead {
		t.observeSpeed(b, now)
		t.drift.add(f, t.Timescale)
		t.observeDrift(b, now)
	}
}

func (t *Track) calm(b *Book, code string) { b.Calm(code, t.Stream, t.Bitrate) }
