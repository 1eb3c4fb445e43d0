package point

import (
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
)

const (
	textGone    = "Gone"
	textGoneSay = "There is no such publishing point any more."
	textToWall  = "Back to the wall"

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

	textStalled       = "ffmpeg reports no progress and nothing arrives. Restart it."
	textArrivesAnyway = "Its stream arrives although this encoder does not run: another program sends it."
)

// textSpans names the spans of the timeline.
func textSpans() []string { return []string{"1 min", "2 min", "5 min", "15 min", "1 h"} }

func textWindow(d time.Duration) string {
	switch {
	case d <= 0:
		return "Whole event"
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
		return "now"
	}
	return look.Age(d) + " ago"
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
		return "Connected"
	}
	return "Closed"
}

func textInput(in engine.EncoderInput) string {
	switch {
	case in.Kind == engine.InputFile && in.Loop:
		return filepath.Base(in.Path) + ", looped"
	case in.Kind == engine.InputFile:
		return filepath.Base(in.Path)
	}
	return "Test picture"
}

func textSpeed(e engine.EncoderStatus) string {
	if e.Progress.Speed > 0 {
		return "ffmpeg runs at " + look.Speed(e.Progress.Speed)
	}
	return "ffmpeg runs"
}

func textRunsButRefused(e engine.EncoderStatus, r engine.Refusal) string {
	return textSpeed(e) + "; the engine refused it: " + page.Sentence(r.Reason)
}

func textRunsUnseen(e engine.EncoderStatus) string {
	return textSpeed(e) + ", yet nothing of it reaches the engine. Look at its log, then restart it."
}

func textRunsSilent(e engine.EncoderStatus, silent time.Duration) string {
	return fmt.Sprintf("%s, yet the engine has received nothing for %s. Look at its log, then restart it.", textSpeed(e), look.Age(silent))
}

func textSlow(speed float64) string {
	return "Encoder is at " + look.Speed(speed) + " of real time and falls behind: choose fewer or smaller rungs."
}

func textRefusal(r engine.Refusal) string {
	return strconv.Itoa(r.Status) + "  " + r.Remote + ": " + page.Sentence(r.Reason)
}
