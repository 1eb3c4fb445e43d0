package origin

import (
	"sync"
	"time"

	"pubpoint/engine/internal/metrics"
	"pubpoint/engine/internal/output"
)

// A viewer is an address that asked for something within viewerAge. No more than
// maxViewers addresses are remembered for a point, so that strangers cannot fill memory.
const (
	viewerAge  = 30 * time.Second
	maxViewers = 20_000
)

// traffic counts what viewers ask of each publishing point.
type traffic struct {
	mu     sync.Mutex
	points map[string]*pointTraffic

	answers *answers
}

type pointTraffic struct {
	requests metrics.Counter
	bytes    metrics.Counter
	answers  [maxFormats][classes]metrics.Counter

	mu      sync.Mutex
	viewers map[string]time.Time // last request by address
}

func newTraffic() *traffic {
	return &traffic{points: map[string]*pointTraffic{}, answers: newAnswers(formats())}
}

func (t *traffic) of(point string) *pointTraffic {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.points[point]
	if p == nil {
		p = &pointTraffic{viewers: map[string]time.Time{}}
		t.points[point] = p
	}
	return p
}

// count is told of each answer.
func (t *traffic) count(point string, _ output.Class, _ int, bytes int64, remote string) {
	p := t.of(point)
	p.requests.Add(1)
	p.bytes.Add(bytes)
	p.see(remote, time.Now())
}

func (p *pointTraffic) see(remote string, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, known := p.viewers[remote]; known || len(p.viewers) < maxViewers {
		p.viewers[remote] = now
	}
}

// watching is how many viewers there are; it forgets those that have left.
func (p *pointTraffic) watching(now time.Time) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	for remote, at := range p.viewers {
		if now.Sub(at) > viewerAge {
			delete(p.viewers, remote)
		}
	}
	return len(p.viewers)
}
