package clip

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path"
	"strings"
	"sync"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

// atOnce is how much is copied before it is looked whether anybody still wants the clip.
const atOnce = 32 << 20

// indexed is how large a media file may be to get an index with its checksums at once: that needs
// another look at all of it.
const indexed = 256 << 20

// parallel is how many files are written at a time.
const parallel = 2

// TempPrefix begins the names of directories that are not complete. No point may be called so.
const TempPrefix = ".pubpoint-clip-"

// File is a small file beside the media: a manifest.
type File struct {
	Name string
	Data []byte
}

// output is what is asked of a file that is written.
type output interface {
	io.Writer
	io.Closer
}

// Writer writes clips into a directory.
type Writer struct {
	root   *os.Root
	create func(name string) (output, error)
}

// NewWriter returns a writer of directories in root.
func NewWriter(root *os.Root) *Writer {
	return &Writer{root: root, create: func(name string) (output, error) {
		return root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	}}
}

// Write makes the directory dir with the media of a view, one file `<stream>.ismv` for each
// stream id, and the given files beside them. It returns how many bytes that are. When it
// fails, or ctx ends, nothing is left. Kinds: Storage, Unavailable.
func (w *Writer) Write(ctx context.Context, dir string, v *presentation.View, beside ...File) (int64, error) {
	if err := w.root.Mkdir(dir, 0o755); err != nil {
		return 0, storage(err)
	}
	size, err := w.fill(ctx, dir, v, beside)
	if err == nil {
		return size, nil
	}
	return 0, errors.Join(failure(ctx, err), w.root.RemoveAll(dir))
}

// failure puts into words why a clip could not be written.
func failure(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return &engine.Error{Op: "write clip", Kind: engine.Unavailable, Err: ctx.Err(), Text: "The clip was given up before it was complete; nothing of it is left."}
	}
	return storage(err)
}

func storage(err error) error {
	cause := err
	var p *fs.PathError
	if errors.As(err, &p) {
		cause = p.Err
	}
	var call *os.SyscallError
	if errors.As(err, &call) {
		cause = call.Err
	}
	return &engine.Error{Op: "write clip", Kind: engine.Storage, Err: err,
		Text: fmt.Sprintf("The clip cannot be written (%v) and nothing of it is left. Free some space or mend the disk, then try again.", cause)}
}

// fill writes the files, several at a time.
func (w *Writer) fill(ctx context.Context, dir string, v *presentation.View, beside []File) (int64, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	all := sources(v)
	sizes, errs := make([]int64, len(all)), make([]error, len(all))
	var group sync.WaitGroup
	slots := make(chan struct{}, parallel)
	for i, src := range all {
		group.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			sizes[i], errs[i] = w.media(ctx, path.Join(dir, src.id+".ismv"), src)
			if errs[i] != nil {
				stop() // the others are of no use any more
			}
		})
	}
	group.Wait()
	var size int64
	for _, n := range sizes {
		size += n
	}
	for _, err := range errs {
		if err != nil && !errors.Is(err, context.Canceled) {
			return 0, err
		}
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	for _, f := range beside {
		if err := w.small(path.Join(dir, f.Name), f.Data); err != nil {
			return 0, err
		}
		size += int64(len(f.Data))
	}
	return size, nil
}

// media writes the file of one source, if anybody still wants it.
func (w *Writer) media(ctx context.Context, name string, src *source) (int64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	l, err := src.lay()
	if err != nil {
		return 0, err
	}
	f, err := w.create(name)
	if err != nil {
		return 0, err
	}
	for i := range l.pieces {
		if err = l.pieces[i].write(ctx, f); err != nil {
			break
		}
	}
	mfra := fmp4.AppendMfra(nil, l.index)
	if err == nil {
		err = writeAll(f, mfra)
	}
	if err = errors.Join(err, f.Close()); err != nil || l.size > indexed {
		return l.size + int64(len(mfra)), err
	}
	index, err := w.checksums(name, l)
	return l.size + int64(len(mfra)) + index, err
}

// checksums writes the index of a media file beside it, and returns its size.
func (w *Writer) checksums(name string, l *layout) (int64, error) {
	if err := archive.MakeIndex(archive.On(w.root), name, fmp4.DefaultLimits(), l.arrived); err != nil {
		return 0, err
	}
	info, err := w.root.Stat(archive.IndexName(name))
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func (w *Writer) small(name string, data []byte) error {
	f, err := w.create(name)
	if err != nil {
		return err
	}
	return errors.Join(writeAll(f, data), f.Close())
}

// write copies a piece.
func (p *piece) write(ctx context.Context, w io.Writer) error {
	if p.file == nil {
		if err := writeAll(w, p.bytes); err != nil || p.media == nil {
			return err
		}
		_, err := p.media.WritePayload(w, 0, p.media.PayloadSize())
		return err
	}
	for done := int64(0); done < p.n; {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := p.file.CopyTo(w, p.off+done, min(atOnce, p.n-done))
		if err != nil {
			return err
		}
		done += n
	}
	return nil
}

func writeAll(w io.Writer, b []byte) error {
	n, err := w.Write(b)
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	return err
}

// appendMdatHeader appends the header of an mdat with a payload of n bytes.
func appendMdatHeader(b []byte, n int64) []byte {
	if n+8 > math.MaxUint32 {
		b = append(binary.BigEndian.AppendUint32(b, 1), "mdat"...)
		return binary.BigEndian.AppendUint64(b, uint64(n+16))
	}
	return append(binary.BigEndian.AppendUint32(b, uint32(n+8)), "mdat"...)
}

// Clean removes what a crash in the middle of a clip left directly in root's directory.
// Nobody may be writing one there.
func Clean(root *os.Root) error {
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return fmt.Errorf("look for leftovers in %s: %w", root.Name(), err)
	}
	var errs []error
	for _, e := range entries {
		if e.IsDir() && strings.HasPrefix(e.Name(), TempPrefix) {
			errs = append(errs, root.RemoveAll(e.Name()))
		}
	}
	return errors.Join(errs...)
}
