package shield

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// viewers is how many come at once.
const viewers = 100

// What nobody may have to wait longer for, on a busy machine.
const patience = 10 * time.Second

// onePromises are those of a shield in front of one origin. The last ones end it.
func onePromises(kind Kind) []promise {
	list := []promise{
		{name: "many viewers of a fragment are one request", check: collapses("QualityLevels(1)/Fragments(video=1)", 1)},
		{name: "a fragment that is held back: one request", check: collapses("held/Seg1-Frag7", 1)},
		{name: "a blocking playlist: one request", check: collapses("hls-cmaf/video-1.m3u8?_HLS_msn=7&_HLS_part=1", 1)},
		{name: "blocking playlists are told apart, never stale", check: blocking},
		{name: "a manifest: one request a second", check: manifests("Manifest")},
		{name: "a playlist: one request a second", check: manifests("hls-cmaf/video-1.m3u8")},
		{name: "a bootstrap: one request a second", check: manifests("hds.video-1.abst")},
		{name: "not yet (404): asked again within two seconds", check: notYet},
		{name: "the future (412): one request", check: collapses412},
		{name: "gone (410): kept longer", check: gone},
		{name: "queries that change nothing are dropped", check: queries},
		{name: "gzip: two variants, however it is asked for", check: encodings},
		{name: "a segment that is arriving is passed on", check: arriving},
		{name: "a segment that broke off is not kept", check: torn},
		{name: "a viewer who leaves stops nobody", check: leaver},
		{name: "HEAD and Range", check: ranges},
		{name: "browsers of other sites are let in", check: crossSite},
		{name: "live facts are not kept", check: facts},
		{name: "the clock for players", check: clock},
		{name: "encoders are refused and notice", check: refusal},
	}
	if kind == Varnish {
		list = list[:len(list)-1] // it reads on; nothing to be told by
	}
	return append(list, promise{name: "the origin dies: what is kept is given on, 6 s", check: death, last: true})
}

func collapses(path string, most int) func(context.Context, *bench) (string, error) {
	return func(ctx context.Context, b *bench) (string, error) {
		replies, err := b.crowd(ctx, viewers, http.StatusOK, path)
		if err != nil {
			return "", err
		}
		asked := b.stages[0].countExactly(path)
		figures := fmt.Sprintf("%d viewers, %d to the origin, slowest %v", viewers, asked, round(replies[0].took))
		return figures, require(asked <= most && replies[0].took < patience, figures)
	}
}

