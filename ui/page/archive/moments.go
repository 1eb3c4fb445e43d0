package archive

import (
	"strconv"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/look"
	"pubpoint/ui/words"
)

// extent is when an event began and how far it goes.
type extent struct {
	began time.Time // zero when it is not known
	ended time.Time // of its media; now while it goes on
}

// moment reads what the operator wrote: nothing, a time of day, a date and a time, "+1:30" from the
// beginning, or what engine.ParseMoment reads. A problem is a sentence; at is zero when the moment
// is no wall clock.
func (x extent) moment(text string) (m engine.Moment, at time.Time, problem string) {
	text = strings.TrimSpace(text)
	if text == "" {
		return engine.Moment{}, time.Time{}, ""
	}
	at, problem = x.clock(text)
	if problem != "" {
		return engine.Moment{}, time.Time{}, problem
	}
	if at.IsZero() {
		var err error
		if m, err = engine.ParseMoment(text); err != nil {
			return engine.Moment{}, time.Time{}, words.F(textBadTime, text)
		}
		at = m.Clock
	} else {
		m = engine.ClockMoment(at)
	}
	const grace = 10 * time.Second // fragments arrive after they begin
	switch {
	case at.IsZero() || x.began.IsZero():
	case at.Before(x.began.Add(-grace)):
		return m, at, words.F(textBefore, text)
	case at.After(x.ended.Add(grace)):
		return m, at, words.F(textBehind, text)
	}
	return m, at, ""
}

// clock is the wall clock that text means; zero when it means none.
func (x extent) clock(text string) (time.Time, string) {
	if after, ok := strings.CutPrefix(text, "+"); ok {
		offset, ok := parseOffset(after)
		switch {
		case !ok:
			return time.Time{}, words.F(textBadTime, text)
		case x.began.IsZero():
			return time.Time{}, words.T(textNoBegan)
		}
		return x.began.Add(offset), ""
	}
	for _, layout := range []string{"2006-01-02 15:04:05", "2006-01-02 15:04"} {
		if at, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return at, ""
		}
	}
	for _, layout := range []string{"15:04:05", "15:04"} {
		of, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		if x.began.IsZero() {
			return time.Time{}, words.T(textNoBegan)
		}
		began := x.began.In(time.Local)
		at := time.Date(began.Year(), began.Month(), began.Day(), of.Hour(), of.Minute(), of.Second(), 0, time.Local)
		// The event may have gone past midnight.
		if next := at.AddDate(0, 0, 1); at.Before(x.began.Truncate(time.Second)) && !next.After(x.ended) {
			at = next
		}
		return at, ""
	}
	return time.Time{}, ""
}

// parseOffset reads "90", "1:30" and "1:02:03".
func parseOffset(text string) (time.Duration, bool) {
	parts := strings.Split(text, ":")
	if len(parts) > 3 {
		return 0, false
	}
	sum := 0
	for i, p := range parts {
		n, err := strconv.Atoi(p)
		if err != nil || n < 0 || n > 1_000_000 || i > 0 && n > 59 {
			return 0, false
		}
		sum = sum*60 + n
	}
	return time.Duration(sum) * time.Second, true
}

// between reads a range and says what it comes to: a sentence, and whether it can be cut.
func (x extent) between(from, to string) (r engine.Range, say string, ok bool) {
	var start, end time.Time
	var problem string
	if r.From, start, problem = x.moment(from); problem != "" {
		return r, problem, false
	}
	if r.To, end, problem = x.moment(to); problem != "" {
		return r, problem, false
	}
	switch backwards := words.T(textBackwards); {
	case !start.IsZero() && !end.IsZero() && !start.Before(end), r.From.Set && r.To.Set && r.From.Media >= r.To.Media:
		return r, backwards, false
	case !start.IsZero() && !end.IsZero():
		return r, words.F(textRangeLong, day(start), day(end), look.Clock(end.Sub(start))), true
	case r.From.Open() && r.To.Open():
		return r, words.T(textRangeAll), true
	case r.To.Open():
		return r, words.F(textRangeFrom, momentWord(r.From)), true
	case r.From.Open():
		return r, words.F(textRangeTo, momentWord(r.To)), true
	}
	return r, "", true
}

func momentWord(m engine.Moment) string {
	if m.Clock.IsZero() {
		return look.Clock(m.Media)
	}
	return day(m.Clock)
}
