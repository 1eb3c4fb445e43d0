package remote

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"time"

	"pubpoint/app/api"
	"pubpoint/engine"
)

// The rhythm of asking.
const (
	pollTime   = 5 * time.Second // for one snapshot
	silence    = 3 * time.Second // without an answer, after which the engine counts as not answering
	idlePoll   = 5 * time.Second // between snapshots while nobody looks
	lookedAway = 3 * time.Second // without a look, after which nobody looks
	firstPause = 250 * time.Millisecond
	lastPause  = 5 * time.Second
	levelKept  = 10 * time.Second // after somebody asked for a level
)

// away reports whether nobody has looked for a while.
func (e *Engine) away() bool {
	return time.Since(e.began)-time.Duration(e.looked.Load()) > lookedAway
}

// keepPolling asks for snapshots until ctx ends.
func (e *Engine) keepPolling(ctx context.Context) {
	failures := 0
	for ctx.Err() == nil {
		err := e.poll(ctx)
		pause := e.cfg.Poll
		switch {
		case err != nil:
			pause = backoff(failures)
			if failures == 0 && ctx.Err() == nil {
				e.log.Warn("the engine does not answer", "err", engine.Sentence(err))
			}
			failures++
		case failures > 0:
			e.log.Info("the engine answers again")
			failures = 0
		case e.away():
			pause = idlePoll
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
		case <-timer.C:
		case <-e.kick:
		}
		timer.Stop()
	}
}

// backoff is the pause after a failure: twice as long each time, with as much by chance as not, so that
// many windows do not ask a rack that comes back all at once.
func backoff(failures int) time.Duration {
	pause := min(lastPause, firstPause<<min(failures, 8))
	return pause/2 + rand.N(pause/2+1)
}

// poll fetches one snapshot; one is fetched at a time.
func (e *Engine) poll(ctx context.Context) error { return e.pollAfter(ctx, func() {}) }

// pollAfter is poll that does something first, while no other snapshot is under way.
func (e *Engine) pollAfter(ctx context.Context, first func()) error {
	select {
	case e.polling <- struct{}{}:
	case <-ctx.Done():
		return e.unreached("read snapshot", ctx.Err())
	}
	defer func() { <-e.polling }()
	first()
	within, cancel := context.WithTimeout(ctx, pollTime)
	defer cancel()
	err := e.fetch(within)
	if engine.KindOf(err) == engine.Unauthorized && e.again() {
		err = e.fetch(within)
	}
	if err != nil && ctx.Err() == nil {
		e.mu.Lock()
		e.known.failed, e.known.wants = err, engine.KindOf(err) == engine.Unauthorized
		e.mu.Unlock()
	}
	return err
}

func (e *Engine) fetch(ctx context.Context) error {
	query := e.levelsAsked()
	q := question{op: "read snapshot", method: http.MethodGet, path: []string{"snapshot"}, query: query}
	e.mu.Lock()
	if e.known.any && e.known.query == query.Encode() {
		q.header = http.Header{"If-None-Match": {e.known.etag}}
	}
	e.mu.Unlock()
	asked := time.Now()
	a, err := e.ask(ctx, q)
	if err != nil {
		if a.status == http.StatusNotFound {
			return e.versionError("")
		}
		return err
	}
	if err := e.versionError(a.header.Get(api.VersionHeader)); err != nil {
		return err
	}
	return e.take(a, query, asked)
}

// take keeps what a snapshot tells.
func (e *Engine) take(a answer, query url.Values, asked time.Time) error {
	var s api.Snapshot
	if a.status != http.StatusNotModified {
		var err error
		if s, err = api.ReadSnapshot(a.body); err != nil {
			return err
		}
	}
	now := time.Now()
	at, err := time.Parse(time.RFC3339Nano, a.header.Get(api.NowHeader))
	if err != nil {
		return &engine.Error{Op: "read snapshot", Kind: engine.Unavailable, Err: err, Text: e.name + " does not say what time it is; is there something between it and us?"}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	k := &e.known
	if a.status != http.StatusNotModified {
		k.snapshot, k.query, k.etag = s, query.Encode(), a.header.Get("ETag")
	}
	// The clock was read when about half of the way was behind us.
	at = at.Add(now.Sub(asked) / 2)
	// Ways differ by some milliseconds; no clock shall run backwards by them.
	if before := k.at.Add(now.Sub(k.good)); k.any && before.Sub(at).Abs() < 200*time.Millisecond && before.After(at) {
		at = before
	}
	k.any, k.good, k.at, k.failed, k.wants = true, now, at, nil, false
	return nil
}

// levelsAsked are the points whose level somebody has asked for lately.
func (e *Engine) levelsAsked() url.Values {
	e.mu.Lock()
	defer e.mu.Unlock()
	var names []string
	for name, at := range e.known.levels {
		if time.Since(at) > levelKept {
			delete(e.known.levels, name)
			continue
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return url.Values{"level": names}
}

// Now is the engine's clock; while it does not answer, the time of the last answer. It returns at once.
func (e *Engine) Now() time.Time { return e.Connection().Now }
