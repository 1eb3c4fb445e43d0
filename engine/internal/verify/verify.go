package verify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/servermanifest"
)

// Extensions of the files of an event.
const (
	mediaExt    = ".ismv"
	indexExt    = ".ismx"
	manifestExt = ".ism"
	clientExt   = ".ismc"
)

// headerRoom is how far into a file damage is still at its beginning.
const headerRoom = 4096

// patience is how long a torn end may stay before nobody is writing.
const patience = time.Second

func indexName(media string) string { return strings.TrimSuffix(media, mediaExt) + indexExt }

// Options are how to check. The zero value of a field means its default.
type Options struct {
	// Base is the name of the point's files without extension; empty takes the first server
	// manifest that is found.
	Base string
	// Limits bound the boxes that are read into memory.
	Limits fmp4.Limits
	// Patience is how long a torn end may stay before nobody is writing; default 1 s, and
	// negative for none.
	Patience time.Duration
	// Progress is told of bytes read and to be read; it must not block.
	Progress func(done, total int64)
}

// checker is the check of one directory.
type checker struct {
	ctx      context.Context
	root     *os.Root
	limits   fmp4.Limits
	patience time.Duration
	progress func(done, total int64)

	base    string
	names   []string // of the regular files
	doc     *servermanifest.Document
	ours    bool   // the server manifest is one of ours
	open    bool   // the event has not ended
	unnamed string // the server manifest that is missing beside media
	streams []*stream
	files   []*engine.VerifiedFile
	out     engine.Verification

	total, told int64
	buf         []byte
}

// Event checks the event whose files lie directly in root's directory, and changes nothing.
// The error says why the check could not be done; what it has found is no error.
func Event(ctx context.Context, root *os.Root, opt Options) (engine.Verification, error) {
	c := &checker{ctx: ctx, root: root, limits: opt.Limits, patience: opt.Patience, progress: opt.Progress, base: opt.Base,
		doc: &servermanifest.Document{}, buf: make([]byte, bufferSize)}
	if c.limits == (fmp4.Limits{}) {
		c.limits = fmp4.DefaultLimits()
	}
	if c.patience == 0 {
		c.patience = patience
	}
	c.out.Dir, c.out.Verdict = root.Name(), engine.VerdictComplete
	if err := c.run(); err != nil {
		kind := engine.Storage
		if ctx.Err() != nil {
			kind = engine.Unavailable
		}
		return c.out, &engine.Error{Op: "verify archive", Kind: kind, Err: err,
			Text: fmt.Sprintf("The archive in %s cannot be read (%v).", root.Name(), err)}
	}
	c.settle()
	return c.out, nil
}

func (c *checker) run() error {
	if err := c.list(); err != nil {
		return err
	}
	if err := c.readServerManifest(); err != nil {
		return err
	}
	c.findStreams()
	for _, s := range c.streams {
		for _, name := range s.files {
			if err := c.checkMedia(s, name); err != nil {
				return err
			}
		}
	}
	c.out.Open = c.open
	c.checkUnnamed()
	if err := c.checkClientManifest(); err != nil {
		return err
	}
	c.checkEnd()
	return nil
}

// list reads the directory.
func (c *checker) list() error {
	entries, err := fs.ReadDir(c.root.FS(), ".")
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
			continue
		}
		if err != nil {
			return err
		}
		c.names = append(c.names, e.Name())
		if ext := path.Ext(e.Name()); ext == mediaExt || ext == indexExt {
			c.total += info.Size()
		}
	}
	return nil
}

// mediaNames are the media files that there are, or that an index file tells of.
func (c *checker) mediaNames() (names []string) {
	for _, name := range c.names {
		stem, isIndex := strings.CutSuffix(name, indexExt)
		switch {
		case isIndex && !slices.Contains(c.names, stem+mediaExt):
			names = append(names, stem+mediaExt)
		case path.Ext(name) == mediaExt:
			names = append(names, name)
		}
	}
	return names
}

// findStreams groups the files into streams: those of the server manifest in its order, then
// what else there is.
func (c *checker) findStreams() {
	have := c.mediaNames()
	add := func(name string) {
		if path.Base(name) != name || path.Ext(name) != mediaExt {
			return // not beside the manifest
		}
		i := slices.IndexFunc(c.streams, func(s *stream) bool { return s.id == streamOf(name) })
		if i < 0 {
			i, c.streams = len(c.streams), append(c.streams, &stream{id: streamOf(name)})
		}
		if s := c.streams[i]; !slices.Contains(s.files, name) {
			s.files = append(s.files, name)
		}
	}
	for _, src := range c.doc.Sources {
		add(src.Src)
	}
	named := len(c.streams)
	for _, name := range have {
		add(name)
	}
	for i, s := range c.streams {
		slices.SortFunc(s.files, compareSegments)
		c.absent(s)
		if i >= named && c.ours {
			c.stray(s)
		}
	}
}

// stray tells of a stream that the server manifest does not name.
func (c *checker) stray(s *stream) {
	flaw := engine.Flaw{Verdict: engine.VerdictUnchecked, File: s.files[0], Stream: s.id,
		Text: "The server manifest does not name this stream: the file was put here, renamed, or left by a crash."}
	if c.open { // an encoder had just announced itself
		flaw.Verdict = engine.VerdictRepaired
		flaw.Text = "The server manifest does not name this stream, as when the program dies just when an encoder comes; the file is put aside when it comes back."
	}
	c.flaw(flaw)
}

// compareSegments orders the files of a stream: by number, and the one without first.
func compareSegments(a, b string) int {
	if d := len(a) - len(b); d != 0 {
		return d
	}
	return strings.Compare(a, b)
}

// openFile opens a regular file and tells its size.
func (c *checker) openFile(name string) (*os.File, int64, error) {
	info, err := c.root.Stat(name)
	if err != nil {
		return nil, 0, err
	}
	if !info.Mode().IsRegular() {
		return nil, 0, fmt.Errorf("%s is no file", name)
	}
	f, err := c.root.Open(name)
	if err != nil {
		return nil, 0, err
	}
	if info, err = f.Stat(); err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, info.Size(), nil
}

func (c *checker) readFile(name string, limit int64) ([]byte, error) {
	f, size, err := c.openFile(name)
	if err != nil {
		return nil, err
	}
	if size > limit {
		return nil, errors.Join(fmt.Errorf("%s has %d bytes, more than a manifest can have", name, size), f.Close())
	}
	b, err := io.ReadAll(io.LimitReader(f, limit))
	c.advance(int64(len(b)))
	return b, errors.Join(err, f.Close())
}

// advance counts what has been read.
func (c *checker) advance(n int64) {
	c.out.Bytes += n
	if c.progress != nil && c.out.Bytes-c.told >= 1<<20 {
		c.told = c.out.Bytes
		c.progress(c.out.Bytes, max(c.total, c.out.Bytes))
	}
}
