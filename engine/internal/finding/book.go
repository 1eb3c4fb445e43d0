package finding

import (
	"cmp"
	"slices"
	"time"

	"pubpoint/engine"
)

// MaxCases bounds how many findings a Book has at once: stream ids are given by strangers.
const MaxCases = 64

// Case is something that a rule has seen.
type Case struct {
	Code    string
	Stream  string // stream id or name of a track's stream; empty when it concerns the point
	Bitrate int    // nominal bit/s of the track that it concerns; 0 when that is all of Stream
	Text    string // one sentence with the measured value
	// Severity, Action and Option take the place of the rule's where they are not empty.
	Severity engine.Severity
	Action   string
	Option   string
	// Quiet tells that people have been told already.
	Quiet bool
}

// finding is the case as it is told.
func (c *Case) finding(now time.Time) engine.Finding {
	r := RuleOf(c.Code)
	return engine.Finding{Code: c.Code, Stream: c.Stream, Bitrate: c.Bitrate, Text: c.Text,
		Severity: cmp.Or(c.Severity, r.Severity), Action: cmp.Or(c.Action, r.Action), Option: cmp.Or(c.Option, r.Option),
		First: now, Last: now, Count: 1}
}

// Book keeps findings: one for each code, stream and bitrate. It is not safe for concurrent use.
type Book struct {
	// History keeps what was ever told, for a report about something that is over.
	History bool
	// Tell, unless nil, is called with each finding that is told from now on and was not before.
	Tell func(engine.Finding)

	noted []noted
}

// noted is a finding and what is needed to tell it and to let it go.
type noted struct {
	engine.Finding
	told  bool      // it was seen often enough
	calm  int       // how many times in a row the opposite was seen
	until time.Time // when it goes if it is not seen again; zero for never
}

// Raise notes a case, or that it was seen again.
func (b *Book) Raise(c Case, now time.Time) {
	r := RuleOf(c.Code)
	n := b.find(c.Code, c.Stream, c.Bitrate)
	if n == nil {
		if n = b.add(r, now); n == nil {
			return
		}
	}
	first, count, told := n.First, n.Count, n.told
	if count == 0 || n.over(now) && !b.History {
		first, count, told = now, 0, false
	}
	*n = noted{Finding: c.finding(now), told: told || count+1 >= int64(r.Sightings)}
	n.First, n.Count = first, count+1
	if r.Lasts > 0 {
		n.until = now.Add(r.Lasts)
	}
	if n.told && !told && b.Tell != nil && !c.Quiet {
		b.Tell(n.Finding)
	}
}

// add makes room for one more, and returns nil when there is none. Those who were turned away, of
// whom there may be any number, make room for what is wrong with what is on air.
func (b *Book) add(r Rule, now time.Time) *noted {
	if len(b.noted) >= MaxCases && !b.History {
		b.noted = slices.DeleteFunc(b.noted, func(n noted) bool { return n.over(now) })
	}
	if len(b.noted) >= MaxCases {
		i := slices.IndexFunc(b.noted, func(n noted) bool { return RuleOf(n.Code).OffAir })
		if r.OffAir || b.History || i < 0 {
			return nil
		}
		b.noted = slices.Delete(b.noted, i, i+1)
	}
	b.noted = append(b.noted, noted{})
	return &b.noted[len(b.noted)-1]
}

// Calm notes that the opposite of a case was seen. After a few times in a row it goes.
func (b *Book) Calm(code, stream string, bitrate int) {
	n := b.find(code, stream, bitrate)
	if n == nil {
		return
	}
	if !n.told {
		b.drop(n)
		return
	}
	n.calm++
	if need := RuleOf(code).Calm; need > 0 && n.calm >= need {
		b.drop(n)
	}
}

// Clear lets the cases of a stream go, whatever their bitrate, because their cause cannot be
// there any more.
func (b *Book) Clear(code, stream string) {
	if b.History {
		return
	}
	b.noted = slices.DeleteFunc(b.noted, func(n noted) bool { return n.Code == code && n.Stream == stream })
}

// Drop lets one case go, because its cause cannot be there any more.
func (b *Book) Drop(code, stream string, bitrate int) {
	if n := b.find(code, stream, bitrate); n != nil {
		b.drop(n)
	}
}

// Has reports whether a case was seen, told or not.
func (b *Book) Has(code, stream string, bitrate int) bool {
	return b.find(code, stream, bitrate) != nil
}

// Admit lets the refusals of a stream go, because its encoder was let in.
func (b *Book) Admit(stream string) {
	for _, code := range [...]string{RefusedAuth, RefusedLimit, RefusedName, RefusedState} {
		b.Clear(code, stream)
	}
}

// drop takes one out; a history keeps what was told.
func (b *Book) drop(n *noted) {
	if b.History && n.told {
		return
	}
	code, stream, bitrate := n.Code, n.Stream, n.Bitrate
	b.noted = slices.DeleteFunc(b.noted, func(n noted) bool { return n.Code == code && n.Stream == stream && n.Bitrate == bitrate })
}

func (b *Book) find(code, stream string, bitrate int) *noted {
	for i := range b.noted {
		if n := &b.noted[i]; n.Code == code && n.Stream == stream && n.Bitrate == bitrate {
			return n
		}
	}
	return nil
}

// over reports whether a finding has not been seen for so long that it is gone.
func (n *noted) over(now time.Time) bool { return !n.until.IsZero() && !now.Before(n.until) }

// Page is what a Book had at one moment. It is never changed.
type Page struct {
	noted   []noted
	history bool
}

// Page is what the Book has now: all of it, or only what also holds off air.
func (b *Book) Page(onAir bool) Page {
	p := Page{history: b.History}
	for i := range b.noted {
		if n := &b.noted[i]; n.told && (onAir || RuleOf(n.Code).OffAir) {
			p.noted = append(p.noted, *n)
		}
	}
	return p
}

// Findings are those of a page that are not over, with more of this moment, worst first.
func (p Page) Findings(now time.Time, more ...engine.Finding) []engine.Finding {
	out := more
	for i := range p.noted {
		if p.history || !p.noted[i].over(now) {
			out = append(out, p.noted[i].Finding)
		}
	}
	slices.SortStableFunc(out, func(a, b engine.Finding) int {
		return cmp.Or(cmp.Compare(Rank(b.Severity), Rank(a.Severity)), cmp.Compare(a.Code, b.Code),
			cmp.Compare(a.Stream, b.Stream), cmp.Compare(a.Bitrate, b.Bitrate))
	})
	return out
}

// Rank orders severities, the worst highest.
func Rank(s engine.Severity) int {
	switch s {
	case engine.Failure:
		return 2
	case engine.Warning:
		return 1
	}
	return 0
}
