package point

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/servermanifest"
)

// Recorded is what the server manifest of an earlier event tells, without its media being read.
type Recorded struct {
	ID       string
	Title    string        // may be empty
	Began    time.Time     // arrival of its first fragment; zero when not known
	Ended    time.Time     // zero when not known
	Duration time.Duration // of media, on the longest stream
}

// EventDir is the directory of an earlier event, below its point's.
func EventDir(id string) string { return eventsDir + "/" + id }

// Earlier returns the ids of the events that were put aside in the directory of a point, the
// newest first.
func Earlier(root *os.Root) ([]string, error) {
	dirs, err := fs.ReadDir(root.FS(), eventsDir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var ids []string
	for _, d := range dirs {
		// What ends in .left is a file that stood in the way of an archive.
		if d.IsDir() && engine.ValidElement(d.Name()) && !strings.HasSuffix(d.Name(), ".left") {
			ids = append(ids, d.Name())
		}
	}
	// An id is the time at which its event began, and sorts like it.
	slices.Sort(ids)
	slices.Reverse(ids)
	return ids, err
}

// ReadRecorded reads what the server manifest of an earlier event tells. base is the name of
// the point's files. It fails with fs.ErrNotExist when there is no such event.
func ReadRecorded(root *os.Root, base, id string) (Recorded, error) {
	doc, err := readManifest(root, EventDir(id)+"/"+base+".ism")
	if err != nil {
		return Recorded{}, err
	}
	r := Recorded{ID: id, Title: doc.Title, Began: metaTime(doc, metaBegan), Ended: metaTime(doc, metaEnded),
		Duration: engine.Ticks(metaNumber(doc, metaDuration)).Duration(shiftScale)}
	if r.Began.IsZero() { // written before this was noted
		if at, err := time.Parse(eventTime, id[:min(len(id), len(eventTime))]); err == nil {
			r.Began = at
		}
	}
	if r.Duration == 0 {
		r.Duration = max(0, engine.Ticks(metaNumber(doc, metaEnd)-metaNumber(doc, metaBase)).Duration(shiftScale))
	}
	return r, nil
}

// facts are what Recorded needs of an event that is sealed.
func (e *event) facts() []servermanifest.Pair {
	var pairs []servermanifest.Pair
	if !e.began.IsZero() {
		pairs = append(pairs, servermanifest.Pair{Name: metaBegan, Value: e.began.UTC().Format(time.RFC3339Nano)})
	}
	length := e.view().Duration()
	return append(pairs, servermanifest.Pair{Name: metaDuration, Value: fmt.Sprint(int64(length / (time.Second / shiftScale)))})
}

// metaTime is zero for what is missing or no time.
func metaTime(doc *servermanifest.Document, name string) time.Time {
	at, err := time.Parse(time.RFC3339Nano, metaText(doc, name))
	if err != nil {
		return time.Time{}
	}
	return at
}

// directory is what is asked of a point's directory here.
type directory interface {
	Stat(name string) (fs.FileInfo, error)
	ReadFile(name string) ([]byte, error)
}

// readManifest reads a server manifest of any event.
func readManifest(root directory, name string) (*servermanifest.Document, error) {
	info, err := regular(root, name)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxManifest {
		return nil, fmt.Errorf("%s has %d bytes, more than a server manifest can have", name, info.Size())
	}
	b, err := root.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return servermanifest.ParseDocument(b)
}

// regular makes sure that a name is that of a file, before it is opened: opening a pipe waits
// until somebody writes to it.
func regular(root directory, name string) (fs.FileInfo, error) {
	info, err := root.Stat(name)
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is no file", name)
	}
	return info, err
}
