package newpoint

import (
	"strconv"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/look"
	"pubpoint/ui/words"
)

const (
	exampleName = "oceans"

	textTitle   = "New publishing point"
	textCancel  = "Cancel"
	textCreate  = "Create"
	textStart   = "Create and start"
	textWorking = "Creating…"

	labelName    = "Name"
	labelIngest  = "Encoders post to"
	labelPreview = "Preview"
	labelSource  = "Source"
	labelLadder  = "Video"
	labelAudio   = "Audio"
	labelWindow  = "DVR window"
	labelArchive = "Archive"
	labelCommand = "Command"

	hintName = "oceans, or sports/arena"

	textKeep = "Keep what arrives on disk"

	textNameOK  = "This name is free."
	textNameSay = "Letters, digits, '.', '_' and '-'; '/' makes a folder."
	textBadName = "A name is made of letters, digits, '.', '_' and '-', and begins with a letter or digit."
	textNoName  = "Give the publishing point a name."
	textNoAudio = "None"

	textNotKept     = "Viewers have the newest 16 MiB, in memory."
	textRoomUnknown = "How much room the disk has is not known."
)

func textTaken(name string) string {
	return words.F("There is a publishing point %s already; choose another name.", name)
}

func textRungs(n int) string {
	if n == 1 {
		return words.T("1 rung")
	}
	return words.F("%d rungs", n)
}

func textLadder(rungs []engine.Rung) string {
	var parts []string
	for _, r := range rungs {
		parts = append(parts, strconv.Itoa(r.Height)+"p "+strconv.Itoa(r.Bitrate/1000)+"k")
	}
	return strings.Join(parts, "  ·  ")
}

func textAudio(bits int) string {
	if bits == 0 {
		return words.T(textNoAudio)
	}
	return strconv.Itoa(bits/1000) + "k"
}

func textWindow(d time.Duration) string {
	switch {
	case d == 0:
		return words.T("Whole event")
	case d%time.Hour == 0:
		return words.F("%d h", int(d/time.Hour))
	}
	return words.F("%d min", int(d/time.Minute))
}

// textRoom is how long a recording of that bitrate fits into so many free bytes.
func textRoom(free int64, bits int) string {
	if bits <= 0 {
		return ""
	}
	if free < 0 {
		return words.T(textRoomUnknown)
	}
	rate := look.Bits(float64(bits))
	switch hours := float64(free) * 8 / float64(bits) / 3600; {
	case hours >= 72:
		return words.F("Room for %d days at %s.", int(hours/24), rate)
	case hours >= 2:
		return words.F("Room for %d h at %s.", int(hours), rate)
	default:
		return words.F("Room for %d min at %s.", int(hours*60), rate)
	}
}

// textHalf says what stands although the rest failed.
func textHalf(name string, err error) string {
	return words.F("The point %s was made, but its encoder was not: %s", name, engine.Sentence(err))
}
