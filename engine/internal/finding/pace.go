package finding

import (
	"time"

	"pubpoint/engine"
)

// Over how much of the wall clock speed and bitrates are means, and how far apart the marks are
// that they are taken between.
const (
	speedWindow = 20 * time.Second
	rateWindow  = 30 * time.Second
	markStep    = time.Second
	marksKept   = 40
)

// pace is how much media has come by when: marks a second or more apart, the oldest overwritten.
type pace struct {
	marks [marksKept]mark
	n     int
	now   mark
}

// mark is how far a track was at one moment.
type mark struct {
	at    int64         // nanoseconds since 1970
	media time.Duration // end of its newest fragment
	bytes int64         // of all until then
}

// add notes a fragment. When our clock was set back, what came before cannot be compared.
func (p *pace) add(f Fragment, timescale uint32) {
	if p.n > 0 && f.Arrived.UnixNano() < p.now.at-int64(markStep) {
		*p = pace{}
	}
	p.now = mark{at: f.Arrived.UnixNano(), media: f.End.Duration(timescale), bytes: p.now.bytes + f.Bytes}
	if p.n == 0 || p.now.at-p.marks[(p.n-1)%marksKept].at >= int64(markStep) {
		p.marks[p.n%marksKept] = p.now
		p.n++
	}
}

// before is the newest mark that is at least so old; nil when there is none.
func (p *pace) before(age time.Duration) *mark {
	for i := p.n - 1; i >= max(0, p.n-marksKept); i-- {
		if m := &p.marks[i%marksKept]; p.now.at-m.at >= int64(age) {
			return m
		}
	}
	return nil
}

// speed is how much faster than it plays media came between two marks.
func speed(from, to *mark) float64 {
	wall := time.Duration(to.at - from.at)
	if wall <= 0 {
		return 1
	}
	return float64(to.media-from.media) / float64(wall)
}

// Bounds of speed. Between the outer and the inner ones nothing changes.
const (
	slow, slowOver = 0.98, 0.99
	fast, fastOver = 1.05, 1.03
)

// observeSpeed judges whether media comes as fast as it plays. A single stall is not a slow
// encoder, nor a burst after it a fast one: both halves of the window must show it.
func (t *Track) observeSpeed(b *Book, now time.Time) {
	old, half := t.pace.before(speedWindow), t.pace.before(speedWindow/2)
	if old == nil || half == nil || old == half {
		return
	}
	all, first, second := speed(old, &t.pace.now), speed(old, half), speed(half, &t.pace.now)
	switch {
	case all < slow && first < slow && second < slow:
		b.Raise(Slow(&t.Subject, all), now)
	case all > slowOver:
		t.calm(b, SlowerThanLive)
	}
	switch {
	case all > fast && first > fast && second > fast:
		b.Raise(Fast(&t.Subject, all), now)
	case all < fastOver:
		t.calm(b, FasterThanLive)
	}
}

// Bounds of the arriving bitrate, as parts of the nominal one.
const (
	high, highOver = 1.3, 1.2
	low, lowOver   = 0.7, 0.8
)

// observeRate holds the mean of half a minute against what the encoder promised.
func (t *Track) observeRate(b *Book, now time.Time) {
	old := t.pace.before(rateWindow)
	if t.Nominal <= 0 || t.Type == engine.Text || old == nil {
		return
	}
	t.judgeRate(b, old, now)
}

// arriving is the mean bit/s since a mark, and whether media came more slowly than it plays.
// Media that comes faster than it plays is measured by how long it plays.
func (t *Track) arriving(old *mark) (rate float64, span time.Duration, behind bool) {
	media, wall := t.pace.now.media-old.media, time.Duration(t.pace.now.at-old.at)
	if span = max(media, wall); span <= 0 {
		return float64(t.Nominal), 0, false
	}
	return float64(t.pace.now.bytes-old.bytes) * 8 / span.Seconds(), span, float64(media) < slow*float64(wall)
}

func (t *Track) judgeRate(b *Book, old *mark, now time.Time) {
	rate, span, behind := t.arriving(old)
	nominal := float64(t.Nominal)
	switch {
	case rate > high*nominal:
		b.Raise(TooMuch(&t.Subject, rate, span), now)
	case rate < low*nominal:
		b.Raise(TooLittle(&t.Subject, rate, span, behind), now)
	}
	if rate < highOver*nominal {
		t.calm(b, RateHigh)
	}
	if rate > lowOver*nominal {
		t.calm(b, RateLow)
	}
}

// Settle judges what a track that is over has come to, when it was too short for the means of
// half a minute: from ten seconds on a mean is better than none. The time is that of the end.
func (t *Track) Settle(b *Book, now time.Time) {
	if t.pace.n == 0 || t.Nominal <= 0 || t.pace.before(rateWindow) != nil {
		return
	}
	old := &t.pace.marks[0]
	if t.pace.now.media-old.media < rateWindow/3 {
		return
	}
	for range RuleOf(RateHigh).Sightings {
		t.judgeRate(b, old, now)
	}
}
