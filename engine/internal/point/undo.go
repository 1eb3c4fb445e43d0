package point

import (
	"errors"
	"io/fs"
	"os"
	"path"

	"pubpoint/engine/internal/servermanifest"
)

// undoMove brings the files of an event back that the program was moving aside for another
// one when it died. The server manifest is moved last: as long as it stands here, the event
// belongs here.
func (w *writer) undoMove(doc *servermanifest.Document) error {
	id := metaText(doc, metaEvent)
	if id == "" || !fs.ValidPath(id) || path.Base(id) != id {
		return nil // a foreign file, which we never move
	}
	dir := (&event{id: id}).dir()
	entries, err := fs.ReadDir(w.root.FS(), dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var errs []error
	for _, e := range entries {
		if _, err := w.root.Stat(e.Name()); !errors.Is(err, os.ErrNotExist) {
			continue // what stands here is newer
		}
		errs = append(errs, w.root.Rename(path.Join(dir, e.Name()), e.Name()))
	}
	if len(entries) > 0 {
		w.log.Warn("an event that was being moved aside is back", "event", id, "files", len(entries))
	}
	// A directory that is not empty stays: somebody else's files are in it.
	if err := w.root.Remove(dir); err != nil {
		w.log.Warn("the directory of an event stays", "dir", dir, "err", err)
	}
	return errors.Join(errs...)
}
