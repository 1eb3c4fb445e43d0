package point

import (
	"cmp"
	"errors"
	"log/slog"
	"os"
	"path"
	"slices"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

// segment is one archive file of a stream. What is said to be the recorder's may be touched
// on its goroutine alone, or while nothing waits there.
type segment struct {
	name   string
	number int
	header []byte
	from   engine.Ticks // where it begins on the timeline, at shiftScale
	until  engine.Ticks // where the next one does; 0 for the newest
	index  map[uint32][]indexed
	begun  map[uint32]learnt // what was known of each track in front of its first piece here

	// As the recorder has told:
	made      bool // the file is there
	gone      bool // the file has vanished
	finishing bool // it is being sealed
	sealed    bool
	failed    error // of the last try to seal it
	bytes     int64

	// The recorder's:
	w        *archive.Writer
	read     *archive.File // of one that was read back; nil for others
	unmarked archive.Mark  // what has still to be marked
	unsynced bool          // what was written could not be forced to the disk
	checked  int64         // when the file was last seen under its name, ns since 1970
	unwell   bool          // its index file is behind, which has been told
}

// indexed is a fragment for the mfra: where its media is, when it is in the file.
type indexed struct {
	start engine.Ticks
	media *archive.Media
}

// errVanished says that a file has been taken away while it was written.
var errVanished = errors.New("the archive file has been removed while it was being written")

// open makes the file, if it is not there yet. A file of that name which a crash, or
// somebody else, left is put aside.
func (sg *segment) open(dir archive.Directory, aside string, opt archive.Options) error {
	if sg.w != nil {
		return nil
	}
	for _, name := range []string{sg.name, archive.IndexName(sg.name)} {
		if err := putAside(dir, name, aside); err != nil {
			return err
		}
	}
	file, err := archive.Create(dir, sg.name, sg.header, opt)
	if err != nil {
		return err
	}
	sg.w = file
	return nil
}

// putAside moves a file to a directory of its own.
func putAside(dir archive.Directory, name, aside string) error {
	if _, err := dir.Stat(name); err != nil {
		return nil // nothing there; what else is wrong, Create will tell
	}
	if err := dir.MkdirAll(aside, 0o755); err != nil {
		return err
	}
	return dir.Rename(name, path.Join(aside, name))
}

// write archives one fragment. When it fails the media stays in memory alone.
func (sg *segment) write(dir archive.Directory, m *archive.Media, p *archive.Arrival, mark archive.Mark) error {
	const often = int64(time.Second)
	if p.Arrived-sg.checked >= often || p.Arrived < sg.checked {
		if sg.checked = p.Arrived; sg.w.Vanished(dir) {
			return errVanished
		}
	}
	mark.Discontinuity = mark.Discontinuity || sg.unmarked.Discontinuity
	mark.Complete = mark.Complete || sg.unmarked.Complete
	if err := sg.w.Mark(mark); err != nil {
		sg.unmarked = mark
		return err
	}
	sg.unmarked = archive.Mark{}
	return sg.w.Keep(m, p)
}

// seal completes the file with the index of its fragments.
func (sg *segment) seal(tracks []fmp4.TrackIndex) error {
	if sg.w == nil {
		return nil
	}
	return sg.w.Seal(tracks)
}

// readOnly lets the sealed file be closed while nobody reads it. It is the recorder's.
func (sg *segment) readOnly(h *archive.Handles, dir archive.Directory, log *slog.Logger) {
	if sg.w == nil {
		return
	}
	if err := h.Manage(sg.w.File(), dir); err != nil {
		log.Warn("archive file stays open", "file", sg.name, "err", err)
	}
}

// opened are the files that media of the segment may be read from.
func (sg *segment) opened() []*archive.File {
	var files []*archive.File
	if sg.read != nil {
		files = append(files, sg.read)
	}
	if sg.w != nil {
		files = append(files, sg.w.File())
	}
	return files
}

// has reports whether media of a fragment, or a part of it, is in the segment. The segment must be
// complete, or have vanished.
func (sg *segment) has(f *presentation.Fragment) bool {
	files := sg.opened()
	in := func(m *archive.Media) bool { return slices.Contains(files, m.File()) }
	switch m := f.Media.(type) {
	case *archive.Media:
		return in(m)
	case *archive.Composite:
		return slices.ContainsFunc(m.Pieces(), func(p archive.Piece) bool { return in(p.Media) })
	case *archive.Joined:
		return m.Lies(files)
	}
	return false
}

// close closes the segment's files. What was being written stays as it is.
func (sg *segment) close() error {
	var errs []error
	if sg.w != nil {
		errs = append(errs, sg.w.Close())
	}
	for _, f := range sg.opened() {
		errs = append(errs, f.Close())
	}
	sg.w, sg.read = nil, nil
	return errors.Join(errs...)
}

// meet notes what is known of a track in front of a piece, if that is its first in the segment.
func (sg *segment) meet(t *track) {
	if sg == nil {
		return
	}
	if _, known := sg.begun[t.init.ID]; known {
		return
	}
	if sg.begun == nil {
		sg.begun = map[uint32]learnt{}
	}
	sg.begun[t.init.ID] = t.learnt
}

// add notes a fragment for the mfra, if its file is still to have one.
func (sg *segment) add(t *track, start engine.Ticks, m *archive.Media) {
	if sg == nil || sg.sealed {
		return
	}
	if sg.index == nil {
		sg.index = map[uint32][]indexed{}
	}
	sg.index[t.init.ID] = append(sg.index[t.init.ID], indexed{start: start, media: m})
}

// tracks is the index of those of the fragments that are in the file. It is the recorder's.
func (sg *segment) tracks(header *fmp4.Init, index map[uint32][]indexed) []fmp4.TrackIndex {
	var out []fmp4.TrackIndex
	for i := range header.Tracks {
		t := fmp4.TrackIndex{TrackID: header.Tracks[i].ID}
		for _, x := range index[t.TrackID] {
			if at := x.media.Offset(); at >= 0 {
				t.Entries = append(t.Entries, indexEntry(x.start, at))
			}
		}
		slices.SortStableFunc(t.Entries, func(a, b fmp4.IndexEntry) int { return cmp.Compare(a.Time, b.Time) }) // markers come in any order
		if len(t.Entries) > 0 {
			out = append(out, t)
		}
	}
	return out
}

// missing reports whether an error says that a file or directory is not there.
func missing(err error) bool { return errors.Is(err, os.ErrNotExist) }
