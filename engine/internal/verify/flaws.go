package verify

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pubpoint/engine"
)

// addFile begins the entry of a file. The pointer is good until the check is over.
func (c *checker) addFile(name, stream string) *engine.VerifiedFile {
	f := &engine.VerifiedFile{Name: name, Stream: stream, Verdict: engine.VerdictComplete}
	c.files = append(c.files, f)
	return f
}

// flaw notes what is wrong. Damage that goes on from one piece to the next is one flaw.
func (c *checker) flaw(f engine.Flaw) {
	if n := len(c.out.Flaws); n > 0 {
		last := &c.out.Flaws[n-1]
		if last.File == f.File && last.Verdict == f.Verdict && last.To == f.From && f.To > f.From && last.Timed == f.Timed {
			last.To, last.Start, last.End = f.To, min(last.Start, f.Start), max(last.End, f.End)
			return
		}
	}
	c.out.Flaws = append(c.out.Flaws, f)
	if s := c.stream(f.Stream); s != nil && f.Verdict != engine.VerdictGap {
		s.faulty = true
	}
}

func (c *checker) stream(id string) *stream {
	for _, s := range c.streams {
		if id != "" && s.id == id {
			return s
		}
	}
	return nil
}

// settle makes the verdicts of files and event from what was found.
func (c *checker) settle() {
	for _, f := range c.out.Flaws {
		c.out.Verdict = c.out.Verdict.Worse(f.Verdict)
		if !slices.ContainsFunc(c.files, func(v *engine.VerifiedFile) bool { return v.Name == f.File }) {
			c.addFile(f.File, f.Stream)
		}
	}
	for _, v := range c.files {
		for _, f := range c.out.Flaws {
			if f.File == v.Name {
				v.Verdict = v.Verdict.Worse(f.Verdict)
			}
		}
		c.out.Files = append(c.out.Files, *v)
	}
	place := func(name string) int {
		return slices.IndexFunc(c.out.Files, func(f engine.VerifiedFile) bool { return f.Name == name })
	}
	slices.SortStableFunc(c.out.Flaws, func(a, b engine.Flaw) int {
		return cmp.Or(place(a.File)-place(b.File), cmp.Compare(a.From, b.From), cmp.Compare(a.Start, b.Start))
	})
}

// absent tells of numbers that the files of a stream leave out.
func (c *checker) absent(s *stream) {
	last := -1
	for _, file := range slices.Clone(s.files) {
		digits := strings.TrimPrefix(strings.TrimSuffix(file, mediaExt), s.id)
		n := 0 // the file without a number
		if digits != "" {
			var err error
			if n, err = strconv.Atoi(digits[1:]); err != nil {
				continue
			}
		}
		for missing := last + 1; last >= 1 && missing < n; missing++ {
			s.files = append(s.files, fmt.Sprintf("%s.%04d%s", s.id, missing, mediaExt))
		}
		last = n
	}
	slices.SortFunc(s.files, compareSegments)
}

// checkEnd holds the end of the event, as its manifest tells it, against the media.
func (c *checker) checkEnd() {
	want := engine.Ticks(c.number(metaEnd))
	if want == 0 {
		return
	}
	end := engine.Ticks(c.number(metaBase))
	for _, s := range c.streams {
		for _, t := range s.tracks {
			if s.faulty {
				return // what is missing has been told
			}
			if t.shown && len(t.starts) > 0 {
				end = max(end, t.end.Rescale(t.init.Timescale, shiftScale)+1)
			}
		}
	}
	flaw := engine.Flaw{Timed: true, Start: end.Duration(shiftScale), End: want.Duration(shiftScale)}
	switch {
	case end < want && len(c.streams) > 0:
		flaw.Verdict, flaw.File, flaw.Stream = engine.VerdictHole, c.streams[0].files[0], c.streams[0].id
		flaw.Text = "The media ends before the event did."
		c.flaw(flaw)
	case end > want:
		flaw.Verdict, flaw.File, flaw.Start, flaw.End = engine.VerdictAltered, c.base+manifestExt, flaw.End, flaw.Start
		flaw.Text = "The server manifest ends before the media does: it is an old one."
		c.flaw(flaw)
	}
}
