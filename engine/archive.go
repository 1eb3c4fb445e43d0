package engine

import (
	"context"
	"time"
)

// Archives speaks of what publishing points have recorded.
type Archives interface {
	// ArchivedEvents returns the events of a point that can be played: the newest first, which
	// is the one on air or the last one, then those before it. Kinds: NotFound, Storage.
	ArchivedEvents(ctx context.Context, point string) ([]ArchivedEvent, error)
	// PurgeArchive deletes earlier events for good and returns what it deleted, also with an
	// error. What the point shows now, on air or ended, stays. Kinds: NotFound, BadInput for a
	// purge that names nothing, Conflict for the event that the point shows, Storage.
	PurgeArchive(ctx context.Context, point string, what Purge) (Purged, error)
}

// ArchivedEvent is one event of a publishing point as it lies on disk.
type ArchivedEvent struct {
	ID       string        // unique within the point
	Title    string        // what people called the point then; may be empty
	Began    time.Time     // arrival of its first fragment; zero when not known
	Ended    time.Time     // zero while it goes on, and when not known
	Duration time.Duration // of media, on the longest stream
	Bytes    int64         // of all files
	Files    []ArchiveFile // by name
	URL      string        // absolute: the Smooth Streaming client manifest under the event's own address
	Links    []Link        // absolute: the page of the event, then one for each client manifest
	Live     bool          // it is on air
	Current  bool          // it is what the point's own address shows
}

// ArchiveFile is one file of an archived event.
type ArchiveFile struct {
	Name  string // within the event's directory
	Bytes int64
}

// Purge says which earlier events to delete: one by its id, or all that ended before a time.
// Exactly one of the two is given.
type Purge struct {
	Event  string
	Before time.Time
}

// Purged is what was deleted.
type Purged struct {
	Events []string // ids, newest first
	Bytes  int64
}
