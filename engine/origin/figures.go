package origin

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/machine"
)

// How often the machine is looked at, when a look is too old to be relied on, and over how long the
// rate of recording is a mean.
const (
	figuresEvery = 3 * time.Second
	figuresOld   = 20 * time.Second
	growthMean   = time.Minute
	growthLeast  = 10 * time.Second
)

// longestDisk is as long as a disk may last before we say for ever.
const longestDisk = 10 * 365 * 24 * time.Hour

// figures are how the machine and the program are doing. One goroutine looks; whoever asks is given
// what it saw last.
type figures struct {
	o      *Origin
	root   string // whose disk is looked at
	began  time.Time
	latest atomic.Pointer[look]
}

// look is what was seen at a moment.
type look struct {
	at     time.Time
	cpu    time.Duration // of this process so far
	status engine.SystemStatus
}

func newFigures(o *Origin) *figures { return &figures{o: o, root: o.cfg.Root, began: time.Now()} }

// run looks until ctx ends.
func (f *figures) run(ctx context.Context) error {
	ticker := time.NewTicker(figuresEvery)
	defer ticker.Stop()
	var grown growth
	last := &look{}
	for {
		last = f.look(last, &grown, time.Now())
		f.latest.Store(last)
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// look looks once. What cannot be known is said so.
func (f *figures) look(last *look, grown *growth, now time.Time) *look {
	l := &look{at: now, status: f.nothing()}
	st := &l.status
	cpu, cpuErr := machine.CPUTime()
	l.cpu = cpu
	if since := now.Sub(last.at); cpuErr == nil && !last.at.IsZero() && since > 0 {
		st.CPU = max(0, (cpu-last.cpu).Seconds()/since.Seconds())
	}
	memory, memoryErr := machine.Memory()
	st.Memory = memory
	free, size, diskErr := machine.Disk(f.root)
	if diskErr == nil {
		st.DiskFree, st.DiskSize = free, size
	}
	if err := errors.Join(cpuErr, memoryErr, diskErr); err != nil {
		st.Unreliable = "Some figures of this machine cannot be had (" + err.Error() + ")."
		if diskErr != nil && !errors.Is(diskErr, machine.ErrUnknown) {
			st.Unreliable = "The disk of the document root cannot be asked for its room (" + diskErr.Error() + "); look whether it is there."
		}
	}
	var points []engine.PointStatus
	for _, e := range f.o.points.all() {
		if !e.ReadOnly() {
			points = append(points, e.Status())
		}
	}
	recording, lasting := grown.observe(now, points)
	st.Recording = recording
	st.DiskLasts = lasts(st.DiskFree, lasting)
	for _, e := range f.o.fleet.all() {
		st.Encoders += e.CPU
	}
	return l
}

// nothing are the figures before anything was looked at.
func (f *figures) nothing() engine.SystemStatus {
	return engine.SystemStatus{Began: f.began, Cores: runtime.NumCPU(), DiskFree: -1, DiskSize: -1}
}

// status are the figures that were seen last.
func (f *figures) status() engine.SystemStatus {
	l := f.latest.Load()
	if l == nil {
		return f.nothing()
	}
	st := l.status
	st.Limits = f.o.crowd.Status()
	if old := time.Since(l.at); old > figuresOld {
		st.Unreliable = "These figures are " + old.Round(time.Second).String() + " old: the disk of the document root does not answer; look whether it hangs."
	}
	return st
}

// lasts is how long free bytes last at a rate; 0 when nobody knows, or for ever.
func lasts(free, rate int64) time.Duration {
	if free < 0 || rate <= 0 || free/rate > int64(longestDisk/time.Second) {
		return 0
	}
	return max(time.Second, time.Duration(float64(free)/float64(rate)*float64(time.Second)))
}

// growth measures how fast archives grow. The zero value is ready; it is for one goroutine.
type growth struct {
	points  map[string]extent
	all     int64 // bytes that archives have grown by so far
	lasting int64 // of those, what will not make room for itself
	past    []grownTo
}

// extent is how much of an event was on disk.
type extent struct {
	event string
	bytes int64
}

// grownTo is how far the growth was at a moment.
type grownTo struct {
	at           time.Time
	all, lasting int64
}

// observe looks at all points and returns by how many bytes a second their archives grow, and by
// how many those grow that do not delete as much at their other end.
func (g *growth) observe(now time.Time, points []engine.PointStatus) (all, lasting int64) {
	seen := make(map[string]extent, len(points))
	fresh := false // a point's first event began or was recovered: the minute before knows nothing of its rate
	for i := range points {
		p := &points[i]
		is := extent{p.Event.ID, p.Archive.Bytes}
		was, known := g.points[p.Name]
		seen[p.Name] = is
		fresh = fresh || was.event == "" && is.event != ""
		if !known {
			continue
		}
		more := is.bytes - was.bytes
		if is.event != was.event {
			more = is.bytes
		}
		if more = max(0, more); more > 0 {
			g.all += more
			if !steady(p) {
				g.lasting += more
			}
		}
	}
	g.points = seen
	if fresh {
		g.past = g.past[:0]
	}
	g.past = append(g.past, grownTo{now, g.all, g.lasting})
	for len(g.past) > 2 && now.Sub(g.past[0].at) > growthMean {
		g.past = g.past[1:]
	}
	since := now.Sub(g.past[0].at)
	if since < growthLeast {
		return 0, 0
	}
	rate := func(from, to int64) int64 { return int64(float64(to-from) / since.Seconds()) }
	return rate(g.past[0].all, g.all), rate(g.past[0].lasting, g.lasting)
}

// steady reports whether a point's archive has reached the limits of what is kept.
func steady(p *engine.PointStatus) bool {
	c := p.Config
	return c.ArchiveKeepBytes > 0 && p.Archive.Bytes >= c.ArchiveKeepBytes/10*9 || c.ArchiveKeep > 0 && p.Event.Duration >= c.ArchiveKeep
}

// System implements engine.System.
func (o *Origin) System() engine.SystemStatus { return o.figures.status() }
