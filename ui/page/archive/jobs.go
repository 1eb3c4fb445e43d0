package archive

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"pubpoint/engine"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// shownJobs is how many tasks are listed, the newest first.
const shownJobs = 4

// Jobs are the orders that take long, and what checks have found. They outlive a page, which is made
// anew with every change of the theme. Use NewJobs. All methods may be called from any goroutine.
type Jobs struct {
	mu     sync.Mutex
	all    []*job // newest first
	seq    int
	checks map[subject]engine.Verification
	change int // counts what has changed the archive
}

// NewJobs makes an empty list.
func NewJobs() *Jobs { return &Jobs{checks: map[subject]engine.Verification{}} }

// subject is what an order is about: an event of a point, a recording, or a point as a whole.
type subject struct {
	point     string
	event     string // empty for a recording or a point
	recording bool
}

// job is one order. What is not atomic is guarded by the lock of Jobs.
type job struct {
	id          int
	about       subject
	verb        verb
	say         func(done, total int64) string // while it runs
	done, total atomic.Int64
	cancel      context.CancelFunc
	cancelled   bool
	ended       bool
	lamp        look.Lamp
	outcome     string
	play        string // URL of what it has made; may be empty
}

type verb int

const (
	doClip verb = iota
	doVerify
	doExport
	doPurge
	doDelete
)

// jobView is a job as it is shown.
type jobView struct {
	id       int
	about    subject
	verb     verb
	lamp     look.Lamp
	text     string
	running  bool
	stopping bool
	play     string
	share    float64
}

// result is what a job has come to.
type result struct {
	text string
	lamp look.Lamp
	play string
}

// start runs work as a job and tells how it went. Work gets a context that ends when the job is
// cancelled.
func (j *Jobs) start(host page.Host, about subject, v verb, say func(done, total int64) string, work func(context.Context, *job) (result, error)) {
	ctx, cancel := context.WithCancel(context.Background())
	one := &job{about: about, verb: v, say: say, cancel: cancel, lamp: look.Busy}
	j.mu.Lock()
	// What went well has been read by whoever goes on.
	j.all = slices.DeleteFunc(j.all, func(one *job) bool { return one.ended && (one.lamp == look.Good || one.lamp == look.Quiet) })
	j.seq++
	one.id = j.seq
	j.all = append([]*job{one}, j.all...)
	j.mu.Unlock()
	var r result
	host.Do(func(outer context.Context) error {
		defer context.AfterFunc(outer, cancel)()
		var err error
		r, err = work(ctx, one)
		return err
	}, func(err error) {
		cancel()
		j.end(one, r, err)
	})
	host.Wake()
}

func (j *Jobs) end(one *job, r result, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	one.ended = true
	j.change++
	switch {
	case err != nil && (one.cancelled || errors.Is(err, context.Canceled)):
		one.lamp, one.outcome = look.Quiet, words.F(jobCancelled, one.say(0, 0))
	case err != nil:
		one.lamp, one.outcome = look.Bad, words.F(jobFailed, one.say(0, 0), page.Sentence(engine.Sentence(err)))
	default:
		one.lamp, one.outcome, one.play = r.lamp, r.text, r.play
	}
}

// stop cancels a job; dismiss forgets one that has ended.
func (j *Jobs) stop(id int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, one := range j.all {
		if one.id == id && !one.ended {
			one.cancelled = true
			one.cancel()
		}
	}
}

func (j *Jobs) dismiss(id int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.all = slices.DeleteFunc(j.all, func(one *job) bool { return one.id == id && one.ended })
}

// found keeps what a check has found.
func (j *Jobs) found(about subject, v engine.Verification) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.checks[about] = v
}

// changes counts what has changed the archive so far.
func (j *Jobs) changes() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.change
}

// check is what is known about one event.
type check struct {
	known   bool
	v       engine.Verification
	running bool
	share   float64 // of the bytes that have been read
}

// snapshot is all jobs and checks at one instant.
func (j *Jobs) snapshot() ([]jobView, map[subject]check) {
	j.mu.Lock()
	defer j.mu.Unlock()
	checks := map[subject]check{}
	for about, v := range j.checks {
		checks[about] = check{known: true, v: v}
	}
	var views []jobView
	for _, one := range j.all {
		v := jobView{id: one.id, about: one.about, verb: one.verb, lamp: one.lamp, text: one.outcome, running: !one.ended, stopping: one.cancelled, play: one.play}
		if v.running {
			done, total := one.done.Load(), one.total.Load()
			v.text = one.say(done, total)
			if v.stopping {
				v.text = words.T(jobCancelling)
			}
			if total > 0 {
				v.share = float64(done) / float64(total)
			}
			if one.verb == doVerify {
				checks[one.about] = check{running: true, share: v.share}
			}
		}
		views = append(views, v)
	}
	return views, checks
}
