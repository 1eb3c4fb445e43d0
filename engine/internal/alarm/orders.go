package alarm

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pubpoint/engine"
)

// maxWhy is how many letters of a reason are kept.
const maxWhy = 200

// Ack says that somebody has seen an alarm, which may have been cleared already; once more is no
// error. Kind: NotFound.
func (b *Book) Ack(id string, now time.Time) ([]engine.Event, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a := b.find(id)
	if a == nil {
		return nil, noAlarm("acknowledge alarm", id)
	}
	if !a.Acked.IsZero() {
		return nil, nil
	}
	a.Acked = now
	b.changes++
	return []engine.Event{told(*a, engine.Info, "Alarm acknowledged: "+a.Text, now)}, nil
}

// Shelve puts an alarm away for a while, 24 h at most, with a reason that may be empty; for 0 it
// counts again at once. Kinds: NotFound, BadInput.
func (b *Book) Shelve(id string, length time.Duration, why string, now time.Time) ([]engine.Event, error) {
	if length < 0 || length > longestShelf {
		return nil, &engine.Error{Op: "shelve alarm", Kind: engine.BadInput, Text: "An alarm can be shelved for 24 hours at most."}
	}
	if why = strings.Join(strings.Fields(why), " "); len([]rune(why)) > maxWhy {
		return nil, &engine.Error{Op: "shelve alarm", Kind: engine.BadInput, Text: fmt.Sprintf("A reason has %d letters at most; shorten it.", maxWhy)}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	a := b.find(id)
	if a == nil {
		return nil, noAlarm("shelve alarm", id)
	}
	if length == 0 {
		if a.ShelvedUntil.IsZero() {
			return nil, nil
		}
		a.ShelvedUntil, a.ShelvedWhy = time.Time{}, ""
		b.changes++
		return []engine.Event{told(*a, engine.Info, "Alarm taken from the shelf: "+a.Text, now)}, nil
	}
	a.ShelvedUntil, a.ShelvedWhy = now.Add(length), why
	b.changes++
	text := fmt.Sprintf("Alarm shelved for %s: %s", spoken(length), a.Text)
	if why != "" {
		text += " Reason: " + stopped(why)
	}
	return []engine.Event{told(*a, engine.Info, text, now)}, nil
}

// spoken is a length without its empty parts: "10m", "1h30m".
func spoken(d time.Duration) string {
	s := d.Round(time.Second).String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// find returns the alarm of an id, or nil.
func (b *Book) find(id string) *engine.Alarm {
	for _, e := range b.open {
		if e.ID == id {
			return &e.Alarm
		}
	}
	if i := slices.IndexFunc(b.past, func(a engine.Alarm) bool { return a.ID == id }); i >= 0 {
		return &b.past[i]
	}
	return nil
}

func noAlarm(op, id string) error {
	return &engine.Error{Op: op, Kind: engine.NotFound, Text: "There is no alarm " + id + " any more; look at the list again."}
}
