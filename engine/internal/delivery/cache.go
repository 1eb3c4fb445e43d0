package delivery

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math"
	"sync"
	"time"

	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/presentation"
)

// Limits of the cache. A manifest of a whole day is a few megabytes.
const (
	maxDocuments     = 256
	maxDocumentBytes = 64 << 20
	// Of these, what is odd has a share, so that it never drives out what most viewers want.
	maxOddDocuments = 64
	maxOddBytes     = 16 << 20
)

// errRendering is for those who waited for a rendering that panicked.
var errRendering = errors.New("the manifest could not be rendered")

// document is a rendered manifest. Only its compressed form is added later.
type document struct {
	typ, tag string
	modified time.Time
	live     bool
	// vague says that another document of the same second was given out before, so that
	// Last-Modified does not tell the two apart.
	vague bool
	plain []byte

	once    sync.Once
	gzipped []byte
}

// compressed returns the document by gzip.
func (d *document) compressed() []byte {
	d.once.Do(func() { d.gzipped = compress(d.plain) })
	return d.gzipped
}

// cost is what the document takes, both forms together.
func (d *document) cost() int { return 2 * len(d.plain) }

// key is what a document is of.
type key struct {
	point    string
	finished bool
	tag      string // of an earlier event, and of files that may change
	format   string
	resource output.Resource // comparable
	playout  presentation.Playout
}

// odd tells whether a document is one of as many as viewers care to ask for: of an earlier
// event, or with numbers of their own.
func (k key) odd() bool { return k.tag != "" || k.playout != presentation.Playout{} }

// cache keeps the newest document of each resource, so that many viewers cost one
// rendering a view. It is safe for concurrent use.
type cache struct {
	mu      sync.Mutex
	entries map[key]*entry
	bytes   int
	clock   uint64 // grows with every use
}

// entry is a document, or one in the making.
type entry struct {
	view stamp
	used uint64
	done chan struct{} // closed when doc and err are set
	doc  *document
	err  error
	cost int
}

// stamp tells views apart without keeping them: a view refers to all media of its event.
type stamp struct {
	point, event string
	live         bool
	version      uint64
	changed      time.Time
}

func stampOf(v *presentation.View) stamp {
	return stamp{point: v.Point, event: v.Event, live: v.Live, version: v.Version, changed: v.Changed}
}

func newCache() *cache { return &cache{entries: map[key]*entry{}} }

// get returns the document of k for view v or a later one. The first to ask renders it, in
// a context that does not end with the request, because others wait for it as well.
// Failures are not kept. hold is asked before a document is waited for that another request renders.
func (c *cache) get(ctx context.Context, k key, v *presentation.View, hold func() error, render func(context.Context) (*document, error)) (*document, error) {
	c.mu.Lock()
	c.clock++
	e := c.entries[k]
	if e != nil && current(e.view, v) {
		e.used = c.clock
		c.mu.Unlock()
		return e.wait(ctx, hold)
	}
	mine := &entry{view: stampOf(v), used: c.clock, done: make(chan struct{})}
	if e != nil {
		c.bytes -= e.cost
	}
	c.entries[k] = mine
	c.mu.Unlock()

	defer c.settle(k, mine)
	doc, err := render(context.WithoutCancel(ctx))
	if doc != nil && e != nil {
		doc.vague = e.sameSecond(doc)
	}
	mine.doc, mine.err = doc, err
	return doc, err
}

// wait waits for a document that someone else is rendering.
func (e *entry) wait(ctx context.Context, hold func() error) (*document, error) {
	select {
	case <-e.done:
	default:
		if err := hold(); err != nil {
			return nil, err
		}
	}
	select {
	case <-e.done:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if e.doc == nil && e.err == nil {
		return nil, errRendering
	}
	return e.doc, e.err
}

// sameSecond tells whether e's document is there and has the Last-Modified of d.
func (e *entry) sameSecond(d *document) bool {
	select {
	case <-e.done:
		return e.doc != nil && e.doc.modified.Unix() == d.modified.Unix()
	default:
		return true // not known, so assumed
	}
}

// settle makes an entry known, or forgets it when it came to nothing.
func (c *cache) settle(k key, e *entry) {
	close(e.done)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries[k] != e {
		return
	}
	if e.doc == nil {
		delete(c.entries, k)
		return
	}
	e.cost = e.doc.cost()
	c.bytes += e.cost
	if k.odd() {
		for n, bytes := c.odd(); (n > maxOddDocuments || bytes > maxOddBytes) && c.evict(e, key.odd); {
			n, bytes = c.odd()
		}
	}
	for len(c.entries) > maxDocuments || c.bytes > maxDocumentBytes {
		if !c.evict(e, func(key) bool { return true }) {
			return
		}
	}
}

// odd counts the odd documents and their bytes.
func (c *cache) odd() (n, bytes int) {
	for k, e := range c.entries {
		if k.odd() {
			n++
			bytes += e.cost
		}
	}
	return n, bytes
}

// evict drops the entry that was not used for longest among some, other than keep.
func (c *cache) evict(keep *entry, among func(key) bool) bool {
	var oldest key
	used := uint64(math.MaxUint64)
	for k, e := range c.entries {
		if e != keep && e.used < used && among(k) {
			oldest, used = k, e.used
		}
	}
	if used == math.MaxUint64 {
		return false
	}
	c.bytes -= c.entries[oldest].cost
	delete(c.entries, oldest)
	return true
}

// current tells whether what was rendered from a view is good for one who has seen v. An
// archive numbers its views anew, so versions of a live view and one after the end do not
// compare.
func current(rendered stamp, v *presentation.View) bool {
	same := rendered.point == v.Point && rendered.event == v.Event && rendered.live == v.Live
	return same && (rendered.version > v.Version || rendered.version == v.Version && rendered.changed.Equal(v.Changed))
}

// digest is a tag for bytes that have none.
func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:12])
}
