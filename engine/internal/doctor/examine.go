package doctor

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
)

// Options say how to examine. The zero value is usual.
type Options struct {
	// ID is the stream_id under which the stream is, or shall be, posted: its bitrates are held
	// against it. Empty says nothing.
	ID string
	// Span is how long an address, a pipe or a device is examined; 0 means 30 s.
	Span   time.Duration
	Limits fmp4.Limits      // zero means fmp4.DefaultLimits
	Client *http.Client     // nil means one with reasonable limits
	Now    func() time.Time // nil means time.Now
}

// span is how long something without an end is examined.
const span = 30 * time.Second

func (o Options) now() time.Time {
	if o.Now == nil {
		return time.Now()
	}
	return o.Now()
}

func (o Options) limits() fmp4.Limits {
	if o.Limits == (fmp4.Limits{}) {
		return fmp4.DefaultLimits()
	}
	return o.Limits
}

// streamID is what a stream is called in findings.
func (o Options) streamID(source string) string {
	if o.ID != "" {
		return o.ID
	}
	base := path.Base(filepath.ToSlash(source))
	return strings.TrimSuffix(base, path.Ext(base))
}

// Examine examines a file, or what an http or https address gives. Errors are of kind BadInput:
// there is no such file, or the address does not answer with anything that could be examined.
func Examine(ctx context.Context, what string, o Options) (engine.Diagnosis, error) {
	if o.Span <= 0 {
		o.Span = span
	}
	lower := strings.ToLower(what)
	if strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://") {
		return address(ctx, what, o)
	}
	return file(ctx, what, o)
}

func bad(what string, err error) error {
	return &engine.Error{Op: "examine", Kind: engine.BadInput, Err: err, Text: what + " cannot be examined: " + err.Error() + "."}
}

// file examines a file. What is no plain file may have no end.
func file(ctx context.Context, name string, o Options) (engine.Diagnosis, error) {
	f, err := os.Open(name)
	if err != nil {
		return engine.Diagnosis{}, bad(name, cause(err))
	}
	defer func() {
		// Nothing has been written.
		_ = f.Close()
	}()
	info, err := f.Stat()
	switch {
	case err != nil:
		return engine.Diagnosis{}, bad(name, cause(err))
	case info.IsDir():
		return engine.Diagnosis{}, bad(name, errors.New("it is a directory; name a capture of what an encoder posts, or check an archive with pubpointd verify"))
	case !info.Mode().IsRegular():
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.Span)
		defer cancel()
	}
	stop := context.AfterFunc(ctx, func() {
		// Wakes a read of a pipe; a plain file needs no waking and says that it cannot.
		_ = f.SetReadDeadline(time.Unix(1, 0))
	})
	defer stop()
	return Stream(ctx, name, bufio.NewReaderSize(f, 64<<10), false, o), nil
}

// cause is an error of the file system without the name, which is told already.
func cause(err error) error {
	if p := (*os.PathError)(nil); errors.As(err, &p) {
		return p.Err
	}
	return err
}

// headerTime is how long an address may take to begin its answer.
const headerTime = 15 * time.Second

func (o Options) client() *http.Client {
	if o.Client != nil {
		return o.Client
	}
	return &http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, ResponseHeaderTimeout: headerTime, MaxConnsPerHost: 4}}
}

// address examines what an address gives: a client manifest, or a stream of fragmented MP4.
func address(ctx context.Context, what string, o Options) (engine.Diagnosis, error) {
	u, err := url.Parse(what)
	if err != nil || u.Host == "" {
		return engine.Diagnosis{}, bad(what, errors.New("it is no address"))
	}
	if ext := strings.ToLower(path.Ext(strings.TrimSuffix(u.Path, "/"))); ext == ".isml" || ext == ".ism" {
		u = u.JoinPath("Manifest")
	}
	o.Client = o.client() // one for all requests, so that connections are used again
	defer o.Client.CloseIdleConnections()
	run, cancel := context.WithTimeout(ctx, o.Span)
	defer cancel()
	body, live, err := get(run, o.Client, u.String())
	if err != nil {
		return engine.Diagnosis{}, bad(redacted(u), err)
	}
	defer func() {
		// What has been read counts.
		_ = body.Close()
	}()
	r := bufio.NewReaderSize(body, 64<<10)
	start, err := r.Peek(len("#EXTM3U"))
	if err != nil && !errors.Is(err, io.EOF) {
		return engine.Diagnosis{}, bad(redacted(u), err)
	}
	switch {
	case bytes.HasPrefix(start, []byte("#EXTM3U")):
		return engine.Diagnosis{}, bad(redacted(u), errors.New("it is an HLS playlist; name the Smooth Streaming manifest of the same point, .../NAME.isml/Manifest"))
	case isXML(start):
		return manifest(run, u, r, o)
	}
	return Stream(run, redacted(u), r, live, o), nil
}

// isXML reports whether an answer begins as XML does, in UTF-8 or UTF-16.
func isXML(start []byte) bool {
	for _, mark := range []string{"<", "\xef\xbb\xbf<", "\xff\xfe<", "\xfe\xff\x00<", "<\x00", "\x00<"} {
		if bytes.HasPrefix(start, []byte(mark)) {
			return true
		}
	}
	return false
}

// redacted is an address without its password.
func redacted(u *url.URL) string { return u.Redacted() }

// get asks for an address. Live tells that the answer has no length: it comes as it is made.
func get(ctx context.Context, client *http.Client, address string) (body io.ReadCloser, live bool, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, false, err
	}
	resp, err := client.Do(req)
	if err != nil {
		if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
			err = wrapped.Err // the address is told already
		}
		return nil, false, untrusted(err)
	}
	if resp.StatusCode != http.StatusOK {
		why := refusal(resp)
		// Nothing more is read of it.
		_ = resp.Body.Close()
		return nil, false, why
	}
	return resp.Body, resp.ContentLength < 0, nil
}
