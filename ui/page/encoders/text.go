package encoders

import (
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

const (
	textHeading  = "Encoders"
	textNew      = "New encoder"
	textNewPoint = "New point"
	textFilter   = "Filter by name, point or input"
	textTrouble  = "Trouble first"
	textByPoint  = "By point"
	textNoMatch  = "No encoder matches."
	textPick     = "Choose an encoder to see it whole."

	textEmptyHead    = "No encoders yet"
	textEmptyHint    = "An encoder is an ffmpeg that this program starts, watches and starts again. Make one here, or send with an ffmpeg of your own:"
	textEmptyNoPoint = "An encoder sends to a publishing point. Make a point first, with a test picture in it; or send with an ffmpeg of your own:"

	textToolLooking = "Looking for ffmpeg."

	textStart      = "Start"
	textStop       = "Stop"
	textStopAsk    = "Off air? Click again"
	textRestart    = "Restart"
	textRestartAsk = "Restart? Click again"
	textEdit       = "Edit"
	textDuplicate  = "Duplicate"
	textDelete     = "Delete"
	textDeleteAsk  = "Delete? Click again"
	textOpenPoint  = "Point"

	textProcess   = "ffmpeg says"
	textEngine    = "The engine sees"
	textProcesses = "Processes"
	textLog       = "Log"
	textSearch    = "Search the log"
	textFollow    = "Follow"
	textNoLog     = "It has not said anything yet."

	columnState    = "State"
	columnEncoder  = "Encoder"
	columnPoint    = "Point"
	columnInput    = "Input"
	columnPID      = "Process"
	columnUp       = "Up"
	columnFPS      = "fps"
	columnSpeed    = "Speed"
	columnDrops    = "Drops"
	columnRestarts = "Restarts"
	columnCPU      = "CPU"
	columnArriving = "Arriving"
	columnView     = "The engine sees"
	columnStream   = "Stream"

	keyPID       = "Process"
	keyUp        = "Up"
	keyFPS       = "Frames"
	keySpeed     = "Speed"
	keyTold      = "Last progress"
	keyDropped   = "Dropped"
	keyRestarts  = "Restarts"
	keyCPU       = "CPU, memory"
	keyLink      = "Link"
	keyArriving  = "Arriving"
	keySince     = "Since"
	keyBytes     = "Received"
	keyFragments = "Fragments"
	keyLeftOut   = "Left out"
	keyLast      = "Last byte"

	wordConnected = "Connected"
	wordClosed    = "Closed"
)

// examplePoint names the point of the commands on an empty page.
const examplePoint = "oceans"

func textSummary(all, running, wrong int) string {
	s := words.F("%d of %d running", running, all)
	switch {
	case wrong == 1:
		s += ", " + words.T("1 needs a look")
	case wrong > 1:
		s += ", " + words.F("%d need a look", wrong)
	}
	return s
}

// textInput is what an encoder reads, in few words.
func textInput(in engine.EncoderInput) string {
	switch in.Kind {
	case engine.InputFile:
		if in.Loop {
			return words.F("%s, looped", filepath.Base(in.Path))
		}
		return filepath.Base(in.Path)
	case engine.InputNetwork:
		return in.URL
	case engine.InputDevice:
		return strings.Trim(in.Device+" + "+in.Sound, " +")
	case engine.InputScreen:
		return words.F("Screen %s", in.Device)
	case engine.InputCustom:
		return words.T("Own arguments")
	default:
		return words.T("Test pattern")
	}
}

func textFPS(fps float64) string { return strconv.FormatFloat(fps, 'f', 1, 64) }

// textUse is what an encoder takes of the machine: "42 %, 118 MB".
func textUse(e engine.EncoderStatus) string {
	cpu, memory := look.Unknown, look.Unknown
	if e.PID != 0 && e.CPU > 0 {
		cpu = look.Percent(e.CPU)
	}
	if e.PID != 0 && e.Memory > 0 {
		memory = look.Bytes(float64(e.Memory))
	}
	if cpu == look.Unknown && memory == look.Unknown {
		return look.Unknown
	}
	return cpu + ", " + memory
}

// textAgo is how long ago something was.
func textAgo(d time.Duration) string {
	if d < time.Second {
		return words.T("now")
	}
	return words.F("%s ago", look.Age(d))
}

func textLines(shown, all int) string {
	if shown == all {
		return words.F("%d lines", all)
	}
	return words.F("%d of %d lines", shown, all)
}

// textDetail says where an encoder stands beside its name: "oceans  ·  Test pattern".
func textDetail(e engine.EncoderStatus) string {
	return e.Spec.Point + "  ·  " + textInput(e.Spec.Input)
}

// textExit is how a process ended, when that is no trouble.
func textExit(reason string) string { return words.F("Last exit: %s", page.Sentence(reason)) }