// blocking asks for two parts, in every order of the parameters.
func blocking(ctx context.Context, b *bench) (string, error) {
	const file = "hls-cmaf/video-1.m3u8"
	queries := map[string]string{
		"_HLS_msn=8&_HLS_part=2": "msn 8 part 2", "_HLS_msn=8&_HLS_part=3": "msn 8 part 3",
		"_HLS_part=3&x=1&_HLS_msn=8": "msn 8 part 3", "x=2&_HLS_part=2&_HLS_msn=8": "msn 8 part 2",
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	var errs []error
	for query, want := range queries {
		all.Go(func() {
			r, err := b.get(ctx, 200, file+"?"+query)
			if err == nil && r.body != want {
				err = fmt.Errorf("%s is answered with %q", query, r.body)
			}
			mu.Lock()
			defer mu.Unlock()
			errs = append(errs, err)
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		return "", err
	}
	n := b.stages[0].count(file + "?_HLS_msn=8")
	figures := fmt.Sprintf("%d ways to ask for 2 parts, %d to the origin", len(queries), n)
	return figures, require(n == 2, figures)
}

// manifests has many viewers reload for some seconds.
func manifests(path string) func(context.Context, *bench) (string, error) {
	return func(ctx context.Context, b *bench) (string, error) {
		const seconds = 4
		before := b.stages[0].countExactly(path)
		began, asked, oldest := time.Now(), 0, time.Duration(0)
		for time.Since(began) < seconds*time.Second {
			replies, err := b.crowd(ctx, viewers/4, 200, path)
			if err != nil {
				return "", err
			}
			asked += len(replies)
			for _, r := range replies {
				age, err := ageOf(r)
				if err != nil {
					return "", err
				}
				oldest = max(oldest, age)
			}
			if !pause(ctx, 50*time.Millisecond) {
				return "", ctx.Err()
			}
		}
		n, took := b.stages[0].countExactly(path)-before, time.Since(began)
		figures := fmt.Sprintf("%d requests in %.1f s, %d to the origin, oldest %v", asked, took.Seconds(), n, round(oldest))
		return figures, require(n <= int(took.Seconds())+2 && oldest < patience, figures)
	}
}

// ageOf is how long ago a body was made that tells it.
func ageOf(r reply) (time.Duration, error) {
	ms, err := strconv.ParseInt(r.body, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q tells no time", r.body)
	}
	return time.Since(time.UnixMilli(ms)), nil
}

// notYet has many ask too early, and again and again until it is there.
func notYet(ctx context.Context, b *bench) (string, error) {
	const path = "later/5.m4s"
	if _, err := b.crowd(ctx, viewers, 404, path); err != nil {
		return "", err
	}
	early := b.stages[0].count(path)
	b.stages[0].publish(path)
	began := time.Now()
	for {
		r, err := b.ask(ctx, http.MethodGet, path)
		if err != nil {
			return "", err
		}
		if r.status == 200 {
			break
		}
		if time.Since(began) > patience {
			return "", fmt.Errorf("it is there and not found for %v", patience)
		}
		if !pause(ctx, 20*time.Millisecond) {
			return "", ctx.Err()
		}
	}
	took := time.Since(began)
	if _, err := b.crowd(ctx, viewers, 200, path); err != nil {
		return "", err
	}
	all := b.stages[0].count(path)
	figures := fmt.Sprintf("%d viewers too early, %d to the origin; found %v after it came, %d in all", viewers, early, round(took), all)
	return figures, require(early <= 2 && all <= early+2, figures)
}

func collapses412(ctx context.Context, b *bench) (string, error) {
	const path = "future/Fragments(video=9)"
	replies, err := b.crowd(ctx, viewers, 412, path)
	if err != nil {
		return "", err
	}
	n := b.stages[0].count(path)
	figures := fmt.Sprintf("%d viewers, %d to the origin, slowest %v", viewers, n, round(replies[0].took))
	return figures, require(n <= 2, figures)
}

// gone asks for what is gone, and again when what is not yet there would be asked for again.
func gone(ctx context.Context, b *bench) (string, error) {
	const path = "gone/1.m4s"
	for range 2 {
		if _, err := b.crowd(ctx, viewers, 410, path); err != nil {
			return "", err
		}
		if !pause(ctx, 2500*time.Millisecond) {
			return "", ctx.Err()
		}
	}
	n := b.stages[0].count(path)
	figures := fmt.Sprintf("%d viewers in 2.5 s, %d to the origin", 2*viewers, n)
	return figures, require(n == 1, figures)
}

func queries(ctx context.Context, b *bench) (string, error) {
	for i := range viewers {
		if _, err := b.get(ctx, 200, "queried/1.m4s?_="+strconv.Itoa(i)+"&CMCD=br%3D400&hdcore=3.1"); err != nil {
			return "", err
		}
	}
	n := b.stages[0].count("queried/1.m4s")
	for _, q := range []string{"dvr_window_length=60", "dvr_window_length=60&time_shift=5", "time_shift=5&x=1&dvr_window_length=60"} {
		if _, err := b.get(ctx, 200, "queried/window?"+q); err != nil {
			return "", err
		}
	}
	for _, q := range []string{"bitrate=1&video=1", "bitrate=1&video=2"} {
		if _, err := b.get(ctx, 200, "demo.ism?"+q); err != nil {
			return "", err
		}
	}
	playout, fragments := b.stages[0].count("queried/window"), b.stages[0].count("demo.ism")
	figures := fmt.Sprintf("%d queries that mean nothing: %d to the origin; 3 of 2 windows: %d; 2 of 2 fragments: %d", viewers, n, playout, fragments)
	return figures, require(n == 1 && playout == 2 && fragments == 2, figures)
}

func encodings(ctx context.Context, b *bench) (string, error) {
	const path = "encoded/init.mp4"
	fields := []string{"", "gzip", "gzip, deflate", "gzip, deflate, br, zstd", "br;q=1.0, gzip;q=0.8", "gzip;q=0", "identity", "*;q=0.1"}
	for _, field := range fields {
		if _, err := b.get(ctx, 200, path, "Accept-Encoding", field); err != nil {
			return "", err
		}
	}
	n := b.stages[0].count(path)
	figures := fmt.Sprintf("%d ways to ask, %d to the origin", len(fields), n)
	return figures, require(n <= 2, figures)
}

// arriving has one viewer begin and others come while it is on its way.
func arriving(ctx context.Context, b *bench) (string, error) {
	const path = "arriving/1.m4s"
	first := make(chan reply, 1)
	failed := make(chan error, 1)
	go func() {
		r, err := b.get(ctx, 200, path)
		first <- r
		failed <- err
	}()
	pause(ctx, 2*piece)
	others, err := b.crowd(ctx, viewers, 200, path)
	one := <-first
	if err := errors.Join(err, <-failed); err != nil {
		return "", err
	}
	n := b.stages[0].count(path)
	figures := fmt.Sprintf("%d to the origin in %v; first byte after %v, for later viewers up to %v", n, pieces*piece, round(one.first), round(others[0].first))
	for _, r := range append(others, one) {
		if len(r.body) != mediaSize {
			return "", fmt.Errorf("somebody got %d bytes of %d", len(r.body), mediaSize)
		}
	}
	return figures, require(n == 1 && one.first < one.took-2*piece, figures)
}

// torn asks for a segment whose first delivery breaks off.
func torn(ctx context.Context, b *bench) (string, error) {
	const path = "torn/1.m4s"
	if r, err := b.ask(ctx, http.MethodGet, path); err == nil && r.status == 200 {
		return "", errors.New("half a segment is given out as a whole one")
	}
	r, err := b.get(ctx, 200, path)
	if err != nil {
		return "", err
	}
	figures := fmt.Sprintf("%d bytes of %d at the second time", len(r.body), mediaSize)
	return figures, require(len(r.body) == mediaSize, figures)
}

// leaver goes away while others wait for what he has asked for.
func leaver(ctx context.Context, b *bench) (string, error) {
	const path = "held/left"
	short, cancel := context.WithTimeout(ctx, held/4)
	defer cancel()
	if _, err := b.ask(short, http.MethodGet, path); err == nil {
		return "", errors.New("it is answered at once")
	}
	replies, err := b.crowd(ctx, viewers, 200, path)
	if err != nil {
		return "", err
	}
	n := b.stages[0].count(path)
	figures := fmt.Sprintf("%d to the origin, slowest %v", n, round(replies[0].took))
	return figures, require(n == 1, figures)
}

func require(kept bool, figures string) error {
	if !kept {
		return errors.New(figures)
	}
	return nil
}

func round(d time.Duration) time.Duration { return d.Round(time.Millisecond) }
