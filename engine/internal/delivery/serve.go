package delivery

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/presentation"
)

// How long answers may be kept, by what they are. The bytes of media never change.
const (
	liveCaching   = "max-age=1"
	endedCaching  = "max-age=60"
	mediaCaching  = "public, max-age=31536000, immutable"
	maxTagLength  = 200
	gzipTagSuffix = "-gz"
)

// media answers with what a format makes of a presentation.
func (s *server) media(w http.ResponseWriter, r *http.Request) {
	t, ref, ok := s.find(w, r)
	if !ok {
		return
	}
	format, res, err := s.resolve(t, r)
	if errors.Is(err, output.ErrNoResource) {
		s.refuse(w, r, http.StatusNotFound, "Publishing point "+t.name+" has nothing at this address; its page, "+
			"with all its addresses, is at /"+t.name+".isml/.")
		return
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if noted, ok := w.(*response); ok {
		noted.point, noted.class = t.name, res.Class()
	}
	if mux.Vars(r)["event"] != "" {
		var release func()
		if ref, release, ok = s.recording(w, r, t, ref); !ok {
			return
		}
		defer release()
	}
	if !s.onAir(w, r, t, ref) {
		return
	}
	switch res.Class() {
	case output.ClientManifest, output.Bootstrap:
		s.manifest(w, r, key{point: t.name, finished: t.finished, tag: ref.Tag, format: format.Name(), resource: res}, ref.Source)
	default:
		s.fragment(w, r, t, res, ref.Source)
	}
}

// resolve asks the formats.
func (s *server) resolve(t target, r *http.Request) (output.Format, output.Resource, error) {
	req := output.Request{Point: t.base(), Path: mux.Vars(r)["rest"], Query: r.URL.Query()}
	for _, f := range s.cfg.Formats {
		res, err := f.Resolve(req)
		if !errors.Is(err, output.ErrNoResource) {
			return f, res, err
		}
	}
	return nil, nil, output.ErrNoResource
}

// fragment answers with bytes that never change.
func (s *server) fragment(w http.ResponseWriter, r *http.Request, t target, res output.Resource, src presentation.Source) {
	obj, release, err := s.renderMedia(r, t, res, src)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	defer release()
	h := w.Header()
	h.Set("Content-Type", obj.Type)
	h.Set("Cache-Control", mediaCaching)
	h.Set("Accept-Ranges", "none")
	setValidators(h, obj.Tag, obj.Modified)
	if notModified(r, h.Get("ETag"), obj.Modified) {
		s.unchanged(w)
		return
	}
	if body, ok := s.hot.media(r, h, t.name, res.Class(), obj); ok {
		s.send(w, r, http.StatusOK, body, obj.Size)
		return
	}
	s.send(w, r, http.StatusOK, obj.Body, obj.Size)
}

// manifest answers with bytes that change with the view.
func (s *server) manifest(w http.ResponseWriter, r *http.Request, k key, src presentation.Source) {
	wanted, err := playoutOf(r.URL.Query())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	view := src.View()
	if view == nil {
		s.fail(w, r, &output.Error{Kind: output.Starting, Text: "The stream is starting; try again in a second."})
		return
	}
	seen := stampOf(view)
	if _, ok := k.resource.(output.Steady); ok {
		view = view.WithoutOpen() // chunks come many times a second
	}
	render := func(ctx context.Context) (*document, error) {
		return renderDocument(ctx, k.resource, frozen{k.playout.Source(src), k.playout.Of(view)}, view.Live)
	}
	k.playout = wanted.For(view)
	get := func() (*document, error) { return render(r.Context()) }
	if reflect.ValueOf(k.resource).Comparable() {
		get = func() (*document, error) { return s.cache.get(r.Context(), k, view, render) }
	}
	doc, err := get()
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.document(w, r, doc, k, seen)
}

// document answers with a manifest, compressed for those who take it. It is of the view that seen stamps.
func (s *server) document(w http.ResponseWriter, r *http.Request, doc *document, k key, seen stamp) {
	h := w.Header()
	body, tag := doc.plain, doc.tag
	h.Set("Vary", "Accept-Encoding")
	zipped := acceptsGzip(r)
	if zipped {
		body, tag = doc.compressed(), tag+gzipTagSuffix
	}
	h.Set("Content-Type", doc.typ)
	h.Set("Cache-Control", endedCaching)
	if doc.live {
		h.Set("Cache-Control", liveCaching)
	}
	setValidators(h, tag, doc.modified)
	since := doc.modified
	if doc.vague {
		since = time.Time{}
	}
	if notModified(r, h.Get("ETag"), since) {
		s.unchanged(w)
		return
	}
	if zipped {
		h.Set("Content-Encoding", "gzip")
	}
	s.hot.manifest(r, h, k, seen, doc, zipped)
	s.send(w, r, http.StatusOK, output.Bytes(body), int64(len(body)))
}

// renderDocument renders a manifest to memory.
func renderDocument(ctx context.Context, res output.Resource, src presentation.Source, live bool) (*document, error) {
	obj, err := res.Render(ctx, src)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if _, err := obj.Body.WriteTo(&b); err != nil {
		return nil, err
	}
	doc := &document{typ: obj.Type, tag: obj.Tag, modified: obj.Modified, live: live, plain: b.Bytes()}
	if !validTag(doc.tag) {
		doc.tag = digest(doc.plain)
	}
	return doc, nil
}

// frozen is a source that stays at one view, so that what is rendered is what it is kept as.
type frozen struct {
	presentation.Source
	view *presentation.View
}

func (f frozen) View() *presentation.View { return f.view }

// setValidators sets ETag and Last-Modified.
func setValidators(h http.Header, tag string, modified time.Time) {
	switch {
	case validTag(tag):
		h.Set("ETag", `"`+tag+`"`)
	case tag != "":
		h.Set("ETag", `"`+digest([]byte(tag))+`"`)
	}
	if !modified.IsZero() {
		h.Set("Last-Modified", modified.UTC().Format(http.TimeFormat))
	}
}

// validTag tells whether a tag can stand in an ETag as it is (RFC 9110 8.8.3).
func validTag(tag string) bool {
	return tag != "" && len(tag) <= maxTagLength && !strings.ContainsFunc(tag, func(r rune) bool {
		return r <= ' ' || r == '"' || r > '~'
	})
}

// notModified tells whether the client has the answer already (RFC 9110 13.1.2, 13.1.3). A
// zero time never counts as known.
func notModified(r *http.Request, tag string, modified time.Time) bool {
	if known := r.Header.Values("If-None-Match"); len(known) > 0 {
		for candidate := range strings.SplitSeq(strings.Join(known, ","), ",") {
			candidate = strings.TrimSpace(candidate)
			if candidate == "*" || tag != "" && strings.TrimPrefix(candidate, "W/") == tag {
				return true
			}
		}
		return false
	}
	since, err := http.ParseTime(r.Header.Get("If-Modified-Since"))
	return err == nil && !modified.IsZero() && !modified.Truncate(time.Second).After(since)
}

// unchanged answers that the client has it already.
func (s *server) unchanged(w http.ResponseWriter) {
	w.Header().Del("Content-Type")
	w.WriteHeader(http.StatusNotModified)
}

func setLength(h http.Header, size int64) { h.Set("Content-Length", strconv.FormatInt(size, 10)) }
