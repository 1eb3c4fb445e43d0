package point

import (
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
)

// retained files
type retired struct {
	file *archive.File
	at   time.Time
}

func (w *writer) retains() bool {
	return w.settings.Archive && (w.settings.ArchiveKeep > 0 || w.settings.ArchiveKeepBytes > 0)
}

func (w *writer) retainIfDue() { w.retention = time.Time{} }

func (w *writer) closeRetired(all bool) {}

func (w *writer) deletedEnd() engine.Ticks { return 0 }
