package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"pubpoint/engine"
)

// How long an answer may take, and how large it may be.
const (
	readTime  = 10 * time.Second
	orderTime = 2 * time.Minute // stopping a point waits until its archive is sealed
	maxAnswer = 64 << 20        // bytes; a timeline of a day is the largest
)

// question is one request.
type question struct {
	op, method string
	path       []string // below /api/v1, not escaped
	query      url.Values
	body       any // in JSON; nil for none
	header     http.Header
}

// answer is what came back, its body read.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// open sends a question. Of an answer that is no failure the caller must close the body.
func (e *Engine) open(ctx context.Context, q question) (*http.Response, error) {
	u := *e.base
	path := "/api/v1"
	raw := path
	for _, p := range q.path {
		// A server would walk such a path instead of taking it for a name.
		if slices.ContainsFunc(strings.Split(p, "/"), func(s string) bool { return s == "" || s == "." || s == ".." }) {
			return nil, &engine.Error{Op: q.op, Kind: engine.NotFound, Text: fmt.Sprintf("There is nothing called %q.", p)}
		}
		path += "/" + p
		raw += "/" + url.PathEscape(p)
	}
	u.Path, u.RawPath, u.RawQuery = e.base.Path+path, e.base.EscapedPath()+raw, q.query.Encode()
	var body io.Reader
	if q.body != nil {
		text, err := json.Marshal(q.body)
		if err != nil {
			return nil, &engine.Error{Op: q.op, Kind: engine.BadInput, Err: err, Text: "This cannot be sent: " + err.Error() + "."}
		}
		body = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, q.method, u.String(), body)
	if err != nil {
		return nil, &engine.Error{Op: q.op, Kind: engine.BadInput, Err: err, Text: "This cannot be asked for: " + err.Error() + "."}
	}
	for name, values := range q.header {
		r.Header[name] = values
	}
	if q.body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if token := e.token.get(); token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := e.http.Do(r)
	if err != nil {
		return nil, e.unreached(q.op, err)
	}
	if resp.StatusCode < 300 || resp.StatusCode == http.StatusNotModified {
		return resp, nil
	}
	text, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		return nil, e.unreached(q.op, err)
	}
	return resp, e.refused(q.op, resp.StatusCode, text)
}

// ask sends a question and reads its answer. A failure comes with the answer where there is one.
func (e *Engine) ask(ctx context.Context, q question) (answer, error) {
	resp, err := e.open(ctx, q)
	if err != nil {
		if resp != nil {
			return answer{status: resp.StatusCode, header: resp.Header}, err
		}
		return answer{}, err
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		return answer{}, e.unreached(q.op, err)
	}
	if len(body) > maxAnswer {
		return answer{}, &engine.Error{Op: q.op, Kind: engine.TooLarge, Text: fmt.Sprintf("%s answers with more than %d MiB; ask for less.", e.name, maxAnswer>>20)}
	}
	return answer{status: resp.StatusCode, header: resp.Header, body: body}, nil
}

// read asks for something that changes nothing; it waits for the answer.
func (e *Engine) read(ctx context.Context, q question) ([]byte, error) {
	if err := e.silenced(q.op); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	a, err := e.ask(ctx, q)
	return a.body, err
}

// order has something done, and returns when the snapshot shows what it did.
func (e *Engine) order(ctx context.Context, q question) (answer, error) {
	if err := e.silenced(q.op); err != nil {
		return answer{}, err
	}
	within, cancel := context.WithTimeout(ctx, orderTime)
	defer cancel()
	a, err := e.ask(within, q)
	e.readings.forget()
	// What was done shows in the next snapshot anyhow, so a failure here is none of the order.
	if seen := e.poll(within); seen != nil {
		e.log.Debug("no snapshot after an order", "err", seen)
	}
	return a, err
}
