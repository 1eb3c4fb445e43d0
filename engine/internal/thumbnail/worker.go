package thumbnail

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
)

// job is one point on its way through a film.
type job struct {
	point        string
	entry        *entry
	late         time.Duration // since it was looked at last; 0 for the first time
	sight, sound *shot         // nil when there is nothing new
}

// Run makes what is wanted until ctx ends. No child is left when it returns.
func (m *Maker) Run(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	rested := time.Now() // when the next film may be made
	told := false        // that promised is not kept
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-m.wake:
			timer.Reset(max(gather, time.Until(rested)))
			continue
		case <-timer.C:
		}
		began := time.Now()
		jobs, next := m.due(began)
		if len(jobs) == 0 {
			if next > 0 {
				timer.Reset(max(gather, next))
			}
			continue
		}
		cpu := m.make(ctx, jobs)
		rested = began.Add(time.Duration(float64(cpu) / share))
		told = m.punctual(jobs, cpu, told)
		timer.Reset(max(gather, time.Until(rested)))
	}
}

// punctual tells the log when points had to wait for longer than promised, and when no more.
func (m *Maker) punctual(jobs []job, cpu time.Duration, told bool) bool {
	longest := time.Duration(0)
	for _, j := range jobs {
		longest = max(longest, j.late)
	}
	switch late := longest > promised; {
	case late && !told:
		m.cfg.Logger.Warn("pictures of the wall are renewed more rarely than they should be", "every", longest.Round(time.Second).String(),
			"instead_of", promised.String(), "points", len(jobs), "processor_time", cpu.String(), "share", share)
		return true
	case told && longest < promised:
		m.cfg.Logger.Info("pictures of the wall are renewed in time again")
		return false
	}
	return told
}

// due forgets what nobody has asked for, and returns the points whose turn it is, those first that
// have waited longest. Without one, next is how long until there is; 0 when nobody asks.
func (m *Maker) due(now time.Time) (jobs []job, next time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for name, e := range m.known {
		unasked := now.Sub(e.asked)
		if unasked > kept {
			delete(m.known, name)
			continue
		}
		wait := between - now.Sub(e.looked)
		if unasked > wanted {
			wait = kept - unasked + time.Second // to be forgotten
		} else if wait <= 0 {
			j := job{point: name, entry: e}
			if !e.looked.IsZero() {
				j.late = min(now.Sub(e.looked), now.Sub(e.since))
			}
			jobs = append(jobs, j)
			continue
		}
		if next == 0 || wait < next {
			next = wait
		}
	}
	slices.SortFunc(jobs, func(a, b job) int {
		return cmp.Or(a.entry.looked.Compare(b.entry.looked), strings.Compare(a.point, b.point))
	})
	return together(jobs), next
}

// together are those of jobs that go on one film: one that has to go alone, or the first that need
// not.
func together(jobs []job) []job {
	if len(jobs) > 0 && jobs[0].entry.alone {
		return jobs[:1]
	}
	jobs = slices.DeleteFunc(jobs, func(j job) bool { return j.entry.alone })
	return jobs[:min(len(jobs), perFilm)]
}

// taker takes what came back of one reel.
type taker func(d developed, failed error)

// make makes what is new of the jobs, and tells how much processor time it took.
func (m *Maker) make(ctx context.Context, jobs []job) time.Duration {
	path, missing := m.cfg.Tool()
	if path == "" || missing != "" {
		m.settle(jobs, false, nil)
		return 0
	}
	var reels []reel
	var take []taker
	for i := range jobs {
		m.choose(&jobs[i])
		reels, take = m.load(&jobs[i], reels, take)
	}
	var d developed
	var failed error
	if len(reels) > 0 {
		d, failed = m.develop(ctx, path, reels, m.cfg.Logger)
		if ctx.Err() != nil {
			return d.cpu
		}
		if failed != nil {
			m.cfg.Logger.Debug("pictures were not made", "points", len(jobs), "err", failed)
		}
	}
	for _, t := range take {
		t(d, failed)
	}
	m.settle(jobs, len(reels) > 0, failed)
	return d.cpu
}

