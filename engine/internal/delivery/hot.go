package delivery

import (
	"bytes"
	"context"
	"hash/maphash"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/wire"
)

// What is kept ready to be sent as it is, and for how long. Of what many viewers of a live event ask for
// there is little: the newest fragments and the manifests.
const (
	maxHot       = 1024
	maxHotBytes  = 64 << 20
	maxHotObject = 4 << 20
	maxHotTarget = 512
	// hotFor is how long media is sent without another look whether it may still be: deleting a point or
	// purging its archive takes effect within this time, and so does a limit on who may watch.
	hotFor = time.Second
	// coldAfter is how long something stays that nobody asks for.
	coldAfter = 5 * time.Second
)

// hot has the answers that are asked for again and again, ready to be sent (wire.Config.Known). What it
// sends is the same as what the handler would: it is taken from the handler's answers. It is safe for
// concurrent use.
type hot struct {
	now func() time.Time

	mu       sync.RWMutex // guards what follows
	answers  map[string]*ready
	bytes    int
	sweeping bool

	seed maphash.Seed
	seen [4096]atomic.Uint64 // what was asked for lately, see again
}

// ready is an answer that is ready.
type ready struct {
	plain  *wire.Answer
	zipped *wire.Answer // nil when it was not asked for yet, or never is
	point  string
	format string
	class  output.Class
	cost   int
	used   atomic.Int64 // Unix nanoseconds of the last use
	tag    string       // of media
	stored time.Time    // when that arrived: another point of that name may have media with the same tag
	until  atomic.Int64 // Unix nanoseconds: media may be sent until then
	view   stamp        // of a manifest: it may be sent while the point has that view
	doc    *document    // likewise
}

func newHot(now func() time.Time) *hot {
	return &hot{now: now, answers: map[string]*ready{}, seed: maphash.MakeSeed()}
}

// ready is where an answer is kept ready, unless not everybody may have it: then it is nil, which keeps
// nothing.
func (s *server) ready(w http.ResponseWriter) *hot {
	if res, ok := w.(*response); !ok || res.limited {
		return nil
	}
	return s.hot
}

// get returns what is ready for a target, or nil.
func (h *hot) get(target []byte) *ready {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.answers[string(target)]
}

// again tells whether a target was asked for in this second or the one before. What only one viewer wants
// is not worth a copy.
func (h *hot) again(target string) bool {
	sum := maphash.String(h.seed, target)
	second := uint64(h.now().Unix()) & 0xffff
	slot := &h.seen[sum%uint64(len(h.seen))]
	was := slot.Swap(sum&^0xffff | second)
	return was&^0xffff == sum&^0xffff && second-was&0xffff <= 1
}

// allows tells whether an answer to r can be ready for others: it depends on the address alone.
func (h *hot) allows(r *http.Request) bool {
	return h != nil && r.Method == http.MethodGet && r.URL.RawQuery == "" && len(r.RequestURI) <= maxHotTarget &&
		r.Header.Get("Authorization") == "" && r.Header.Get(capabilityField) == ""
}

// media keeps the answer with obj and returns its body; false when obj's own is to be sent.
func (h *hot) media(r *http.Request, w http.ResponseWriter, obj *output.Object) (output.Bytes, bool) {
	if obj.Size <= 0 || obj.Size > maxHotObject || !validTag(obj.Tag) || !h.allows(r) || !h.again(r.RequestURI) {
		return nil, false
	}
	if old := h.get([]byte(r.RequestURI)); old != nil && old.tag == obj.Tag && old.stored.Equal(obj.Modified) {
		old.until.Store(h.now().Add(hotFor).UnixNano())
		return old.plain.Body, true
	}
	b := bytes.NewBuffer(make([]byte, 0, obj.Size))
	n, err := obj.Body.WriteTo(b)
	if err != nil || n != obj.Size {
		return b.Bytes(), true // send tells that it is short
	}
	res, header := w.(*response), w.Header()
	setLength(header, obj.Size)
	e := &ready{point: res.point, format: res.format, class: res.class, tag: obj.Tag, stored: obj.Modified, cost: b.Len()}
	e.plain = wire.NewAnswer(http.StatusOK, header, b.Bytes(), e)
	e.until.Store(h.now().Add(hotFor).UnixNano())
	h.put(r.RequestURI, e)
	return b.Bytes(), true
}

