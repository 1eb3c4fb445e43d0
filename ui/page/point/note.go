package point

import "pubpoint/engine"

// canNote reports whether there is a moment to mark.
func canNote(s engine.State) bool { return s == engine.StateStarted }
