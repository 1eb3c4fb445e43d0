//go:build e2e

package e2e

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// step is the length of each fragment of a rung, in 100 ns: 60 pictures at 29.97 a second.
const step = 20020000

// pace is the pause of a sender between two fragments: 500 times as fast as they play.
const pace = 4 * time.Millisecond

// paced waits for the next turn; false when there is none.
func paced(ctx context.Context, turn *time.Ticker) bool {
	select {
	case <-turn.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// rung is one bitrate of an encoder that sends as fast as it is let: the first fragment of a
// capture again and again, at the next time each.
type rung struct {
	id     string
	header []byte
	moof   []byte
	mdat   []byte
	timeAt int // offset of the time of the tfxd in moof
}

func newRung(t *testing.T, id string) *rung {
	t.Helper()
	capture, err := os.ReadFile(filepath.Join("..", "..", "engine", "internal", "fmp4", "testdata", "video-2997-isml.ismv"))
	if err != nil {
		t.Fatal(err)
	}
	r := &rung{id: id}
	parts, err := boxes(capture)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range parts {
		switch {
		case b.typ == "moof" && r.moof == nil:
			r.moof = b.raw
		case b.typ == "mdat" && r.mdat == nil:
			r.mdat = b.raw
		case r.moof == nil:
			r.header = append(r.header, b.raw...)
		}
	}
	id16, err := hex.DecodeString(tfxd)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(r.moof, id16)
	if at < 0 || r.moof[at+16] != 1 || r.mdat == nil {
		t.Fatal("the capture has no fragment with a tfxd of version 1")
	}
	r.timeAt = at + 20
	return r
}

// fragment is the nth fragment.
func (r *rung) fragment(n int64) []byte {
	b := bytes.Clone(r.moof)
	binary.BigEndian.PutUint64(b[r.timeAt:], uint64(n*step))
	return append(b, r.mdat...)
}

// single sends each fragment in a request of its own, so that the answer acknowledges it,
// from fragment n on until the server is gone or ctx ends. Taken is the newest acknowledged.
func (r *rung) single(ctx context.Context, url string, n int64, taken *atomic.Int64) error {
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	turn := time.NewTicker(pace)
	defer turn.Stop()
	for ; paced(ctx, turn); n++ {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, io.MultiReader(bytes.NewReader(r.header), bytes.NewReader(r.fragment(n))))
		if err != nil {
			return err
		}
		resp, err := client.Do(req)
		if err != nil {
			return nil //nolint:nilerr // the server was killed
		}
		text, readErr := io.ReadAll(resp.Body)
		if err := resp.Body.Close(); err != nil || readErr != nil {
			return nil
		}
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("fragment %d of %s: %s %s", n, r.id, resp.Status, text)
		}
		taken.Store(n)
	}
	return nil
}

// endless sends fragments from n on in one request without end, until the server is gone or ctx ends.
func (r *rung) endless(ctx context.Context, url string, n int64) error {
	body, feed := io.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		turn := time.NewTicker(pace)
		defer turn.Stop()
		_, err := feed.Write(r.header)
		for ; err == nil && paced(ctx, turn); n++ {
			_, err = feed.Write(r.fragment(n))
		}
		feed.CloseWithError(io.ErrUnexpectedEOF) // a connection that breaks off
	}()
	defer func() { <-done }()
	defer body.CloseWithError(io.ErrClosedPipe)
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, body)
	if err != nil {
		return err
	}
	resp, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		return nil //nolint:nilerr // the server was killed
	}
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		text = []byte(err.Error())
	}
	if err := resp.Body.Close(); err != nil {
		return nil
	}
	return fmt.Errorf("%s was sent away: %s %s", r.id, resp.Status, text)
}

// recorded are the numbers of the fragments in a stream's archive, in the order of the files,
// and how many bytes at the end are no whole boxes.
func (h *house) recorded(t *testing.T, point, stream string) (numbers []int64) {
	t.Helper()
	files, err := filepath.Glob(h.path(point, stream+"*.ismv"))
	if err != nil {
		t.Fatal(err)
	}
	id16, err := hex.DecodeString(tfxd)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(files, func(a, b string) int { // the one without a number is the first
		return cmp.Or(len(a)-len(b), strings.Compare(a, b))
	})
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for len(b) >= 8 {
			size := int(binary.BigEndian.Uint32(b))
			if size < 8 || size > len(b) {
				break // torn
			}
			if at := bytes.Index(b[:size], id16); string(b[4:8]) == "moof" && at >= 0 && size+8 <= len(b) {
				if mdat := int(binary.BigEndian.Uint32(b[size:])); mdat <= len(b)-size {
					numbers = append(numbers, int64(binary.BigEndian.Uint64(b[at+20:]))/step)
				}
			}
			b = b[size:]
		}
	}
	return numbers
}

// leftovers are temporary files anywhere below a point's directory.
func (h *house) leftovers(t *testing.T, point string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(h.path(point), func(path string, d os.DirEntry, err error) error {
		if err == nil && strings.HasPrefix(d.Name(), ".pubpoint-") {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// request asks the admin listener for something; the server may be killed before it answers.
func (s *server) request(ctx context.Context, method, path, body string) error {
	req, err := http.NewRequestWithContext(ctx, method, s.admin+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// event is the id of the event that a point shows; empty without one.
func (s *server) event(t *testing.T, point string) string {
	t.Helper()
	var answer struct{ Event struct{ ID string } }
	s.api(t, http.MethodGet, "/api/v1/points/"+point, nil, &answer)
	return answer.Event.ID
}
