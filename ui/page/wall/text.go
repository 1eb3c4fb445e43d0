package wall

import (
	"path"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

const (
	textHeading  = "Publishing points"
	textNewPoint = "New point"
	textAll      = "All"
	textWrong    = "Only what is wrong"
	textNoWrong  = "Nothing is wrong."
	textSearch   = "Find a point"
	textNotFound = "No point has that in its name."

	textOnAirOf  = "%s of %s on air"
	textLookOne  = "1 needs a look"
	textLookMany = "%s need a look"

	textOpen       = "Open"
	textPreview    = "Preview"
	textCopyIngest = "Copy the address to send to"
	textStart      = "Start"
	textStop       = "Stop"
	textStopNow    = "End the event of %s now"

	textNoNew      = "No new picture for %s"
	textBadPicture = "The picture cannot be read."

	textViewer  = "1 viewer"
	textViewers = "%s viewers"
	textSource  = "1 source"
	textSources = "%s sources"
	textBehindF = "%s behind"

	textIdleArmed   = "Nothing arrives. Open it for the address to send to."
	textIdleStopped = "Nothing arrives. Start it, then send to it."
	textIdleEncoder = "Its encoder does not run. Open it to start."
	textFirst       = "Waiting for the first fragment…"
	textSealing     = "Sealing the archive…"
	textEnded       = "The event has ended and plays as video on demand."
	textSeeing      = "Waiting for the first picture…"

	textEmptyHead  = "No publishing points yet"
	textEmptyHint  = "A publishing point takes one live stream from an encoder and serves it to every player at once. Start the demonstration to see one work, or make one of your own."
	textEmptyDemo  = "Start the demonstration"
	textEmptyShell = "Or from a terminal"
	textEmptyMake  = "Make one"
	textEmptySend  = "Send to it"
	textEmptyNote  = "A directory below the document root is a publishing point; an encoder's first POST puts it on air."

	// examplePoint names the point of the commands on an empty wall.
	examplePoint = "oceans"
)

func textSummary(points, onAir, wrong int) string {
	s := words.F(textOnAirOf, look.Count(int64(onAir)), look.Count(int64(points)))
	if wrong > 0 {
		s += ", " + plural(wrong, textLookOne, textLookMany)
	}
	return s
}

// plural is the number n in words; many has a %s for it.
func plural(n int, one, many string) string {
	if n == 1 {
		return words.T(one)
	}
	return words.F(many, look.Count(int64(n)))
}

// textLines are the numbers of a point that are read second: lag, viewers and sources, or what a
// point that is not on air has instead.
func textLines(p engine.PointStatus) [3]string {
	viewers := plural(p.Viewers, textViewer, textViewers)
	sources := plural(page.Connected(p), textSource, textSources)
	switch p.State {
	case engine.StateStarted:
		if p.SourceLost {
			return [3]string{"", viewers, sources}
		}
		return [3]string{textBehind(p.Lag), viewers, sources}
	case engine.StateStopped:
		size := ""
		if p.Archive.Bytes > 0 {
			size = look.Bytes(float64(p.Archive.Bytes))
		}
		return [3]string{size, viewers, ""}
	case engine.StateStarting, engine.StateStopping:
		return [3]string{"", "", sources}
	}
	return [3]string{}
}

// textHint says what a point without a picture waits for.
func textHint(p engine.PointStatus, encoders int) string {
	switch p.State {
	case engine.StateIdle:
		switch {
		case encoders > 0:
			return words.T(textIdleEncoder)
		case p.Config.AutoStart:
			return words.T(textIdleArmed)
		}
		return words.T(textIdleStopped)
	case engine.StateStarting:
		return words.T(textFirst)
	case engine.StateStarted:
		return words.T(textSeeing)
	case engine.StateStopping:
		return words.T(textSealing)
	case engine.StateStopped:
		return words.T(textEnded)
	}
	return ""
}

func textAge(age time.Duration) string { return words.F(textNoNew, look.Age(age)) }

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
	return words.F(textBehindF, behind)
}
