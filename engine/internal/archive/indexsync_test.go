package archive_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/archive/archivetest"
)

// With SyncInterval the index is forced to the disk less often than the media: what a power cut takes of it
// is in the media.
func TestIndexIsSyncedNowAndThen(t *testing.T) {
	d := archivetest.New()
	var media, index int
	d.Fault(func(op archivetest.Op) error {
		if op.Kind == "sync" && strings.HasSuffix(op.Name, archive.IndexName("")) {
			index++
		} else if op.Kind == "sync" {
			media++
		}
		return nil
	})
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	w, err := archive.Create(d, "x.ismv", []byte("\x00\x00\x00\x08free"), archive.Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	media, index = 0, 0 // of the header
	for i := range 60 {
		now = now.Add(time.Second)
		p := archivetest.Fragment(1, uint32(i), uint64(i), 1, 100)
		if _, err := w.Append(p.Moof, p.MdatHeader, p.Payload); err != nil {
			t.Fatal(err)
		}
	}
	if media != 60 || index != 6 {
		t.Errorf("%d syncs of the media and %d of the index in a minute", media, index)
	}
	if err := errors.Join(w.Close(), w.File().Close()); err != nil {
		t.Fatal(err)
	}
	if index != 7 {
		t.Errorf("%d syncs of the index with that at the end", index)
	}
}
