package encoder

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pubpoint/engine"
)

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

func nothingSet(string) string { return "" }

func told(all []engine.CaptureDevice) []string {
	var lines []string
	for _, d := range all {
		lines = append(lines, string(d.Kind)+" "+d.ID+" = "+d.Label)
	}
	return lines
}

func TestDevicesOfLinux(t *testing.T) {
	files := fstest.MapFS{
		"sys/class/video4linux/video0/name":  file("Integrated Camera: Integrated C\n"),
		"sys/class/video4linux/video0/index": file("0\n"),
		"sys/class/video4linux/video1/name":  file("Integrated Camera: Integrated C\n"),
		"sys/class/video4linux/video1/index": file("1\n"),
		"sys/class/video4linux/video2/name":  file("\n"),
		"proc/asound/pcm":                    file("00-00: ALC269VC Analog : ALC269VC Analog : playback 1 : capture 1\n00-03: HDMI 0 : HDMI 0 : playback 1\n01-00: USB Audio :  : capture 1\nbroken\n"),
		"run/user/1000/pulse/native":         file(""),
		"tmp/.X11-unix/X0":                   file(""),
		"tmp/.X11-unix/X77":                  file(""),
	}
	env := map[string]string{"DISPLAY": ":0.0", "XDG_RUNTIME_DIR": "/run/user/1000"}
	all, err := Devices(t.Context(), Tool{System: "linux"}, Machine{Files: files, Env: func(name string) string { return env[name] }})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"camera /dev/video0 = Integrated Camera: Integrated C", "camera /dev/video2 = video2",
		"microphone alsa:plughw:0,0 = ALC269VC Analog (card 0)", "microphone alsa:plughw:1,0 = USB Audio (card 1)",
		"microphone pulse:default = Sound server, its present source",
		"screen :0.0 = Screen :0.0", "screen :77 = Screen :77",
	}
	if got := told(all); !slices.Equal(got, want) {
		t.Errorf("devices are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if all, err := Devices(t.Context(), Tool{System: "linux"}, Machine{Files: fstest.MapFS{}, Env: nothingSet}); err != nil || len(all) != 0 {
		t.Errorf("an empty machine has %v, %v", all, err)
	}
}

// TestDevicesOfOthers reads lists as ffmpeg prints them.
func TestDevicesOfOthers(t *testing.T) {
	for _, c := range []struct {
		name, system, text string
		want               []string
	}{
		{"Windows", "windows", `[dshow @ 000001] "Integrated Camera" (video)
[dshow @ 000001]   Alternative name "@device_pnp_\\?\usb#vid"
[dshow @ 000001] "Microphone (Realtek(R) Audio)" (audio)
[dshow @ 000001] "Virtual" (video, audio)
[dshow @ 000001] "Nothing" (none)
dummy: Immediate exit requested`, []string{"camera Integrated Camera = Integrated Camera", "camera Virtual = Virtual",
			"microphone Microphone (Realtek(R) Audio) = Microphone (Realtek(R) Audio)", "microphone Virtual = Virtual", "screen desktop = Whole desktop"}},
		{"Windows before 5.0", "windows", `[dshow @ 000001] DirectShow video devices (some may be both video and audio devices)
[dshow @ 000001]  "Integrated Camera"
[dshow @ 000001]     Alternative name "@device_pnp_x"
[dshow @ 000001] DirectShow audio devices
[dshow @ 000001]  "Microphone"`, []string{"camera Integrated Camera = Integrated Camera", "microphone Microphone = Microphone", "screen desktop = Whole desktop"}},
		{"macOS", "darwin", `[AVFoundation indev @ 0x7f] AVFoundation video devices:
[AVFoundation indev @ 0x7f] [0] FaceTime HD Camera
[AVFoundation indev @ 0x7f] [1] Capture screen 0
[AVFoundation indev @ 0x7f] AVFoundation audio devices:
[AVFoundation indev @ 0x7f] [0] MacBook Microphone
: Input/output error`, []string{"camera FaceTime HD Camera = FaceTime HD Camera", "microphone MacBook Microphone = MacBook Microphone", "screen Capture screen 0 = Capture screen 0"}},
	} {
		list := func(context.Context, string) ([]string, error) { return strings.Split(c.text, "\n"), nil }
		all, err := Devices(t.Context(), Tool{System: c.system}, Machine{List: list})
		if err != nil {
			t.Fatal(err)
		}
		if got := told(all); !slices.Equal(got, c.want) {
			t.Errorf("%s: devices are\n%s\nwant\n%s", c.name, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
		fail := func(context.Context, string) ([]string, error) { return nil, errors.New("no") }
		if _, err := Devices(t.Context(), Tool{System: c.system}, Machine{List: fail}); err == nil {
			t.Errorf("%s: nobody can be asked, and there is no error", c.name)
		}
	}
}
