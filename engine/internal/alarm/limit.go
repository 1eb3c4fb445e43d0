package alarm

import (
	"fmt"
	"time"

	"pubpoint/engine"
)

// pressed is how long a limit counts as reached after somebody was turned away. It is shorter than a
// warning must last to be an alarm, so that one refusal is none.
const pressed = 8 * time.Second

// ofLimits are the limits that turn people away now, as one cause: a crowd reaches several.
func ofLimits(s engine.SystemStatus, now time.Time) []Cause {
	c := Cause{Code: CodeLimitReached, Severity: engine.Warning,
		Action: "If these are viewers and encoders of yours, raise the limit in the table [limits] of the settings file; caches and proxies belong into shields there."}
	for _, l := range s.Limits {
		if l.Last.IsZero() || now.Sub(l.Last) >= pressed {
			continue
		}
		if c.Text != "" {
			c.Text += " "
		}
		c.Text += fmt.Sprintf("People are turned away by the limit %s, which is %d.", l.Key, l.Limit)
	}
	if c.Text == "" {
		return nil
	}
	return []Cause{c}
}
