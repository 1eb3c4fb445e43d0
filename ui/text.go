package ui

import (
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

const (
	textProduct = "Pubpoint"

	textWall     = "Wall"
	textAlarms   = "Alarms"
	textArchive  = "Archive"
	textEncoders = "Encoders"
	textSettings = "Settings"

	textOnAir    = "On air"
	textArriving = "Arriving"
	textViewers  = "Viewers"
	textDisk     = "Disk left"
	textCPU      = "CPU"
	textLocal    = "Local"
	textUTC      = "UTC"
	textOfPoints = "%d of %d"

	textNoAlarm = "No alarms"
	textAlarm   = "Alarm"
	textWarning = "Warning"
	textNote    = "Notice"
	textAcked   = "Acknowledged"
	textMore    = "+%d more"

	textTool        = "ffmpeg"
	textToolMissing = "No ffmpeg"
	textToolLooking = "Looking for ffmpeg"
	textNotYet      = "Not listening yet"
	textListening   = "Listening on %s"
	textAdminOn     = "Admin API on %s"

	menuFile       = "File"
	menuNewPoint   = "New point…"
	menuQuit       = "Quit"
	menuView       = "View"
	menuPalette    = "Find a command…"
	menuBack       = "Back"
	menuFullScreen = "Full screen"
	menuLight      = "Light theme"
	menuDark       = "Dark theme"
	menuPoints     = "Points"
	menuNoPoints   = "None yet"
	menuPoint      = "Point"
	menuPreview    = "Preview"
	menuTimeline   = "Timeline"
	menuNote       = "Mark this moment…"
	menuRestart    = "Restart encoder…"
	menuAck        = "Acknowledge alarm"
	menuHelp       = "Help"
	menuShortcuts  = "Keyboard shortcuts"
	menuShow       = "Show window"

	textPalette     = "What would you like to do?"
	textPaletteHint = "A command, a publishing point, an encoder"
	textPaletteNone = "Nothing is called that."

	cmdNewPoint       = "New publishing point"
	cmdGoTo           = "Go to %s"
	cmdAck            = "Acknowledge: %s"
	cmdOpen           = "Open %s"
	cmdStart          = "Start %s"
	cmdStop           = "Stop %s…"
	cmdPreview        = "Preview %s"
	cmdNote           = "Mark this moment of %s…"
	cmdStartEncoder   = "Start encoder %s"
	cmdStopEncoder    = "Stop encoder %s…"
	cmdRestartEncoder = "Restart encoder %s…"

	askNo           = "Cancel"
	askStopTitle    = "Stop %s?"
	askStopText     = "Its event ends: viewers see the end, and it becomes video on demand. Its encoders stop."
	askStopGo       = "Stop"
	askEncoderText  = "The publishing point %s gets nothing more from it until it is started again."
	askRestartTitle = "Restart encoder %s?"
	askRestartText  = "The publishing point %s gets nothing for some seconds; viewers may notice a gap."
	askRestartGo    = "Restart"

	noteTitle = "Mark this moment of %s"
	noteHint  = "What happened; may be empty"
	noteAdd   = "Mark"
	noteSay   = "It stands in the log and on the timeline."
	noteLong  = "A note has %d letters at most; shorten it."

	keySpace    = "Space"
	helpPoint   = "Open a publishing point"
	helpOpen    = "Open, press, choose"
	helpBack    = "Back, close, leave full screen"
	helpPreview = "Preview the point that is shown"
	helpAck     = "Acknowledge the worst alarm"
	helpNote    = "Mark this moment of the point"
	helpWrong   = "On the wall: only what is wrong"
	helpRestart = "Restart the point's encoder (asks)"
	helpTab     = "Next control; Shift+Tab the one before"
	helpClose   = "Close"

	closeTitle = "Close Pubpoint?"
	closeStay  = "Keep running"
	closeGo    = "Close and end"

	closeOnAir        = "%s is on air."
	closeManyOnAir    = "%s publishing points are on air."
	closeWaits        = "%s publishing point waits for an encoder."
	closeManyWait     = "%s publishing points wait for an encoder."
	closeEnds         = "Closing the window ends the engine with it: viewers lose their streams and the archives are sealed."
	closeEndsEncoder  = "Closing the window ends the engine with it: %s encoder stops, viewers lose their streams and the archives are sealed."
	closeEndsEncoders = "Closing the window ends the engine with it: %s encoders stop, viewers lose their streams and the archives are sealed."

	lostText = "The engine has ended, nothing is on air any more: %s Close the window and start Pubpoint again."

	farSilent  = "No answer from %s for %s; showing what was known at %s. %s"
	farNever   = "No answer from %s yet. %s"
	farRefused = "Showing what was known at %s. %s"
	farUnknown = "Not known"
	farToken   = "Enter token…"
	farAsk     = "Token of %s"
	farHint    = "What is in the file token over there"
	farSay     = "It is kept on this machine, readable by you alone."
	farUse     = "Connect"
	farFiles   = "The engine reads files of %s, not of this machine; type the path as it is there."

	notifyMany = "%d new alarms"
	notifyText = "%s — and others; the alarm list has them all."

	resumeOne     = "%s encoder was on air when Pubpoint ended: %s."
	resumeMany    = "%s encoders were on air when Pubpoint ended: %s."
	resumeAnd     = "%s and %d more"
	resumeGo      = "Resume"
	resumeDecline = "Leave stopped"
)

func textOf(n, of int) string { return words.F(textOfPoints, n, of) }

// textCount is a count of points in a state, its word not shouted: "2 on air", "1 VOD". German
// writes its nouns with capitals, so there the word stays as it is.
func textCount(n int, word string) string {
	if strings.ToUpper(word) != word && words.Current() == words.English {
		word = strings.ToLower(word)
	}
	return look.Count(int64(n)) + " " + word
}

// textLeft is a time to come, in two units when the larger is small: "5 h 20 min", "3 d 4 h", "42 min".
func textLeft(d time.Duration) string {
	switch hours := int(d.Hours()); {
	case d < time.Hour:
		return words.F("%d min", max(1, int(d.Minutes())))
	case hours < 10:
		return words.F("%d h %02d", hours, int(d.Minutes())%60)
	case hours < 72:
		return words.F("%d h", hours)
	default:
		return words.F("%d d", hours/24)
	}
}

func statusLine(a engine.Addresses) string {
	if a.Media == "" {
		return words.T(textNotYet)
	}
	s := words.F(textListening, a.Media)
	if a.Admin != "" {
		s += "    " + words.F(textAdminOn, a.Admin)
	}
	return s
}

// closeSentence says what ends with the window: the points on air, the others whose event is open,
// and the encoders that run.
func closeSentence(names []string, others, encoders int) string {
	var parts []string
	switch len(names) {
	case 0:
	case 1:
		parts = append(parts, words.F(closeOnAir, names[0]))
	default:
		parts = append(parts, words.F(closeManyOnAir, look.Count(int64(len(names)))))
	}
	if others > 0 {
		parts = append(parts, words.N(others, closeWaits, closeManyWait, look.Count(int64(others))))
	}
	if encoders > 0 {
		parts = append(parts, words.N(encoders, closeEndsEncoder, closeEndsEncoders, look.Count(int64(encoders))))
	} else {
		parts = append(parts, words.T(closeEnds))
	}
	return strings.Join(parts, " ")
}

// textNames lists names, of which the first few are told.
func textNames(names []string) string {
	const told = 3
	if len(names) <= told {
		return strings.Join(names, ", ")
	}
	return words.F(resumeAnd, strings.Join(names[:told], ", "), len(names)-told)
}

// textLost says that the engine has ended, and why.
func textLost(why string) string { return words.F(lostText, page.Sentence(why)) }