// manifest keeps the answer with a document of the view that v stamps.
func (h *hot) manifest(r *http.Request, header http.Header, k key, v stamp, doc *document, zipped bool) {
	if k.finished || k.odd() || !h.allows(r) || !h.again(r.RequestURI) {
		return
	}
	e := &ready{point: k.point, format: k.format, class: k.resource.Class(), view: v, doc: doc, cost: doc.cost()}
	if old := h.get([]byte(r.RequestURI)); old != nil && old.view == v && old.doc == doc {
		e.plain, e.zipped = old.plain, old.zipped
	}
	body := doc.plain
	if zipped {
		body = doc.compressed()
	}
	setLength(header, int64(len(body)))
	a := wire.NewAnswer(http.StatusOK, header, body, e)
	if zipped {
		e.zipped = a
	} else {
		e.plain = a
	}
	h.put(r.RequestURI, e)
}

// put keeps e, and drops what was not used for longest when there is too much.
func (h *hot) put(target string, e *ready) {
	e.used.Store(h.now().UnixNano())
	h.mu.Lock()
	defer h.mu.Unlock()
	h.drop(target)
	h.answers[target] = e
	h.bytes += e.cost
	for len(h.answers) > maxHot || h.bytes > maxHotBytes {
		h.drop(h.coldest())
	}
	if !h.sweeping {
		h.sweeping = true
		time.AfterFunc(coldAfter, h.sweep)
	}
}

// sweep drops what is not asked for any more, until there is nothing.
func (h *hot) sweep() {
	h.mu.Lock()
	defer h.mu.Unlock()
	cold := h.now().Add(-coldAfter).UnixNano()
	for target, e := range h.answers {
		if e.used.Load() < cold {
			h.drop(target)
		}
	}
	if h.sweeping = len(h.answers) > 0; h.sweeping {
		time.AfterFunc(coldAfter, h.sweep)
	}
}

// drop forgets a target. The caller holds the lock.
func (h *hot) drop(target string) {
	if e := h.answers[target]; e != nil {
		h.bytes -= e.cost
		delete(h.answers, target)
	}
}

// coldest is what was not used for longest. The caller holds the lock.
func (h *hot) coldest() (target string) {
	var least int64
	for t, e := range h.answers {
		if used := e.used.Load(); target == "" || used < least {
			target, least = t, used
		}
	}
	return target
}

// Known implements Handler.
func (s *server) Known(path []byte, gzip bool) *wire.Answer {
	e := s.hot.get(path)
	if e == nil || s.cfg.Gate != nil && s.cfg.Gate.Paced() {
		return nil
	}
	now := s.cfg.Now().UnixNano()
	if e.doc == nil {
		if now > e.until.Load() {
			return nil
		}
		e.used.Store(now)
		return e.plain
	}
	ref, ok := s.cfg.Points.Lookup(e.point)
	if !ok || ref.Source == nil || ref.Limited {
		return nil
	}
	if v := ref.Source.View(); v == nil || stampOf(v) != e.view {
		return nil
	}
	e.used.Store(now)
	if gzip {
		return e.zipped
	}
	return e.plain
}

// Sent implements Handler.
func (s *server) Sent(a *wire.Answer, remote string, bytes int64, took time.Duration) {
	e, ok := a.Of.(*ready)
	if !ok {
		return
	}
	if s.cfg.Count != nil {
		s.cfg.Count(e.point, e.class, http.StatusOK, bytes, remote)
	}
	if s.cfg.Observe != nil {
		s.cfg.Observe(e.point, e.format, http.StatusOK, took)
	}
	if s.log.Enabled(context.Background(), slog.LevelDebug) {
		s.log.Debug("request", "method", http.MethodGet, "point", e.point, "status", http.StatusOK, "bytes", bytes, "took", took, "remote", remote)
	}
}
