package encoder

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"pubpoint/engine"
	"pubpoint/engine/internal/proc"
)

// Machine is what devices are looked for in; tests put their own in its place.
type Machine struct {
	Files fs.FS                    // the root of the file system; Linux
	Env   func(name string) string // the environment; Linux
	// List returns what ffmpeg prints when it is asked for the devices of a format; Windows, macOS.
	List func(ctx context.Context, format string) ([]string, error)
}

// Devices lists the cameras, microphones and screens of this machine, in this order. None is no
// error; one is returned when ffmpeg cannot be asked.
func Devices(ctx context.Context, tool Tool, m Machine) ([]engine.CaptureDevice, error) {
	switch tool.system() {
	case "windows":
		lines, err := m.List(ctx, "dshow")
		if err != nil {
			return nil, err
		}
		return append(parseDshow(lines), engine.CaptureDevice{Kind: engine.DeviceScreen, ID: "desktop", Label: "Whole desktop"}), nil
	case "darwin":
		lines, err := m.List(ctx, "avfoundation")
		if err != nil {
			return nil, err
		}
		return parseAVFoundation(lines), nil
	}
	return slices.Concat(v4l2Cameras(m.Files), alsaMicrophones(m.Files), pulseMicrophones(m), x11Screens(m)), nil
}

// AskDevices is the List of a real machine: ffmpeg ends with an error after it has listed, so
// only what it said counts.
func AskDevices(tool Tool) func(ctx context.Context, format string) ([]string, error) {
	return func(ctx context.Context, format string) ([]string, error) {
		ctx, cancel := context.WithTimeout(ctx, probeFor)
		defer cancel()
		name := "dummy"
		if format == "avfoundation" {
			name = ""
		}
		var lines []string
		exit := proc.New(proc.Config{
			Path: tool.Path, Args: []string{"-hide_banner", "-f", format, "-list_devices", "true", "-i", name},
			OnStderr: func(line []byte) {
				if len(lines) < maxProbeLines {
					lines = append(lines, string(line))
				}
			},
			Ladder: proc.Ladder{Interrupts: 1},
		}).Run(ctx)
		if exit.Code < 0 {
			return nil, fmt.Errorf("ffmpeg cannot be asked for devices: %s", exit.Words())
		}
		return lines, nil
	}
}

// v4l2Cameras reads what the kernel tells of video devices. Of the several nodes of one camera
// that with index 0 gives pictures.
func v4l2Cameras(files fs.FS) []engine.CaptureDevice {
	names, err := fs.Glob(files, "sys/class/video4linux/video*/name")
	if err != nil {
		return nil // not reached: the pattern is well formed
	}
	var all []engine.CaptureDevice
	for _, name := range names {
		node := path.Base(path.Dir(name))
		if index := firstLine(files, path.Join(path.Dir(name), "index")); index != "" && index != "0" {
			continue
		}
		label := firstLine(files, name)
		if label == "" {
			label = node
		}
		all = append(all, engine.CaptureDevice{Kind: engine.DeviceCamera, ID: "/dev/" + node, Label: label})
	}
	return all
}

// alsaMicrophones reads lines such as "00-00: ALC269 Analog : ALC269 Analog : playback 1 : capture 1".
func alsaMicrophones(files fs.FS) []engine.CaptureDevice {
	text, err := fs.ReadFile(files, "proc/asound/pcm")
	if err != nil {
		return nil // no sound hardware, which is no error
	}
	var all []engine.CaptureDevice
	for line := range strings.Lines(string(text)) {
		fields := strings.Split(line, ":")
		var card, device int
		n, err := fmt.Sscanf(fields[0], "%d-%d", &card, &device)
		if err != nil || n != 2 || len(fields) < 3 ||
			!slices.ContainsFunc(fields[3:], func(f string) bool { return strings.HasPrefix(strings.TrimSpace(f), "capture") }) {
			continue
		}
		label := strings.TrimSpace(fields[2])
		if label == "" {
			label = strings.TrimSpace(fields[1])
		}
		all = append(all, engine.CaptureDevice{Kind: engine.DeviceMicrophone,
			ID: fmt.Sprintf("alsa:plughw:%d,%d", card, device), Label: fmt.Sprintf("%s (card %d)", label, card)})
	}
	return all
}

