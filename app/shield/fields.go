package shield

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

func ranges(ctx context.Context, b *bench) (string, error) {
	const path = "ranged/1.m4s"
	head, err := b.ask(ctx, http.MethodHead, path)
	if err != nil {
		return "", err
	}
	part, err := b.get(ctx, http.StatusPartialContent, path, "Range", "bytes=10-14")
	if err != nil {
		return "", err
	}
	n := b.stages[0].count(path)
	figures := fmt.Sprintf("HEAD %d with length %s, a range of %d bytes, %d to the origin", head.status, head.header.Get("Content-Length"), len(part.body), n)
	return figures, require(head.status == 200 && head.header.Get("Content-Length") == fmt.Sprint(mediaSize) && head.body == "" && part.body == "01234" && n == 1, figures)
}

func crossSite(ctx context.Context, b *bench) (string, error) {
	for path, status := range map[string]int{"Manifest": 200, "gone/2.m4s": 410, "cors/1.m4s": 200} {
		r, err := b.get(ctx, status, path, "Origin", "http://player.example")
		if err != nil {
			return "", err
		}
		if got := r.header.Values("Access-Control-Allow-Origin"); len(got) != 1 || got[0] != "*" {
			return "", fmt.Errorf("%s lets in %q", path, got)
		}
		if got := r.header.Get("Cache-Control"); strings.Contains(got, "stale") || got == "" {
			return "", fmt.Errorf("%s tells players %q", path, got)
		}
	}
	r, err := b.ask(ctx, http.MethodOptions, "cors/2.m4s", "Origin", "http://player.example", "Access-Control-Request-Method", "GET")
	if err != nil {
		return "", err
	}
	n := b.stages[0].count("cors/2.m4s")
	figures := fmt.Sprintf("OPTIONS answers %d by itself, %d to the origin", r.status, n)
	return figures, require(r.status == 204 && n == 0 && strings.Contains(r.header.Get("Access-Control-Allow-Headers"), "CMCD-Object"), figures)
}

func facts(ctx context.Context, b *bench) (string, error) {
	began := time.Now()
	if _, err := b.crowd(ctx, viewers/5, 200, "facts.json"); err != nil {
		return "", err
	}
	n := b.stages[0].count("facts.json")
	figures := fmt.Sprintf("%d requests, %d to the origin, in %v", viewers/5, n, round(time.Since(began)))
	return figures, require(n == viewers/5, figures)
}

func clock(ctx context.Context, b *bench) (string, error) {
	r, err := b.get(ctx, 200, "/time")
	if err != nil {
		return "", err
	}
	told, err := time.Parse(time.RFC3339Nano, r.body)
	if err != nil {
		return "", fmt.Errorf("it tells %q", r.body)
	}
	off := time.Since(told)
	figures := fmt.Sprintf("%s, %v ago", r.body, round(off))
	return figures, require(off > -time.Second && off < patience && strings.Contains(r.body, "."), figures)
}

