package point

import (
	"io/fs"
	"path"
	"slices"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/servermanifest"
)

// earlier is an event that was put aside.
type earlier struct {
	dir   string
	files []string // paths; the server manifest first
	bytes int64
	ended time.Time
	end   engine.Ticks
}

// earlierEvents lists the events that were put aside, oldest first. Directories that tell no
// end are none: what is in them is not ours to delete.
func earlierEvents(dir archive.Directory, base string) ([]earlier, error) {
	dirs, err := fs.ReadDir(dir.FS(), eventsDir)
	if missing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []earlier
	for _, d := range dirs {
		ev := earlier{dir: path.Join(eventsDir, d.Name())}
		manifest := path.Join(ev.dir, base+".ism")
		info, err := dir.Stat(manifest)
		if err != nil || !info.Mode().IsRegular() || info.Size() > maxManifest {
			continue
		}
		text, err := dir.ReadFile(manifest)
		if err != nil {
			continue
		}
		doc, err := servermanifest.ParseDocument(text)
		if err != nil {
			continue
		}
		if ev.ended, err = time.Parse(time.RFC3339Nano, metaText(doc, metaEnded)); err != nil {
			continue
		}
		ev.end = engine.Ticks(metaNumber(doc, metaEnd))
		files, err := fs.ReadDir(dir.FS(), ev.dir)
		if err != nil {
			return nil, err
		}
		ev.files = []string{manifest}
		for _, f := range files {
			if name := path.Join(ev.dir, f.Name()); f.Type().IsRegular() && name != manifest {
				ev.files = append(ev.files, name)
			}
			if info, err := f.Info(); err == nil {
				ev.bytes += info.Size()
			}
		}
		out = append(out, ev)
	}
	slices.SortFunc(out, func(a, b earlier) int { return a.ended.Compare(b.ended) })
	return out, nil
}
