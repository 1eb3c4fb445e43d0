package ui

import (
	"fmt"
	"strings"

	"pubpoint/engine"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
)

const (
	textProduct = "Pubpoint"

	textWall     = "Wall"
	textEncoders = "Encoders"
	textLog      = "Log"
	textSettings = "Settings"

	textOnAir    = "On air"
	textArriving = "Arriving"
	textViewers  = "Viewers"
	textLocal    = "Local"
	textUTC      = "UTC"

	textTool        = "ffmpeg"
	textToolMissing = "No ffmpeg"
	textToolLooking = "Looking for ffmpeg"
	textNotYet      = "Not listening yet"

	menuFile       = "File"
	menuNewPoint   = "New point…"
	menuQuit       = "Quit"
	menuView       = "View"
	menuWall       = "Wall"
	menuEncoders   = "Encoders"
	menuLog        = "Log"
	menuSettings   = "Settings"
	menuBack       = "Back    Esc"
	menuFullScreen = "Full screen    F11"
	menuLight      = "Light theme"
	menuDark       = "Dark theme"
	menuPoints     = "Points"
	menuNoPoints   = "None yet"
	menuPoint      = "Point"
	menuPreview    = "Preview    Space"
	menuNextPoint  = "Next point"
	menuPrevPoint  = "Previous point"

	closeTitle = "Close Pubpoint?"
	closeStay  = "Keep running"
	closeGo    = "Close and end"
)

func textOf(n, of int) string {
	return fmt.Sprintf("%d of %d", n, of)
}

// textCount is a count of points in a state, its word not shouted: "2 on air", "1 VOD".
func textCount(n int, word string) string {
	if strings.ToUpper(word) != word {
		word = strings.ToLower(word)
	}
	return look.Count(int64(n)) + " " + word
}

func statusLine(a engine.Addresses) string {
	if a.Media == "" {
		return textNotYet
	}
	s := "Listening on " + a.Media
	if a.Admin != "" {
		s += "    Admin API on " + a.Admin
	}
	return s
}

// closeSentence says what ends with the window: the points on air, the others whose event is open,
// and the encoders that run.
func closeSentence(names []string, others, encoders int) string {
	var b strings.Builder
	if len(names) == 1 {
		b.WriteString(names[0] + " is on air.")
	} else if len(names) > 1 {
		b.WriteString(look.Count(int64(len(names))) + " publishing points are on air.")
	}
	if others > 0 {
		if len(names) > 0 {
			b.WriteString(" ")
		}
		b.WriteString(page.Plural(others, "publishing point waits", "publishing points wait") + " for an encoder.")
	}
	b.WriteString(" Closing the window ends the engine with it: ")
	if encoders > 0 {
		b.WriteString(page.Plural(encoders, "encoder stops", "encoders stop") + ", ")
	}
	b.WriteString("viewers lose their streams and the archives are sealed.")
	return b.String()
}
