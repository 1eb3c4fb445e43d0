package verify

import (
	"fmt"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
)

// stream is one stream of the event with its files.
type stream struct {
	id     string
	files  []string // media files in order, whether or not they are there
	init   *fmp4.Init
	tracks []*track
	faulty bool // something is wrong with it, or missing
	hidden bool // records of the file being read could not be read
}

// streamOf is the id of the stream that a media file is of: its name without the number that
// later files of a stream have.
func streamOf(name string) string {
	id := strings.TrimSuffix(name, mediaExt)
	dot := strings.LastIndexByte(id, '.')
	if dot <= 0 || len(id)-dot-1 < 4 || strings.Trim(id[dot+1:], "0123456789") != "" {
		return id
	}
	return id[:dot]
}

// adopt takes over what a file's header says.
func (c *checker) adopt(s *stream, init *fmp4.Init) {
	if s.init != nil {
		return
	}
	s.init = init
	for i := range init.Tracks {
		t := newTrack(&init.Tracks[i])
		for _, src := range c.doc.Sources {
			if streamOf(src.Src) == s.id && src.TrackID == t.init.ID {
				t.shown, t.name = true, src.TrackName
			}
		}
		t.shown = t.shown || c.unnamed != ""
		s.tracks = append(s.tracks, t)
	}
}

func (s *stream) track(id uint32) *track {
	for _, t := range s.tracks {
		if t.init.ID == id {
			return t
		}
	}
	return nil
}

func (s *stream) beginFile() {
	s.hidden = false
	for _, t := range s.tracks {
		t.beginFile()
	}
}

// blind says that some of the stream could not be read.
func (s *stream) blind() {
	s.hidden = true
	for _, t := range s.tracks {
		t.blind = true
	}
}

// end is the end of what has been read of the stream, and whether there is any.
func (s *stream) end() (end time.Duration, ok bool) {
	for _, t := range s.tracks {
		if len(t.starts) > 0 {
			end, ok = max(end, t.at(t.end)), true
		}
	}
	return end, ok
}

// when is where a fragment is presented; false when its header is not known.
func (s *stream) when(p *piece) (start, end time.Duration, ok bool) {
	for i := range p.tracks {
		f := &p.tracks[i]
		t := s.track(f.track)
		switch {
		case t == nil && !f.tfxd:
			continue
		case t == nil: // the header is gone; what tells tfxd counts in units of 100 ns as a rule
			t = newTrack(&fmp4.TrackInit{Timescale: shiftScale})
		}
		by := engine.Ticks(p.shift).Rescale(shiftScale, t.init.Timescale)
		from := max(0, t.at(engine.Ticks(f.start)+by))
		if !ok || from < start {
			start = from
		}
		end, ok = max(end, t.at(engine.Ticks(f.start)+by+engine.Ticks(max(f.duration, 0)))), true
	}
	return start, end, ok
}

// follow puts a fragment on the timeline and tells of what is missing before it.
func (c *checker) follow(s *stream, file *engine.VerifiedFile, p *piece) {
	for i := range p.tracks {
		f := &p.tracks[i]
		t := s.track(f.track)
		if t == nil || !t.shown {
			continue
		}
		start, length := t.place(f, p.shift)
		if length <= 0 {
			continue
		}
		before := t.end
		if gap := t.took(f, p.shift, start, length, p.offset); gap > 0 && !t.sparse() {
			c.missing(s, t, file.Name, before, start)
		}
		if file.Fragments == 0 || t.at(start) < file.Start {
			file.Start = t.at(start)
		}
		file.Fragments++
		file.End = max(file.End, t.at(t.end))
	}
}

// missing tells of media that the timeline lacks between two fragments: a hole if the server
// had taken it in, else a gap that the encoder left.
func (c *checker) missing(s *stream, t *track, file string, from, to engine.Ticks) {
	flaw := engine.Flaw{Verdict: engine.VerdictGap, File: file, Stream: s.id, Timed: true, Start: t.at(from), End: t.at(to),
		Text: fmt.Sprintf("%s has no media here: none came from the encoder.", t.title())}
	if c.lost(s, t, from, to) {
		flaw.Verdict = engine.VerdictHole
		flaw.Text = fmt.Sprintf("%s has no media here: the disk refused what the encoder sent.", t.title())
	}
	c.flaw(flaw)
}

// title names a track for people.
func (t *track) title() string {
	if t.name != "" {
		return t.name
	}
	return fmt.Sprintf("Track %d", t.init.ID)
}
