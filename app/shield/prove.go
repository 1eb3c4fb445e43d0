package shield

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// bench is a cache in front of stages.
type bench struct {
	stages []*stage
	cache  *cache
	kind   Kind
	client *http.Client
}

// promise is something that a shield does. Its check returns figures, and an error when it does not.
type promise struct {
	name  string
	check func(context.Context, *bench) (figures string, err error)
	last  bool // ends an origin, so it comes after all others
}

// outcome is what a check has returned.
type outcome struct {
	figures string
	err     error
}

// abreast is how many checks run at once: they mostly wait.
const abreast = 4

// Prove starts the program of a kind on this machine, in front of origins made up for the purpose,
// and writes a line to w for each promise: "ok" or "BROKEN", what it is, and what was measured. It
// takes about half a minute. It returns whether all were kept, and an error when it could
// not find out.
func Prove(ctx context.Context, kind Kind, w io.Writer) (bool, error) {
	all := true
	for _, round := range []struct {
		origins  int
		ingest   bool
		promises []promise
	}{
		{1, false, onePromises(kind)},
		{2, true, twoPromises()},
	} {
		kept, err := proveRound(ctx, kind, w, round.origins, round.ingest, round.promises)
		if err != nil {
			return false, err
		}
		all = all && kept
	}
	return all, nil
}

func proveRound(ctx context.Context, kind Kind, w io.Writer, origins int, ingest bool, promises []promise) (kept bool, err error) {
	b, err := openBench(ctx, kind, origins, ingest)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	kept = true
	for i, o := range b.check(ctx, promises) {
		verdict := "ok"
		if o.err != nil {
			verdict, kept, o.figures = "BROKEN", false, o.err.Error()
		}
		if _, err := fmt.Fprintf(w, "%-6s  %-46s  %s\n", verdict, promises[i].name, o.figures); err != nil {
			return false, err
		}
	}
	return kept, nil
}

// check finds out about all promises, some at once.
func (b *bench) check(ctx context.Context, promises []promise) []outcome {
	ctx, cancel := context.WithTimeout(ctx, 4*LongestHold*time.Second)
	defer cancel()
	outcomes := make([]outcome, len(promises))
	for _, last := range []bool{false, true} {
		var all sync.WaitGroup
		places := make(chan struct{}, abreast)
		for i, p := range promises {
			if p.last != last {
				continue
			}
			places <- struct{}{}
			all.Go(func() {
				outcomes[i].figures, outcomes[i].err = p.check(ctx, b)
				<-places
			})
		}
		all.Wait()
	}
	return outcomes
}

// openBench starts everything.
func openBench(ctx context.Context, kind Kind, origins int, ingest bool) (*bench, error) {
	dir, err := os.MkdirTemp("", "pubpoint-shield-")
	if err != nil {
		return nil, fmt.Errorf("there is no room for temporary files: %w", err)
	}
	b := &bench{kind: kind, cache: &cache{dir: dir}}
	if err := b.open(ctx, origins, ingest); err != nil {
		return nil, errors.Join(err, b.close())
	}
	return b, nil
}

func (b *bench) open(ctx context.Context, origins int, ingest bool) error {
	config := Config{Ingest: ingest}
	for i := range origins {
		s, err := openStage(ctx, string(rune('A'+i)))
		if err != nil {
			return err
		}
		b.stages = append(b.stages, s)
		config.Origins = append(config.Origins, s.origin())
	}
	started, err := start(ctx, b.kind, config, b.cache.dir)
	if err != nil {
		return err
	}
	b.cache = started
	b.client = &http.Client{
		Transport:     &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: viewers},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return nil
}

func (b *bench) close() error {
	var errs []error
	if b.client != nil {
		b.client.CloseIdleConnections()
	}
	if b.cache.cmd != nil {
		errs = append(errs, b.cache.stop())
	}
	for _, s := range b.stages {
		errs = append(errs, s.close())
	}
	return errors.Join(append(errs, os.RemoveAll(filepath.Clean(b.cache.dir)))...)
}

// reply is what came of a request.
type reply struct {
	status int
	header http.Header
	body   string
	first  time.Duration // until the first byte of the body
	took   time.Duration
}

// ask asks the cache for something below the point, or with a path that begins with a slash for
// anything. Header fields come in pairs.
func (b *bench) ask(ctx context.Context, method, path string, fields ...string) (reply, error) {
	if path == "" || path[0] != '/' {
		path = pointPath + path
	}
	req, err := http.NewRequestWithContext(ctx, method, b.cache.url+path, nil)
	if err != nil {
		return reply{}, err
	}
	for i := 0; i+1 < len(fields); i += 2 {
		req.Header.Set(fields[i], fields[i+1])
	}
	began := time.Now()
	res, err := b.client.Do(req)
	if err != nil {
		return reply{}, err
	}
	r := reply{status: res.StatusCode, header: res.Header}
	one := make([]byte, 1)
	n, err := io.ReadFull(res.Body, one)
	r.first = time.Since(began)
	var rest []byte
	if err == nil {
		rest, err = io.ReadAll(res.Body)
	} else if errors.Is(err, io.EOF) {
		err = nil
	}
	r.body, r.took = string(one[:n])+string(rest), time.Since(began)
	return r, errors.Join(err, res.Body.Close())
}

// get is ask for what must be answered with a status.
func (b *bench) get(ctx context.Context, status int, path string, fields ...string) (reply, error) {
	r, err := b.ask(ctx, http.MethodGet, path, fields...)
	if err == nil && r.status != status {
		err = fmt.Errorf("%s is answered with %d, not %d", path, r.status, status)
	}
	return r, err
}

// crowd has many ask at once, and returns their answers, the slowest of them first.
func (b *bench) crowd(ctx context.Context, n, status int, path string) ([]reply, error) {
	replies, errs := make([]reply, n), make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { replies[i], errs[i] = b.get(ctx, status, path) })
	}
	all.Wait()
	for i := range replies {
		if replies[i].took > replies[0].took {
			replies[0], replies[i] = replies[i], replies[0]
		}
	}
	return replies, errors.Join(errs...)
}
