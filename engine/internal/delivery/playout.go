package delivery

import (
	"fmt"
	"net/url"
	"strconv"
	"time"

	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/presentation"
)

// Query keys by which a viewer chooses how a live presentation is shown, both in whole seconds.
const (
	windowKey = "dvr_window_length"
	shiftKey  = "time_shift"
)

// longestPlayout is more than any event lasts.
const longestPlayout = 366 * 24 * time.Hour

// playoutOf reads how a viewer wants a client manifest. It fails with an *output.Error of kind
// BadRequest.
func playoutOf(query url.Values) (presentation.Playout, error) {
	var p presentation.Playout
	for key, into := range map[string]*time.Duration{windowKey: &p.Window, shiftKey: &p.Shift} {
		if !query.Has(key) {
			continue
		}
		n, err := strconv.ParseUint(query.Get(key), 10, 32)
		if err != nil || time.Duration(n)*time.Second > longestPlayout {
			return p, &output.Error{Kind: output.BadRequest, Text: fmt.Sprintf(
				"%s is %q and must be a whole number of seconds from 0 to %d.", key, query.Get(key), int(longestPlayout/time.Second))}
		}
		*into = time.Duration(n) * time.Second
	}
	return p, nil
}