// load reads what is new of a point, behind the reels of others.
func (m *Maker) load(j *job, reels []reel, take []taker) ([]reel, []taker) {
	if j.sight != nil {
		at := len(reels)
		if r, err := j.sight.read(); err != nil {
			m.fail(j, err, nil)
		} else {
			reels = append(reels, r)
			take = append(take, func(d developed, failed error) { m.takeSight(j, d, at, failed) })
		}
	}
	if j.sound != nil {
		at := len(reels)
		if r, err := j.sound.read(); err != nil {
			m.fail(j, nil, err)
		} else {
			lead := leadOf(r.init, r.samples)
			reels = append(reels, r)
			take = append(take, func(d developed, failed error) { m.takeSound(j, d, at, lead, failed) })
		}
	}
	return reels, take
}

// choose looks for what is new of a point.
func (m *Maker) choose(j *job) {
	var v *presentation.View
	if src := m.cfg.Source(j.point); src != nil {
		v = src.View()
	}
	sight, noSight := pickPicture(v)
	sound, noSound := pickSound(v)
	m.mu.Lock()
	defer m.mu.Unlock()
	j.sight = novel(&j.entry.sight, sight, noSight)
	j.sound = novel(&j.entry.sound, sound, noSound)
}

// novel is the shot when it has to be made. What is no more, such as the picture of a point that
// was shut down, is forgotten.
func novel[T any](p *product[T], s *shot, err error) *shot {
	now := time.Now()
	switch {
	case err != nil:
		*p = product[T]{asked: p.asked, err: err}
		return nil
	case p.there && p.of == s.moment, now.Before(p.until), now.Sub(p.asked) > wanted:
		return nil
	}
	return s
}

// fail notes that a shot could not be read.
func (m *Maker) fail(j *job, sight, sound error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if sight != nil {
		give(&j.entry.sight, j.sight.moment, engine.Thumbnail{}, sight)
	}
	if sound != nil {
		give(&j.entry.sound, j.sound.moment, engine.AudioLevel{}, sound)
	}
}

// give notes what became of a shot. What was made before stays when it failed.
func give[T any](p *product[T], of moment, value T, err error) {
	if err != nil {
		p.err, p.until = err, time.Now().Add(retry)
		return
	}
	*p = product[T]{asked: p.asked, of: of, value: value, there: true}
}

func (m *Maker) takeSight(j *job, d developed, at int, failed error) {
	if failed != nil && !j.entry.alone {
		return // it may not be its fault
	}
	var t engine.Thumbnail
	err := failed
	if err == nil {
		if t, err = picture(j.sight, d.tracks[at]); err != nil {
			err = because(err, d.said)
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	give(&j.entry.sight, j.sight.moment, t, err)
}

func (m *Maker) takeSound(j *job, d developed, at, lead int, failed error) {
	if failed != nil && !j.entry.alone {
		return
	}
	var l engine.AudioLevel
	err := failed
	if err == nil {
		if l, err = level(j.sound, d.tracks[at], lead); err != nil {
			err = because(err, d.said)
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	give(&j.entry.sound, j.sound.moment, l, err)
}

// because adds what ffmpeg said.
func because(err error, said string) error {
	if said == "" {
		return err
	}
	return fmt.Errorf("%w; ffmpeg said: %s", err, said)
}

// settle ends the turn of the jobs, for which a film was made or not. After one of many has failed
// each goes alone, until it has succeeded.
func (m *Maker) settle(jobs []job, made bool, failed error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	for _, j := range jobs {
		j.entry.looked = now
		switch {
		case failed != nil && len(jobs) > 1:
			j.entry.alone, j.entry.looked = true, time.Time{}
		case failed == nil && made:
			j.entry.alone = false
		}
	}
}
