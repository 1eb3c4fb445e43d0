package point

import (
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

const (
	textGone    = "Gone"
	textGoneSay = "There is no publishing point %s"
	textGoneWhy = "It was deleted, or nobody has made it yet. Players and encoders are told that there is none."
	textToWall  = "Back to the wall"
	textCreate  = "Create this point"
	textClose   = "Close"
	textCancel  = "Cancel"

	textMark     = "Mark"
	textSettings = "Settings"
	textLoopback = "This address works on this machine alone. A phone reaches it once the media listener is on this machine's own address in the network (-listen ADDRESS:8088)."

	columnTrack    = "Track"
	columnCodec    = "Codec"
	columnSize     = "Size"
	columnNominal  = "Nominal"
	columnArriving = "Arriving"
	columnNewest   = "Newest"
	columnLength   = "GOP"
	columnGaps     = "Gaps"
	columnVerdict  = "Verdict"
	textTrackCount = "%s in %s, kbit/s"

	textFindings      = "Findings"
	textMoreFindings  = "%d more in the alarms"
	textFindingOnce   = "%s, since %s"
	textFindingOften  = "%s, %d times since %s"
	textFailure       = "Failure"
	textWarning       = "Warning"
	textInformation   = "Information"
	textVerdictGood   = "All well"
	textVerdictRate   = "Arrives at another rate than announced"
	textVerdictSilent = "Nothing arrives"
	textVerdictWaits  = "Waits for its first fragment"
	textVerdictEnded  = "Ended"

	textStart       = "Start"
	textStarting    = "Starting…"
	textStop        = "Stop"
	textStopping    = "Stopping…"
	textStopAsk     = "End the event? Click again"
	textShutDown    = "Shut down"
	textShutDownAsk = "Take nothing in? Click again"
	textPreview     = "Preview"

	textClock    = "On air for"
	textArriving = "Arriving"
	textLag      = "Behind live"
	textViewers  = "Viewers"
	textRequests = "Requests"
	textArchive  = "Archive"
	textDVR      = "DVR window"

	textArchiveFailed = "Failed"
	textArchiveOff    = "Off"

	textTracks     = "Tracks"
	textRates      = "kbit/s"
	textNoTracks   = "No track yet: they appear with the first fragment."
	textTimeline   = "Bitrate of every track"
	textWhole      = "Timeline"
	textNoTimeline = "Nothing has arrived in this span."
	textLog        = "Encoder log"
	textLinks      = "Links"
	textOutside    = "Other sources"
	textRefusals   = "Turned away"

	textBareHead   = "Nobody sends to this point yet"
	textBareHint   = "Start a test picture here, or send to it from any machine with ffmpeg:"
	textBareAction = "Start a test picture"

	textVacant    = "No encoder"
	textVacantSay = "Nobody sends to this point. Start a test picture here, or send to it with ffmpeg:"

	textEncoderStart   = "Start"
	textEncoderStop    = "Stop"
	textEncoderStopAsk = "Stop? Click again"
	textRestart        = "Restart"
	textRestartAsk     = "Restart? Click again"
	textRemove         = "Remove"
	textRemoveAsk      = "Remove? Click again"
	textShowLog        = "Log"
	textProcess        = "ffmpeg says"
	textEngine         = "The engine sees"
	textCommand        = "Command"

	keyPID       = "Process"
	keyUp        = "Up"
	keyFPS       = "Frames"
	keySpeed     = "Speed"
	keyTold      = "Last progress"
	keyDropped   = "Dropped"
	keyRestarts  = "Restarts"
	keyLink      = "Link"
	keySince     = "Since"
	keyBytes     = "Received"
	keyFragments = "Fragments"
	keyLeftOut   = "Left out"
	keyLast      = "Last byte"

	textWholeEvent  = "Whole event"
	textNow         = "now"
	textAgoAfter    = "%s ago"
	textIsConnected = "Connected"
	textIsClosed    = "Closed"
	textLooped      = "%s, looped"
	textTestPicture = "Test picture"
	textRunsAt      = "ffmpeg runs at %s"
	textRuns        = "ffmpeg runs"
	textRefusedIt   = "%s; the engine refused it: %s"
	textUnseen      = "%s, yet nothing of it reaches the engine. Look at its log, then restart it."
	textSilentFor   = "%s, yet the engine has received nothing for %s. Look at its log, then restart it."
	textTooSlow     = "Encoder is at %s of real time and falls behind: choose fewer or smaller rungs."
	columnStream    = "Stream"
	columnFrom      = "From"
	columnReceived  = "Received"
	columnLast      = "Last"
	columnTime      = "Time"
	columnWhy       = "Why"

	textStalled       = "ffmpeg reports no progress and nothing arrives. Restart it."
	textArrivesAnyway = "Its stream arrives although this encoder does not run: another program sends it."
)

// The settings dialog and the question before a point is deleted.
const (
	textSettingsOf   = "Settings of %s"
	textSettingsSay  = "Look-ahead, recording and forcing to disk hold from the next event on, limits of what is kept from the next file on, everything else at once."
	textSave         = "Save"
	textSaving       = "Saving…"
	headEvent        = "Event"
	headArchive      = "Archive"
	labelTitle       = "Title"
	labelWindow      = "DVR window"
	labelReconnect   = "Clock begins anew"
	labelTimeout     = "End when silent"
	labelLookAhead   = "Look-ahead"
	labelSegment     = "New file every"
	labelKeep        = "Keep for"
	labelKeepBytes   = "Keep at most"
	labelDisk        = "Force to disk"
	hintTitle        = "As the point is called"
	hintWindow       = "The whole event, or 30 min"
	hintTimeout      = "Never, or 10 min"
	hintSegment      = "One file, or 1 h"
	hintKeep         = "Everything"
	textRecord       = "Record what arrives"
	textAutoStart    = "An encoder starts it by sending"
	textContinue     = "Go on"
	textReject       = "Refuse"
	textNewEvent     = "New event"
	textSyncNone     = "Never"
	textSyncInterval = "Regularly"
	textSyncEvery    = "At once"
	textBadSpan      = "%s: %q is no span of time. Write 30 min, 2 h or 1 h 30 min."
	textBadSize      = "%s: %q is no amount. Write 500 MB, 20 GB or 1.5 TB."

	textAccess        = "Access"
	textAccessOf      = "Who may send to %s, and watch it"
	headEncoders      = "Encoders"
	headViewers       = "Viewers"
	labelAllow        = "Encoders may send from these addresses only"
	labelPlay         = "Viewers may watch from these addresses only"
	hintAddresses     = "192.0.2.7, 10.0.0.0/8; empty: from everywhere"
	hintCredential    = "Name of a new encoder"
	hintSecret        = "Its secret; empty makes a random one"
	textPassword      = "Password"
	textToken         = "Token"
	textAddCredential = "Add"
	textReplaceSecret = "Replace"
	textNoCredentials = "There are no credentials yet, so no encoder is asked for any. Once there is one, encoders without are refused; those of this program need none."
	textOnlyNow       = "Shown here only, until this is closed. Copy it, then save."
	textAddFirst      = "Add what you have typed to the list, or clear it; then save."
	textBadAddress    = "%q is no address; write one like 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32."
	textPointIsGone   = "There is no publishing point %s any more."
	textSigned        = "Only signed links play"
	textHour          = "1 hour"
	textDay           = "24 hours"
	textWeek          = "7 days"
	textSign          = "Make links"
	textSigningNow    = "Making…"
	textUnsigned      = "Whoever knows the address can watch. With signed links nobody can without one, and each ends at its time."
	textSaveFirst     = "Save first; then links can be made."
	textOnlySigned    = "Choose how long the links shall play, and make them."
	textPlaysUntil    = "These play until %s."
	textWorthless     = "Make all links worthless"
	textWorthlessAsk  = "Viewers are cut off. Again?"
	textAllWorthless  = "No link that was made before plays any more."

	textNeedsPassword    = "Encoders need a name and a password: put them in the place of USER:PASSWORD."
	textNeedsToken       = "Encoders need a token."
	textNeedsAddress     = "They may send from some addresses only."
	textNeedsSigned      = "Viewers need a signed link."
	textNeedsPlayAddress = "They may watch from some addresses only."

	textDelete      = "Delete this point…"
	textDeleteSay   = "with what it has recorded, and its encoders"
	textDeleteTitle = "Delete %s?"
	textDeleteAsk   = "Its directory %s.isml goes with every recording in it, and so do its encoders. Nothing brings them back."
	textDeleteLive  = "It is on air: its event ends first."
	textDeleteType  = "Type its name to go on:"
	textKeepFiles   = "Keep the files, in .deleted of the document root"
	textDeleteNow   = "Delete"
	textDeleting    = "Deleting…"
)

// textTrackNote tells how many tracks and streams there are, and in what their rates are told.
func textTrackNote(tracks, streams int) string {
	return words.F(textTrackCount, page.Plural(tracks, "track", "tracks"), page.Plural(streams, "stream", "streams"))
}

// textFinding is how bad a finding is, and since when.
func textFinding(f engine.Finding) string {
	word := words.T(textInformation)
	switch f.Severity {
	case engine.Failure:
		word = words.T(textFailure)
	case engine.Warning:
		word = words.T(textWarning)
	}
	since := look.TimeOfDay(f.First.Local())
	if f.Count > 1 {
		return words.F(textFindingOften, words.T(word), f.Count, since)
	}
	return words.F(textFindingOnce, words.T(word), since)
}

// textSpans names the spans of the timeline.
func textSpans() []string { return []string{"1 min", "2 min", "5 min", "15 min", "1 h"} }

func textWindow(d time.Duration) string {
	switch {
	case d <= 0:
		return words.T(textWholeEvent)
	case d%time.Hour == 0:
		return strconv.Itoa(int(d/time.Hour)) + " h"
	}
	return strconv.Itoa(int(d/time.Minute)) + " min"
}

func textTrack(t engine.TrackStatus) string {
	if t.Language != "" && t.Language != "und" && t.Type != engine.Video {
		return string(t.Type) + " " + t.Language
	}
	if t.Stream != "" && t.Stream != string(t.Type) {
		return t.Stream
	}
	return string(t.Type)
}

// textMediaTime is a place on the timeline: "1:02:33.4".
func textMediaTime(d time.Duration, ok bool) string {
	if !ok {
		return look.Unknown
	}
	sign := ""
	if d < 0 {
		sign, d = "−", -d
	}
	tenths := int64(d / (100 * time.Millisecond))
	return fmt.Sprintf("%s%d:%02d:%02d.%d", sign, tenths/36000, tenths/600%60, tenths/10%60, tenths%10)
}

func textFPS(fps float64) string { return strconv.FormatFloat(fps, 'f', 1, 64) + " fps" }

// textAgo is how long ago something was, in seconds while they count.
func textAgo(d time.Duration) string {
	if d < time.Second {
		return words.T(textNow)
	}
	return words.F(textAgoAfter, look.Age(d))
}

// textLast is when the last byte of s came. A link that is closed has no now, however young.
func textLast(s engine.SourceStatus, now time.Time) string {
	ago := now.Sub(s.LastByte)
	if !s.Connected {
		ago = max(ago, time.Second)
	}
	return textAgo(ago)
}

func textConnected(connected bool) string {
	if connected {
		return words.T(textIsConnected)
	}
	return words.T(textIsClosed)
}

func textInput(in engine.EncoderInput) string {
	switch {
	case in.Kind == engine.InputFile && in.Loop:
		return words.F(textLooped, filepath.Base(in.Path))
	case in.Kind == engine.InputFile:
		return filepath.Base(in.Path)
	}
	return words.T(textTestPicture)
}

func textSpeed(e engine.EncoderStatus) string {
	if e.Progress.Speed > 0 {
		return words.F(textRunsAt, look.Speed(e.Progress.Speed))
	}
	return words.T(textRuns)
}

func textRunsButRefused(e engine.EncoderStatus, r engine.Refusal) string {
	return words.F(textRefusedIt, textSpeed(e), page.Sentence(r.Reason))
}

func textRunsUnseen(e engine.EncoderStatus) string {
	return words.F(textUnseen, textSpeed(e))
}

func textRunsSilent(e engine.EncoderStatus, silent time.Duration) string {
	return words.F(textSilentFor, textSpeed(e), look.Age(silent))
}

func textSlow(speed float64) string {
	return words.F(textTooSlow, look.Speed(speed))
}

func textRefusal(r engine.Refusal) string {
	return strconv.Itoa(r.Status) + "  " + r.Remote + ": " + page.Sentence(r.Reason)
}
