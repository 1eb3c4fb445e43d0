package encoderform

import (
	"strconv"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/look"
	"pubpoint/ui/words"
)

const (
	textNew         = "New encoder"
	textInput       = "Input"
	textOutput      = "Output"
	textCommand     = "Command"
	textCancel      = "Cancel"
	textSave        = "Save"
	textSaveStart   = "Save and start"
	textSaving      = "Saving…"
	textSaveRestart = "Save and restart"
	textRestartAsk  = "Start it anew? Click again"
	textNoCommand   = "No command yet."

	labelPoint      = "Point"
	labelID         = "Name"
	labelFile       = "File"
	labelCamera     = "Camera"
	labelMicrophone = "Microphone"
	labelScreen     = "Screen"
	labelSound      = "Sound"
	labelURL        = "Address"
	labelExample    = "Example"
	labelArgs       = "Arguments"
	labelVideo      = "Video"
	labelAudio      = "Audio"
	labelFPS        = "Frames"
	labelGOP        = "Key frames"
	labelPreset     = "x264 preset"
	labelMethod     = "Processes"
	labelRestart    = "When it ends"

	textPattern  = "Test pattern"
	textFile     = "File"
	textDevice   = "Device"
	textScreen   = "Screen"
	textNetwork  = "Network"
	textCustom   = "Arguments"
	textExternal = "External encoder"

	textPatternSay  = "Moving bars, a clock and a tone, made by ffmpeg."
	textExternalSay = "Any encoder that posts fragmented MP4. This stock command does, from any machine with ffmpeg:"
	textFileThere   = "The file is on %s: type its path there; examining it tells whether it exists."
	textChoose      = "Choose…"
	textLoop        = "Begin again at its end"
	textNative      = "At its own speed"
	textFileHint    = "Drop a file on the window, or choose one."
	textFastSay     = "As fast as the machine can: for recordings, never for live viewers."
	textRefresh     = "Look again"
	textLooking     = "Looking for devices…"
	textNoneFound   = "No device was found. Connect one, then look again."
	textDeviceHint  = "What is left at None is not sent."
	textNone        = "None"
	textCall        = "Call"
	textListen      = "Wait for a call"
	textArgsHint    = "One argument a line, all up to the address that it posts to."
	textArgsSay     = "It runs without a shell. Name below what your arguments send."

	hintID   = "chosen for you when empty"
	hintPath = "/path/to/a/film.mp4"
	hintURL  = "srt://10.0.0.5:9000"
	hintArgs = "-re\n-i\nfilm.mp4"

	textOwn       = "Own"
	textCopy      = "Copy"
	textSoundOnly = "None"
	textAddRung   = "Add a rung"
	textPixels    = "×"
	textKbit      = "kbit/s"
	textPerSecond = "a second"
	textEvery     = "s apart"
	textOwnSay    = "Width, height and bitrate of each rung."
	textCopySay   = "Sent as it comes. Look into the input, to see whether it fits."
	textNoVideo   = "Sound alone."
	textNoAudio   = "None"

	textMethodOne    = "One a rung"
	textMethodTwo    = "One for all"
	textMethodOneSay = "A process for each rung: one that fails takes no other along."
	textMethodTwoSay = "One process sends every rung in one request: least work, rungs in step."

	textAlways       = "Start again"
	textOnFailure    = "On failure"
	textNever        = "Leave it"
	textAlwaysSay    = "Started again whatever the reason, with growing pauses."
	textOnFailureSay = "Started again unless all went well, as at the end of a file."
	textNeverSay     = "Not started again."

	textProbe         = "Look into it"
	textProbing       = "Looking… Cancel"
	textProbeSay      = "Tells what streams it has, and whether they can be copied."
	textFits          = "It fits: it can be copied without encoding it anew."
	textFitsNot       = "It has to be encoded."
	textNothingIn     = "It holds neither pictures nor sound."
	textTry           = "Test for 10 s"
	textTrying        = "Cancel the test"
	textTrialDropped  = "The test was cancelled."
	textCopyLog       = "Copy its log"
	textUseCopy       = "Copy it"
	textDoesNotFitNow = "This input does not fit to be copied: choose rungs."

	textBadID     = "A name has letters, digits, '.', '_' and '-', and begins with a letter or digit."
	textNoPoint   = "Choose the publishing point that it sends to."
	textNoPath    = "Choose the file that shall be sent."
	textNoDevice  = "Choose a camera, a microphone, or both."
	textNoScreen  = "Choose the screen that shall be sent."
	textNoURL     = "Give the address to read."
	textBadURL    = "An address looks like srt://10.0.0.5:9000."
	textBadScheme = "It can read SRT, RTMP, RTSP, HTTP, UDP and RTP."
	textNoHost    = "The address names no machine, as in srt://10.0.0.5:9000."
	textNoPort    = "The address names no port, as in srt://10.0.0.5:9000."
	textNoArgs    = "Give ffmpeg's arguments, one a line."
	textNothing   = "There is nothing to send: choose video, audio or both."
	textBadSide   = "Sides are even numbers from 32 to 7680."
	textBadKbit   = "A bitrate is 10 to 100000 kbit/s."
	textSameKbit  = "Another rung has this bitrate; players tell rungs apart by it."
	textBadFPS    = "1 to 120 frames a second."
	textBadGOP    = "0.5 to 10 seconds."
)