// pulseMicrophones offers the source that the sound server of this user is set to.
func pulseMicrophones(m Machine) []engine.CaptureDevice {
	socket := strings.TrimPrefix(path.Join(m.Env("XDG_RUNTIME_DIR"), "pulse/native"), "/")
	if _, err := fs.Stat(m.Files, socket); err != nil && m.Env("PULSE_SERVER") == "" {
		return nil
	}
	return []engine.CaptureDevice{{Kind: engine.DeviceMicrophone, ID: "pulse:default", Label: "Sound server, its present source"}}
}

// x11Screens offers the display of this program and those of other X servers on this machine.
func x11Screens(m Machine) []engine.CaptureDevice {
	var names []string
	if own := m.Env("DISPLAY"); own != "" {
		names = append(names, own)
	}
	sockets, err := fs.Glob(m.Files, "tmp/.X11-unix/X*")
	if err != nil {
		return nil // not reached: the pattern is well formed
	}
	for _, socket := range sockets {
		name := ":" + strings.TrimPrefix(path.Base(socket), "X")
		if !slices.ContainsFunc(names, func(n string) bool { return n == name || strings.HasPrefix(n, name+".") }) {
			names = append(names, name)
		}
	}
	var all []engine.CaptureDevice
	for _, name := range names {
		all = append(all, engine.CaptureDevice{Kind: engine.DeviceScreen, ID: name, Label: "Screen " + name})
	}
	return all
}

func firstLine(files fs.FS, name string) string {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimSpace(line)
}

// parseDshow reads both ways in which ffmpeg lists the devices of Windows: `"Name" (video)`, and
// before 5.0 names below a heading.
func parseDshow(lines []string) []engine.CaptureDevice {
	named := regexp.MustCompile(`^\[[^\]]+\]\s+"([^"]+)"(?: \((video|audio|none|video, audio)\))?\s*$`)
	var all []engine.CaptureDevice
	heading := ""
	for _, line := range lines {
		switch {
		case strings.Contains(line, "DirectShow video devices"):
			heading = "video"
		case strings.Contains(line, "DirectShow audio devices"):
			heading = "audio"
		}
		match := named.FindStringSubmatch(line)
		if match == nil {
			continue
		}
		kind := match[2]
		if kind == "" {
			kind = heading
		}
		if strings.HasPrefix(kind, "video") {
			all = append(all, engine.CaptureDevice{Kind: engine.DeviceCamera, ID: match[1], Label: match[1]})
		}
		if strings.HasSuffix(kind, "audio") {
			all = append(all, engine.CaptureDevice{Kind: engine.DeviceMicrophone, ID: match[1], Label: match[1]})
		}
	}
	return byKind(all)
}

// parseAVFoundation reads how ffmpeg lists the devices of macOS: "[0] Name" below a heading.
// Screens are among the cameras.
func parseAVFoundation(lines []string) []engine.CaptureDevice {
	named := regexp.MustCompile(`^\[[^\]]+\] \[\d+\] (.+)$`)
	var all []engine.CaptureDevice
	kind := engine.DeviceKind("")
	for _, line := range lines {
		switch {
		case strings.Contains(line, "video devices:"):
			kind = engine.DeviceCamera
		case strings.Contains(line, "audio devices:"):
			kind = engine.DeviceMicrophone
		}
		match := named.FindStringSubmatch(strings.TrimRight(line, "\r\n"))
		if match == nil || kind == "" {
			continue
		}
		of := kind
		if strings.HasPrefix(match[1], "Capture screen") {
			of = engine.DeviceScreen
		}
		all = append(all, engine.CaptureDevice{Kind: of, ID: match[1], Label: match[1]})
	}
	return byKind(all)
}

// byKind puts cameras before microphones before screens.
func byKind(all []engine.CaptureDevice) []engine.CaptureDevice {
	order := []engine.DeviceKind{engine.DeviceCamera, engine.DeviceMicrophone, engine.DeviceScreen}
	slices.SortStableFunc(all, func(a, b engine.CaptureDevice) int { return slices.Index(order, a.Kind) - slices.Index(order, b.Kind) })
	return all
}
