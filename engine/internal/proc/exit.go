package proc

import (
	"fmt"
	"time"
)

// Exit is how a child ended.
type Exit struct {
	Code     int           // exit code; -1 when a signal ended it or it never ran
	Signal   string        // name of the signal that ended it ("SIGKILL"), or empty
	Err      error         // why it could not be started, or what was left behind; nil otherwise
	Asked    bool          // it was still running when it was asked to stop
	Duration time.Duration // from the attempt to start it to the end of its output
	CPU      time.Duration // processor time that it took, with its children that it waited for
	Last     string        // the last line of its standard error that is not blank
	CutLines int64         // how many lines of its output were cut for their length

	neverRan bool
}

// OK reports whether the child ended by itself with exit code 0.
func (e Exit) OK() bool {
	return e.Code == 0 && e.Signal == "" && !e.Asked && !e.neverRan
}

// Words tells the end in words for an operator: "stopped on request", "killed (SIGKILL)",
// "exit 1: no such file".
func (e Exit) Words() string {
	words := e.how()
	if e.Err != nil && !e.neverRan {
		words += " (" + e.Err.Error() + ")"
	}
	return words
}

func (e Exit) how() string {
	switch {
	case e.neverRan:
		return fmt.Sprintf("could not be started: %v", e.Err)
	case e.Asked && e.Signal == "SIGKILL":
		return "killed (SIGKILL) because it did not stop when asked"
	case e.Asked && e.Code > 0:
		return fmt.Sprintf("stopped on request (exit %d)", e.Code)
	case e.Asked:
		return "stopped on request"
	case e.Signal != "":
		return fmt.Sprintf("killed (%s)", e.Signal)
	case e.Code == 0:
		return "ended by itself (exit 0)"
	case e.Last == "":
		return fmt.Sprintf("exit %d", e.Code)
	default:
		return fmt.Sprintf("exit %d: %s", e.Code, e.Last)
	}
}
