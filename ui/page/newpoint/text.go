package newpoint

import (
	"strconv"
	"strings"
	"time"

	"pubpoint/engine"
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
	labelPreview = "Preview page"
	labelSource  = "Source"
	labelLadder  = "Video"
	labelAudio   = "Audio"
	labelWindow  = "DVR window"
	labelArchive = "Archive"
	labelCommand = "Command"

	hintName = "oceans, or sports/arena"
	hintPath = "/path/to/a/film.mp4, or drop the file here"

	textPattern = "Test pattern"
	textFile    = "File"
	textOutside = "External encoder"
	textLoop    = "Loop"
	textKeep    = "Keep what arrives on disk"

	textPatternSay = "Moving bars, a clock and a tone, made by ffmpeg."
	textOutsideSay = "Any encoder that posts fragmented MP4, such as:"

	textNameOK  = "This name is free."
	textNameSay = "Letters, digits, '.', '_' and '-'; '/' makes a folder."
	textBadName = "A name is made of letters, digits, '.', '_' and '-', and begins with a letter or digit."
	textNoName  = "Give the publishing point a name."
	textNoFile  = "Choose the file that shall be sent."
	textNoAudio = "None"
)

func textTaken(name string) string {
	return "There is a publishing point " + name + " already; choose another name."
}

func textRungs(n int) string {
	if n == 1 {
		return "1 rung"
	}
	return strconv.Itoa(n) + " rungs"
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
		return textNoAudio
	}
	return strconv.Itoa(bits/1000) + "k"
}

func textWindow(d time.Duration) string {
	switch {
	case d == 0:
		return "Whole event"
	case d%time.Hour == 0:
		return strconv.Itoa(int(d/time.Hour)) + " h"
	}
	return strconv.Itoa(int(d/time.Minute)) + " min"
}

// textHalf says what stands although the rest failed.
func textHalf(name string, err error) string {
	return "The point " + name + " was made, but its encoder was not: " + engine.Sentence(err)
}
