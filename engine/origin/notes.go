package origin

import (
	"context"
	"fmt"
	"strings"

	"pubpoint/engine"
)

// maxNote is how many letters a note may have.
const maxNote = 200

// AddNote implements engine.Timelines.
func (o *Origin) AddNote(_ context.Context, name, text string) error {
	const op = "add note"
	if o.points.find(name, liveExt) == nil {
		return noPoint(op, name)
	}
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), " ")
	if len([]rune(text)) > maxNote {
		return &engine.Error{Op: op, Point: name, Kind: engine.BadInput, Text: fmt.Sprintf("A note has %d letters at most; shorten it.", maxNote)}
	}
	o.journal.add(engine.Event{Severity: engine.Info, Point: name, Text: text, Note: true})
	return nil
}
