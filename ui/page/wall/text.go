package wall

import (
	"path"
	"strings"

	"pubpoint/engine"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
)

const (
	textHeading  = "Publishing points"
	textNewPoint = "New point"
	textAll      = "All"
	textWrong    = "Only what is wrong"
	textNoWrong  = "Nothing is wrong."

	textEmptyHead  = "No publishing points yet"
	textEmptyHint  = "A publishing point takes one live stream from an encoder and serves it to every player at once. Make one here with a test picture, to see it work."
	textEmptyShell = "Or from a terminal"
	textEmptyMake  = "Make one"
	textEmptySend  = "Send to it"
	textEmptyNote  = "A directory below the document root is a publishing point; an encoder's first POST puts it on air."

	// examplePoint names the point of the commands on an empty wall.
	examplePoint = "oceans"
)

func textSummary(points, onAir, wrong int) string {
	s := look.Count(int64(onAir)) + " of " + look.Count(int64(points)) + " on air"
	if wrong > 0 {
		s += ", " + page.Plural(wrong, "needs a look", "need a look")
	}
	return s
}

// textFacts are the numbers of a point that are read second.
func textFacts(p engine.PointStatus) string {
	var parts []string
	switch p.State {
	case engine.StateStarted:
		if !p.SourceLost {
			parts = append(parts, textBehind(p.Lag))
		}
		parts = append(parts, page.Plural(p.Viewers, "viewer", "viewers"),
			page.Plural(page.Connected(p), "source", "sources"))
	case engine.StateStopped:
		parts = append(parts, page.Plural(p.Viewers, "viewer", "viewers"))
		if p.Archive.Bytes > 0 {
			parts = append(parts, look.Bytes(float64(p.Archive.Bytes)))
		}
	case engine.StateStarting, engine.StateStopping:
		parts = append(parts, page.Plural(page.Connected(p), "source", "sources"))
	}
	return strings.Join(parts, "  ·  ")
}

// textHint says what an empty tile waits for.
func textHint(p engine.PointStatus, encoders int) string {
	switch p.State {
	case engine.StateIdle:
		if encoders == 0 && !p.Config.AutoStart {
			return "Nothing arrives. Start it, then send to it."
		}
		if encoders == 0 {
			return "Nothing arrives. Open it for the address to send to."
		}
		return "Its encoder does not run. Open it to start."
	case engine.StateStarting:
		return "Waiting for the first fragment…"
	case engine.StateStopping:
		return "Sealing the archive…"
	case engine.StateStopped:
		return "The event has ended and plays as video on demand."
	default:
		return ""
	}
}

func textMkdir(root string) string {
	if root == "" {
		root = "www"
	}
	return "mkdir -p " + shellWord(path.Join(root, examplePoint+".isml"))
}

// shellWord quotes s for a POSIX shell where that is needed.
func shellWord(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:+,=@%", r)
	}
	for _, r := range s {
		if !plain(r) {
			return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
		}
	}
	return s
}

// textBehind is how far a point is behind live, by lag seconds.
func textBehind(lag float64) string {
	behind := page.Behind(lag)
	if behind == page.Live {
		return behind
	}
	return behind + " behind"
}