func textEdit(id string) string { return words.F("Encoder %s", id) }

func textUnevenGOP(fps int) string {
	return words.F("No whole number of frames at %d a second.", fps)
}

func textRungs(n int) string {
	if n == 1 {
		return words.T("1 rung")
	}
	return words.F("%d rungs", n)
}

func textBits(bits int) string {
	if bits == 0 {
		return words.T(textNoAudio)
	}
	return strconv.Itoa(bits/1000) + "k"
}

// textSum says what a ladder adds up to.
func textSum(bits int) string { return words.F("%s in all", look.Bits(float64(bits))) }

// exampleOf is an address of that protocol to begin with.
func exampleOf(scheme string, listen bool) string {
	switch {
	case scheme == "srt" && listen:
		return "srt://0.0.0.0:9000"
	case scheme == "srt":
		return "srt://10.0.0.5:9000"
	case scheme == "rtmp" && listen:
		return "rtmp://0.0.0.0:1935/live/key"
	case scheme == "rtmp":
		return "rtmp://10.0.0.5/live/key"
	case scheme == "rtsp":
		return "rtsp://user:password@10.0.0.5:554/stream1"
	case scheme == "udp":
		return "udp://239.0.0.1:1234"
	case listen:
		return "http://0.0.0.0:8090/feed.ts"
	default:
		return "http://10.0.0.5/live/index.m3u8"
	}
}

// textNetworkSay says what happens at an address.
func textNetworkSay(raw string, listen bool) string {
	switch {
	case alwaysListens(raw):
		return words.T("Takes what is sent to this address; nobody is called.")
	case listen && canListen(raw):
		return words.T("Waits at this address until somebody sends.")
	case listen:
		return words.T("This protocol cannot wait for a call: it calls.")
	}
	return words.T("Calls this address, and again when the link breaks.")
}

// textProbeHead says what an input is, in one line.
func textProbeHead(p engine.InputProbe) string {
	parts := []string{p.Format}
	if p.Duration > 0 {
		parts = append(parts, look.Clock(p.Duration))
	}
	if p.Bitrate > 0 {
		parts = append(parts, look.Bits(float64(p.Bitrate)))
	}
	return strings.Join(parts, ", ")
}

// textStream says what a stream of an input is: "Video: h264 High, 1920×1080, 25 fps".
func textStream(s engine.InputStream) string {
	parts := []string{strings.TrimSpace(s.Codec + " " + s.Profile)}
	if s.Width > 0 {
		parts = append(parts, strconv.Itoa(s.Width)+"×"+strconv.Itoa(s.Height))
	}
	if s.FPS > 0 {
		parts = append(parts, strconv.FormatFloat(s.FPS, 'f', -1, 64)+" fps")
	}
	if s.SamplingRate > 0 {
		parts = append(parts, strconv.FormatFloat(float64(s.SamplingRate)/1000, 'f', -1, 64)+" kHz")
	}
	if s.Channels > 0 {
		parts = append(parts, textChannels(s.Channels))
	}
	if s.Bitrate > 0 {
		parts = append(parts, look.Bits(float64(s.Bitrate)))
	}
	if s.Language != "" && s.Language != "und" {
		parts = append(parts, s.Language)
	}
	return textType(s.Type) + ": " + strings.Join(parts, ", ")
}

func textType(t engine.MediaType) string {
	switch t {
	case engine.Video:
		return words.T("Video")
	case engine.Audio:
		return words.T("Audio")
	default:
		return words.T("Text")
	}
}

func textChannels(n int) string {
	switch n {
	case 1:
		return words.T("mono")
	case 2:
		return words.T("stereo")
	}
	return words.F("%d channels", n)
}

func textProgress(done, all time.Duration) string {
	return words.F("Testing: %d of %d s", int(done/time.Second), int(all/time.Second))
}

// textKept says what stands although the rest failed.
func textKept(id string, err error) string {
	return words.F("The encoder %s was saved, but it does not start: %s", id, engine.Sentence(err))
}
