// Package page is what the pages of the window have in common: the contract between a page and
// the window's frame, the lamps and words for the engine's states, and the small layouts that the
// design system leaves to its users.
//
// A page works in two steps, so that nothing ever waits on the Fyne goroutine: Prepare computes,
// off that goroutine and from one snapshot, a plain value; the function it returns shows that
// value. Pages know nothing of each other; they speak to the frame through a Host.
package page

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"pubpoint/engine"
	"pubpoint/ui/kit"
)

// Page is one page of the window.
type Page interface {
	// Content is what fills the frame. It is the same object at every call.
	Content() fyne.CanvasObject
	// Prepare computes what to show of s and returns the function that shows it. The window
	// calls Prepare off the Fyne goroutine and what it returns on it, one after the other.
	Prepare(ctx context.Context, s Snapshot) (show func())
	// Controls lists what can be used or looked at by name now. Fyne goroutine.
	Controls() []Control
}

// Control is an object with a stable name, for tests that drive the window from outside.
type Control struct {
	Name     string // "new-point", "tile-oceans"
	Text     string // what it says; may be empty
	Object   fyne.CanvasObject
	Disabled bool
}

// Snapshot is one instant of everything, taken once a tick for the frame and the page alike.
type Snapshot struct {
	Now       time.Time
	Points    []engine.PointStatus
	Encoders  []engine.EncoderStatus
	Tool      engine.ToolStatus
	Addresses engine.Addresses
	Alarms    []engine.Alarm
	System    engine.SystemStatus
}

// Point finds a publishing point by name.
func (s Snapshot) Point(name string) (engine.PointStatus, bool) {
	for _, p := range s.Points {
		if p.Name == name {
			return p, true
		}
	}
	return engine.PointStatus{}, false
}

// EncodersOf lists the supervised encoders of a publishing point.
func (s Snapshot) EncodersOf(point string) []engine.EncoderStatus {
	var found []engine.EncoderStatus
	for _, e := range s.Encoders {
		if e.Spec.Point == point {
			found = append(found, e)
		}
	}
	return found
}

// Host is what the frame does for its pages. Every function is called on the Fyne goroutine and
// returns at once.
type Host struct {
	// Do runs work off the Fyne goroutine and then done on it; done may be nil. The next
	// snapshot follows at once.
	Do func(work func(context.Context) error, done func(error))
	// Report shows a failure as a sentence above the page; nil takes back what stands there.
	Report func(err error)
	// Note asks what to write at the present moment of a publishing point.
	Note func(point string)
	// ShowModal puts a card over the page in the place of any other; CloseModal takes it away.
	ShowModal  func(m Modal)
	CloseModal func()
	// Open shows a URL in the desktop's browser; Copy puts text on the clipboard.
	Open func(url string)
	Copy func(text string)
	// Preview opens the preview page of a publishing point.
	Preview func(point string)
	// ShowPoint, ShowWall and NewPoint change what is seen.
	ShowPoint func(name string)
	ShowWall  func()
	NewPoint  func()
	// ShowArchive shows what a publishing point has recorded, or the page as it stands for "";
	// ShowAlarms shows what needs a person.
	ShowArchive func(point string)
	ShowAlarms  func()
	// ShowTimeline shows the timeline of a publishing point.
	ShowTimeline func(point string)
	// ShowEncoders shows the Encoders page with one chosen; an empty id leaves the choice.
	// EditEncoder changes one, NewEncoder makes one for a point, which may be empty.
	ShowEncoders func(id string)
	EditEncoder  func(id string)
	NewEncoder   func(point string)
	// ChooseFile asks for a file of this machine; chosen is told its path, unless nothing is chosen.
	ChooseFile func(chosen func(path string))
	// Elsewhere is what the engine's machine is called when it is not this one: files, folders and
	// devices are its own then. Empty for this machine.
	Elsewhere string
	// Wake asks for a tick now.
	Wake func()
	// Later is the clock of widgets that change back by themselves; nil is the real one.
	Later kit.Later
}

// Order runs an order and reports how it went; done, which may be nil, is told as well.
func (h Host) Order(work func(context.Context) error, done func(error)) {
	h.Do(work, func(err error) {
		h.Report(err)
		if done != nil {
			done(err)
		}
	})
}
