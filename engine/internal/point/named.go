package point

import (
	"io/fs"
	"strconv"
	"strings"

	"pubpoint/engine"
)

// maxEventID is how long an event id may be; see engine.ValidElement.
const maxEventID = 64

// named reports whether an event is the one that an encoder calls by that name. Its id may
// have a number behind the name, which tells it from an earlier one.
func (e *event) named(name string) bool { return e.name == name || e.id == name }

// eventID is the id of an event that begins now: what the encoder called it, or else the
// moment. An id that has been used gets a number.
func (w *writer) eventID(name string) string {
	if !engine.ValidElement(name) {
		name = w.now().UTC().Format("20060102T150405.000Z")
	}
	used := w.usedIDs()
	id := name
	for n := 2; used[strings.ToLower(id)]; n++ {
		suffix := "-" + strconv.Itoa(n)
		id = name[:min(len(name), maxEventID-len(suffix))] + suffix
	}
	return id
}

// usedIDs are the ids of the point's events, in lower case: the directories that are named for
// them must be carried to any system.
func (w *writer) usedIDs() map[string]bool {
	used := map[string]bool{}
	if w.event != nil {
		used[strings.ToLower(w.event.id)] = true
	}
	dirs, err := fs.ReadDir(w.root.FS(), eventsDir)
	if err != nil {
		return used // none yet
	}
	for _, d := range dirs {
		used[strings.ToLower(d.Name())] = true
	}
	return used
}

// otherEvent refuses an encoder that names another event than the one on air, unless that
// begins another (on_reconnect = new-event). An id that has been used names what is over.
func (w *writer) otherEvent(name string) error {
	e := w.event
	if name == "" || e == nil || !e.idx.Live() || e.named(name) {
		return nil
	}
	if w.settings.OnReconnect == engine.ReconnectNewEvent && !w.usedIDs()[strings.ToLower(name)] {
		return nil
	}
	return w.conflict("The event " + e.id + " is on air and the URL names " + name +
		"; use the same event id on all encoders, or none, or stop the publishing point first.")
}

// turnOver ends the event on air when an encoder names another one, which its point allows.
// It returns the sessions that come along.
func (w *writer) turnOver(s *Session) (along []*Session, err error) {
	if err := w.otherEvent(s.info.Event); err != nil {
		return nil, err
	}
	e := w.event
	if s.info.Event == "" || e == nil || !e.idx.Live() || e.named(s.info.Event) {
		return nil, nil
	}
	w.cfg.Tell(engine.Info, "An encoder from "+s.info.Remote+" begins the event "+s.info.Event+".")
	if e.empty() {
		along = w.dismissOthers(s)
		w.dropEmptyEvent()
		return along, nil
	}
	return w.endForAnother(s), nil
}
