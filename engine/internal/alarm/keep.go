package alarm

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"pubpoint/engine"
)

// format is the version of what Encode writes.
const format = 1

// kept is the book as a file has it.
type kept struct {
	Format int         `json:"format"`
	Next   int64       `json:"next"`
	Alarms []keptAlarm `json:"alarms"`
}

// keptAlarm is an engine.Alarm as a file has it.
type keptAlarm struct {
	ID           string          `json:"id"`
	Code         string          `json:"code"`
	Severity     engine.Severity `json:"severity"`
	Point        string          `json:"point,omitempty"`
	Encoder      string          `json:"encoder,omitempty"`
	Stream       string          `json:"stream,omitempty"`
	Text         string          `json:"text"`
	Action       string          `json:"action,omitempty"`
	Option       string          `json:"option,omitempty"`
	Raised       time.Time       `json:"raised"`
	Last         time.Time       `json:"last"`
	Cleared      time.Time       `json:"cleared,omitzero"`
	Acked        time.Time       `json:"acked,omitzero"`
	ShelvedUntil time.Time       `json:"shelved_until,omitzero"`
	ShelvedWhy   string          `json:"shelved_why,omitempty"`
	Count        int64           `json:"count,omitempty"`
}

// Changes grows with everything that happens to the book and is worth keeping.
func (b *Book) Changes() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.changes
}

// Encode writes the book down, and returns the Changes of that moment.
func (b *Book) Encode() (data []byte, changes int64, err error) {
	b.mu.Lock()
	k := kept{Format: format, Next: b.next}
	for i := range b.past {
		k.Alarms = append(k.Alarms, keptAlarm(b.past[i]))
	}
	for _, key := range b.keys() {
		k.Alarms = append(k.Alarms, keptAlarm(b.open[key].Alarm))
	}
	changes = b.changes
	b.mu.Unlock()
	data, err = json.MarshalIndent(k, "", " ")
	if err != nil {
		return nil, changes, fmt.Errorf("encode alarms: %w", err)
	}
	return append(data, '\n'), changes, nil
}

// Decode reads what Encode wrote. A text that is none is an error.
func Decode(data []byte) (*Book, error) {
	var k kept
	if err := json.Unmarshal(data, &k); err != nil {
		return nil, fmt.Errorf("decode alarms: %w", err)
	}
	if k.Format != format {
		return nil, fmt.Errorf("decode alarms: format %d is not known", k.Format)
	}
	b := NewBook()
	b.next = k.Next
	ids := map[string]bool{}
	for i := range k.Alarms {
		a := engine.Alarm(k.Alarms[i])
		if a.ID == "" || ids[a.ID] || rank(a.Severity) == 0 {
			return nil, fmt.Errorf("decode alarms: the alarm %q is none", a.ID)
		}
		ids[a.ID] = true
		if !a.Cleared.IsZero() {
			b.past = append(b.past, a)
			continue
		}
		b.open[keyOf(&a)] = &entry{Alarm: a, loaded: true}
	}
	slices.SortStableFunc(b.past, func(x, y engine.Alarm) int { return x.Cleared.Compare(y.Cleared) })
	return b, nil
}
