package archive

import (
	"time"

	"pubpoint/engine"
	"pubpoint/ui/look"
	"pubpoint/ui/words"
)

const (
	textHeading    = "Archive"
	textOnDisk     = "Recorded"
	textFree       = "Disk free"
	textLasts      = "Disk lasts"
	textForEver    = "no end"
	textEvents     = "Events"
	textRecordings = "Recordings"
	textCountSize  = "%d, %s"
	textDisk       = "%s of %s"

	textColBegan    = "Began"
	textColEnded    = "Ended"
	textColDuration = "Duration"
	textColSize     = "Size"
	textColFiles    = "Files"
	textColHoles    = "Holes"
	textColVerdict  = "Check"
	textColName     = "Name"
	textColState    = "State"

	textOnAir        = "On air"
	textNotChecked   = "Not checked"
	textChecking     = "Checking"
	textCheckingPart = "Checking %s"
	textNoHoles      = "none"
	textVOD          = "VOD"
	textBroken       = "Error"

	textReading      = "Reading what %s has recorded…"
	textNoEvents     = "%s has recorded nothing yet. Put it on air: every event is kept here."
	textKeepsNothing = "%s keeps no archive: its settings say archive = false."
	textNoRecordings = "No recordings yet. A clip of an event becomes one, and so does any NAME.ism directory of finished files."
	textEmptyHead    = "Nothing has been recorded yet"
	textEmptyHint    = "Every event of a publishing point is kept: it plays again, and can be clipped, checked and exported. Make a point and put it on air; the first event appears here."
	textNewPoint     = "New point"
	textAgain        = "Try again"
	textPick         = "Choose an event or a recording."
	textPickSay      = "Then play it, cut a clip out of it, check every byte, save it as MP4, or delete it."

	textPlay       = "Play"
	textClip       = "Clip"
	textExport     = "Export MP4"
	textVerify     = "Verify"
	textPurge      = "Delete event"
	textPurgeAsk   = "For good? Click again"
	textPurgeUntil = "Purge…"
	textDelete     = "Delete point…"
	textDeleteRec  = "Delete…"
	textCancel     = "Cancel"

	factBegan    = "Began"
	factEnded    = "Ended"
	factDuration = "Duration"
	factSize     = "Size"
	factFiles    = "Files"
	factID       = "Event"
	valueOnAir   = "on air"
	valueShown   = "%s, shown by the point now"

	labelName = "Name"
	labelFrom = "From"
	labelTo   = "To"
	labelRung = "Picture"
	labelFile = "File"

	hintFrom   = "beginning, 20:15:00, or +1:30"
	hintTo     = "end, 20:17:30, or +4:00"
	hintBefore = "2026-03-14, or 2026-03-14 06:00"

	textCut        = "Cut clip"
	textSave       = "Save"
	textClipSay    = "A clip keeps every bitrate and language; nothing is encoded anew."
	textExportSay  = "A plain MP4 file, with its index in front; nothing is encoded anew."
	textTypeName   = "The name has to be typed whole."
	textNoUndo     = "This cannot be undone."
	textNoName     = "Give the clip a name; it plays at NAME.ism."
	textBadName    = "Use letters, digits, '.', '_' and '-', beginning with a letter or digit."
	textTaken      = "There is a point or a recording %s already."
	textRangeAll   = "All of it."
	textRangeLong  = "%s to %s: %s."
	textRangeFrom  = "From %s to the end."
	textRangeTo    = "From the beginning to %s."
	textBackwards  = "This ends before it begins; turn it around."
	textBehind     = "%s lies behind the end of the event."
	textBefore     = "%s lies before the event began."
	textBadTime    = "%q is no time: write 20:15:00, +1:30 from the beginning, or 2026-03-14T20:15:00Z."
	textNoBegan    = "It is not known when this event began; write seconds of presentation time, like 90.5."
	textHighest    = "Best"
	textNoPicture  = "Sound alone"
	textRung       = "%dx%d, %s"
	textExportName = "~/%s-%s.mp4"

	textPurgeTitle  = "Delete every event of %s that ended before"
	textPurgeNone   = "No event ended before that."
	textPurgeSome   = "%s, %s, would be deleted for good."
	textOneEvent    = "1 event"
	textManyEvents  = "%d events"
	textPurgeDo     = "Delete them"
	textBadDate     = "Write a date like 2026-03-14, or a date and a time."
	textDeleteTitle = "Type %s to delete the publishing point, its encoders, and all that it has recorded."
	textDeleteRecOf = "Type %s to delete the recording for good."
	textKeep        = "Keep its files in .deleted"
	textDeleteDo    = "Delete for good"
	textStopFirst   = "%s is on air. Stop it first."
)

// What the tasks say.
const (
	jobClip       = "Cutting %s out of %s…"
	jobClipped    = "%s is ready: %s, %s."
	jobVerify     = "Checking %s…"
	jobVerifyPart = "Checking %s: %s of %s (%s)."
	jobVerified   = "%s: %s"
	jobExport     = "Saving %s as %s…"
	jobExportPart = "Saving %s as %s: %s of %s (%s)."
	jobExported   = "%s has been written: %s."
	jobPurge      = "Deleting from the archive of %s…"
	jobPurged     = "Deleted from %s: %s; %s are free again."
	jobDelete     = "Deleting %s…"
	jobDeleted    = "%s has been deleted."
	jobCancelled  = "Cancelled: %s"
	jobFailed     = "%s %s"
	jobCancelling = "Cancelling…"
	nameOfEvent   = "%s, %s"
	textFlawAt    = "%s to %s: %s"
	textMoreFlaws = "And %d more."
)

// What a check has come to.
const (
	wordComplete  = "Complete"
	sayComplete   = "Every byte is the one that was written, and nothing is missing."
	wordGap       = "Complete, gaps"
	sayGap        = "Every byte is the one that was written; some media never arrived."
	wordUnchecked = "No checksums"
	sayUnchecked  = "There is nothing to hold these files against."
	wordRepaired  = "Repaired"
	sayRepaired   = "A crash has left its marks; all media that is there is right."
	wordHole      = "Media missing"
	sayHole       = "Media that was taken in is missing."
	wordAltered   = "Altered"
	sayAltered    = "Bytes are not the ones that were written."
)

// verdict is the lamp, the word and the sentence of what a check has come to.
func verdict(v engine.Verdict) (lamp look.Lamp, word, sentence string) {
	switch v {
	case engine.VerdictComplete:
		return look.Good, words.T(wordComplete), words.T(sayComplete)
	case engine.VerdictGap:
		return look.Good, words.T(wordGap), words.T(sayGap)
	case engine.VerdictUnchecked:
		return look.Quiet, words.T(wordUnchecked), words.T(sayUnchecked)
	case engine.VerdictRepaired:
		return look.Warn, words.T(wordRepaired), words.T(sayRepaired)
	case engine.VerdictHole:
		return look.Bad, words.T(wordHole), words.T(sayHole)
	case engine.VerdictAltered:
		return look.Bad, words.T(wordAltered), words.T(sayAltered)
	}
	return look.Quiet, words.T(textNotChecked), ""
}

func day(t time.Time) string {
	if t.IsZero() {
		return look.Unknown
	}
	return words.Date(t.In(time.Local), "2 Jan 15:04:05")
}

func dayAndYear(t time.Time) string {
	if t.IsZero() {
		return look.Unknown
	}
	return words.Date(t.In(time.Local), "2 Jan 2006 15:04:05")
}

func textOfEvents(n int) string {
	if n == 1 {
		return words.T(textOneEvent)
	}
	return words.F(textManyEvents, n)
}
