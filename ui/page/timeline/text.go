package timeline

import (
	"strconv"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/words"
)

const (
	textTimeline = "Timeline"
	textGone     = "This publishing point is no longer there"
	textToWall   = "Back to the wall"
	textUnread   = "The timeline could not be read. It is tried again by itself."
	textReading  = "Reading the timeline…"
	textNothing  = "Nothing has arrived yet. Each fragment shows here the moment it is there."
	textNoEvent  = "There is nothing of this event any more."
	textHint     = "Drag moves, the wheel zooms, Shift and drag selects. Upright lines: key frames. Hatched: missing. Blue dashes: a clock began again. Amber dots: no key frame."

	textLive   = "Live"
	textToEnd  = "To the end"
	textPause  = "Pause"
	textMove   = "Move"
	textSelect = "Select"
	textNote   = "Note"
	textExport = "Export"

	textEventLive = "On air since %s"
	textEventLast = "Last event, %s"
	textEventPast = "%s, %s long"

	textClockName = "Time of day"
	textMediaName = "Media time"

	factTime    = "Local"
	factUTC     = "UTC"
	factMedia   = "Media time"
	factTrack   = "Track"
	factStart   = "Starts"
	factLength  = "Length"
	factBytes   = "Bytes"
	factRate    = "Rate"
	factRange   = "Low to peak"
	factCount   = "Fragments"
	factArrived = "Arrived"
	factSource  = "Source"
	factNoKey   = "no key frame at its beginning"
	factGap     = "media is missing before it"
	factJump    = "the encoder's clock began again"
	factNothing = "nothing here"
	factNote    = "marked by an operator"

	textSelected    = "%s selected, from %s to %s"
	textClipName    = "Name of the clip"
	textClip        = "Clip…"
	textCut         = "Cut the clip"
	textCutting     = "Cutting…"
	textClear       = "Clear"
	textNameEmpty   = "The clip needs a name."
	textNameBad     = "A name has letters, digits, '.', '_' and '-' only, and begins with a letter or digit."
	textNameTaken   = "There is a point or a recording of this name; choose another."
	textNameGood    = "It will be played at %s.ism."
	textNoMedia     = "There is no media in the selection."
	textCutDone     = "%s is ready: %s, %s, cut in %s."
	textPlay        = "Play"
	textCopyAddress = "Copy address"
	textDone        = "Done"

	textNoteHint = "What happens now? It may be left empty."
	textAddNote  = "Mark this moment"
	textClose    = "Close"

	textPath      = "Where to write it"
	textCSV       = "Fragments as CSV"
	textPNG       = "Picture as PNG"
	textWritten   = "Written to %s."
	textNoPath    = "Say where to write it."
	textFileThere = "There is a file %s already; choose another name."
	textFileBad   = "The file %s cannot be written: %s. Choose another place."
)

// spans are how long a stretch the buttons show.
func spans() []time.Duration {
	return []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour}
}

func textSpans() []string {
	all := []string{"1 m", "5 m", "15 m", "1 h", "6 h", "24 h"}
	for i := range all {
		all[i] = words.T(all[i])
	}
	return all
}

func spanNames() []string {
	return []string{"span-1m", "span-5m", "span-15m", "span-1h", "span-6h", "span-24h"}
}

// textOfEvent is how an event is called in the list.
func textOfEvent(e engine.ArchivedEvent, zone *time.Location) string {
	const day = "2 Jan 15:04:05"
	switch began := words.Date(e.Began.In(zone), day); {
	case e.Live:
		return words.F(textEventLive, began)
	case e.Current:
		return words.F(textEventLast, began)
	default:
		return words.F(textEventPast, began, look.Clock(e.Duration))
	}
}

// textLength writes how long a selection is.
func textLength(d time.Duration) string {
	if d >= time.Minute {
		return look.Clock(d)
	}
	return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) + " s"
}

// textMedia writes a presentation time with milliseconds.
func textMedia(d time.Duration) string {
	return look.Clock(d) + time.UnixMilli(max(0, d.Milliseconds())%1000).UTC().Format(".000")
}

// flagOf is the flag of a note.
func flagOf(n engine.TimelineNote) kit.Flag {
	switch {
	case n.Kind == engine.NoteOperator:
		return kit.FlagPin
	case n.Kind == engine.NoteSplice:
		return kit.FlagDiamond
	case n.Severity == engine.Failure:
		return kit.FlagBad
	case n.Severity == engine.Warning:
		return kit.FlagWarn
	}
	return kit.FlagInfo
}