// refusal posts as an encoder that does not read answers.
func refusal(ctx context.Context, b *bench) (string, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", strings.TrimPrefix(b.cache.url, "http://"))
	if err != nil {
		return "", err
	}
	// It is closed by the other side, or not at all.
	defer func() { _ = conn.Close() }()
	began := time.Now()
	if err := conn.SetDeadline(began.Add(2 * patience)); err != nil {
		return "", err
	}
	_, err = io.WriteString(conn, "POST "+pointPath+"Streams(x) HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
	for sent := 0; err == nil; sent++ {
		if _, err = io.WriteString(conn, "400\r\n"+strings.Repeat("x", 1024)+"\r\n"); err == nil && !pause(ctx, 10*time.Millisecond) {
			return "", ctx.Err()
		}
	}
	var late net.Error
	if errors.As(err, &late) && late.Timeout() {
		return "", errors.New("its body is read on without end")
	}
	n := b.stages[0].posted()
	figures := fmt.Sprintf("connection closed after %v, %d bytes to the origin", round(time.Since(began)), n)
	return figures, require(n == 0 && time.Since(began) < patience, figures)
}

// death ends the origin and looks what becomes of what is kept.
func death(ctx context.Context, b *bench) (string, error) {
	const fragment = "QualityLevels(1)/Fragments(video=1)"
	kept, err := b.get(ctx, 200, "Manifest")
	if err != nil {
		return "", err
	}
	age, err := ageOf(kept)
	if err != nil {
		return "", err
	}
	made := time.Now().Add(-age)
	if err := b.stages[0].close(); err != nil {
		return "", err
	}
	last := time.Duration(0) // how old the manifest was when it was given out last
	var refused reply
	for time.Since(made) < 3*patience {
		if _, err := b.get(ctx, 200, fragment); err != nil {
			return "", fmt.Errorf("media is not given on: %w", err)
		}
		r, err := b.ask(ctx, http.MethodGet, "Manifest")
		if err != nil {
			return "", err
		}
		if r.status != 200 {
			refused = r
			break
		}
		last = time.Since(made)
		if !pause(ctx, 100*time.Millisecond) {
			return "", ctx.Err()
		}
	}
	figures := fmt.Sprintf("media goes on; the manifest until it is %v old, then %d", round(last), refused.status)
	cors := refused.header.Get("Access-Control-Allow-Origin")
	return figures, require(refused.status >= 500 && last > 2*time.Second && last < 12*time.Second && cors == "*", figures)
}

// twoPromises are those of a shield in front of two origins that passes encoders on.
func twoPromises() []promise {
	return []promise{
		{name: "the first origin is asked, the second is not", check: first},
		{name: "what the first lacks the second is asked for", check: lacking},
		{name: "an encoder is passed on as it sends", check: passed},
		{name: "the first origin dies: the second, at once", check: failover, last: true},
	}
}

func first(ctx context.Context, b *bench) (string, error) {
	a, z := 0, 0
	for _, path := range []string{"Manifest", "QualityLevels(1)/Fragments(video=1)", "hds.video-1.abst"} {
		if _, err := b.crowd(ctx, viewers, 200, path); err != nil {
			return "", err
		}
		a, z = a+b.stages[0].count(path), z+b.stages[1].count(path)
	}
	figures := fmt.Sprintf("%d to the first, %d to the second", a, z)
	return figures, require(a >= 3 && z == 0, figures)
}

func lacking(ctx context.Context, b *bench) (string, error) {
	const path = "later/7.m4s"
	b.stages[1].publish(path)
	r, err := b.get(ctx, 200, path)
	if err != nil {
		return "", err
	}
	figures := fmt.Sprintf("%d bytes from %s", len(r.body), r.header.Get("X-Stage"))
	return figures, require(r.header.Get("X-Stage") == "B", figures)
}

// passed sends a body without end, and looks whether it arrives meanwhile.
func passed(ctx context.Context, b *bench) (string, error) {
	body, feed := io.Pipe()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.cache.url+pointPath+"Streams(x)", body)
	if err != nil {
		return "", err
	}
	ended := make(chan error, 1)
	go func() {
		res, err := b.client.Do(req)
		if err == nil {
			err = res.Body.Close()
		}
		ended <- err
	}()
	began := time.Now()
	_, err = io.WriteString(feed, "begin")
	for err == nil && b.stages[0].posted() < len("begin") && time.Since(began) < patience && pause(ctx, time.Millisecond) {
		continue
	}
	took, got := time.Since(began), b.stages[0].posted()
	if err := errors.Join(err, feed.Close(), <-ended); err != nil {
		return "", err
	}
	figures := fmt.Sprintf("%d bytes have arrived after %v, while the body goes on", got, round(took))
	return figures, require(got == len("begin"), figures)
}

// failover ends the first origin and looks for how long viewers notice.
func failover(ctx context.Context, b *bench) (string, error) {
	if err := b.stages[0].close(); err != nil {
		return "", err
	}
	began, refused, slowest := time.Now(), 0, time.Duration(0)
	for i := 0; time.Since(began) < 3*time.Second; i++ {
		for _, path := range []string{"demo.mpd", fmt.Sprintf("QualityLevels(1)/Fragments(video=%d)", 100+i)} {
			r, err := b.ask(ctx, http.MethodGet, path)
			if err != nil {
				return "", err
			}
			if slowest = max(slowest, r.took); r.status != 200 {
				refused++
			}
		}
	}
	figures := fmt.Sprintf("%d refusals, slowest %v, %d to the second", refused, round(slowest), b.stages[1].count(""))
	return figures, require(refused == 0, figures)
}
