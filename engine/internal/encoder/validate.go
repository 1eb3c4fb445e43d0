package encoder

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
)

// validateMethod refuses to spread over several processes what only one can read, and to
// copy what has to be encoded.
func (s Spec) validateMethod() error {
	if s.Method != OneProcess && s.Method != ProcessPerRung {
		return fmt.Errorf("sending method %d is not known: choose 1, one process for each rung, or 2, one process for all tracks", s.Method)
	}
	in := s.Input
	if s.Copy {
		switch {
		case in.Kind != File && in.Kind != Network:
			return fmt.Errorf("an input of the kind %q has nothing to copy: encode it", in.Kind)
		case len(s.Video) > 1:
			return fmt.Errorf("a copy has the one bitrate of its input, not %d: leave one video rung, which names it", len(s.Video))
		}
	}
	if s.Method != ProcessPerRung || len(s.Video) < 2 {
		return nil
	}
	switch {
	case in.Kind == Device:
		return fmt.Errorf("a camera or microphone can be read by one process only: choose method 2")
	case in.Kind == Custom:
		return fmt.Errorf("own arguments make one process: choose method 2")
	case in.Kind == Network && (in.Listen || scheme(in.URL) == "udp" && !multicast(in.URL)):
		return fmt.Errorf("only one process can wait at an address: choose method 2")
	}
	return nil
}

func (s Spec) validateInput() error {
	in := s.Input
	for _, text := range append([]string{in.Path, in.Device, in.Sound, in.URL}, in.Args...) {
		if strings.ContainsRune(text, 0) {
			return fmt.Errorf("%q holds a NUL, which no name has: choose another", text)
		}
	}
	switch in.Kind {
	case TestPattern:
		if in.Tone < 20 || in.Tone > 20000 {
			return fmt.Errorf("a tone of %d Hz cannot be heard: choose 20 to 20000 Hz", in.Tone)
		}
	case File:
		if in.Path == "" {
			return fmt.Errorf("no file is chosen: name the media file to send")
		}
	case Device, Screen:
		return s.validateCapture()
	case Network:
		if err := validateURL(in); err != nil {
			return err
		}
		return validateHost(in.URL)
	case Custom:
		return validateCustom(in.Args)
	default:
		return fmt.Errorf("no input is chosen: choose a test pattern, a file, a device, a screen, the network or own arguments")
	}
	return nil
}

func (s Spec) validateCapture() error {
	in := s.Input
	switch {
	case in.Kind == Device && in.Device == "" && in.Sound == "":
		return fmt.Errorf("no device is chosen: choose a camera or a microphone")
	case in.Kind == Device && in.Device == "" && len(s.Video) > 0:
		return fmt.Errorf("no camera is chosen: choose one, or take the video rungs out")
	case in.Sound == "" && s.Audio.Bitrate > 0:
		return fmt.Errorf("no microphone is chosen: choose one, or set the audio bitrate to 0")
	case in.Kind == Screen && len(s.Video) == 0:
		return fmt.Errorf("a screen is to be seen: add a video rung")
	}
	return validateSound(in.Sound, Tool{}.system())
}

// networkProtocols are the protocols that ffmpeg may open for the address of an input, by the
// address's scheme: its own and those it is built on. A playlist or a redirection can lead to no other.
func networkProtocols(scheme string) string {
	switch scheme {
	case "rtmp":
		return "rtmp,tcp"
	case "rtmps":
		return "rtmps,tls,tcp"
	case "srt":
		return "srt"
	case "rtsp":
		return "rtsp,rtp,udp,tcp"
	case "rtsps":
		return "rtsps,rtsp,srtp,rtp,udp,tls,tcp"
	case "http":
		return "http,httpproxy,tcp,https,tls,crypto"
	case "https":
		return "https,tls,httpproxy,tcp,crypto,http"
	case "udp":
		return "udp"
	}
	return ""
}

func validateURL(in Input) error {
	if in.URL == "" {
		return fmt.Errorf("no address is given: write where the input comes from, such as srt://203.0.113.7:9000")
	}
	if len(in.URL) > 4096 || strings.ContainsFunc(in.URL, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return fmt.Errorf("the input's address is too long or holds blanks or control characters: correct it")
	}
	u, err := url.Parse(in.URL)
	if err != nil || u.Host == "" || u.Opaque != "" {
		return fmt.Errorf("%s is no address: write one such as srt://203.0.113.7:9000 or rtmp://203.0.113.7/live/key", Mask(in.URL))
	}
	if networkProtocols(scheme(in.URL)) == "" {
		return fmt.Errorf("inputs are not read by %q: choose rtmp, rtmps, srt, rtsp, rtsps, http, https or udp", u.Scheme)
	}
	name := scheme(in.URL)
	if in.Listen && !slices.Contains([]string{"rtmp", "srt", "http", "udp"}, name) {
		return fmt.Errorf("nobody can be waited for by %s: listen by rtmp, srt or http, or call", name)
	}
	if (name == "udp" || name == "srt" || in.Listen && name != "rtmp") && u.Port() == "" {
		return fmt.Errorf("%s names no port: write it behind the host, such as %s://%s:9000", Mask(in.URL), name, u.Hostname())
	}
	return nil
}

// scheme of an address, in small letters; empty for none.
func scheme(address string) string {
	name, _, found := strings.Cut(address, "://")
	if !found {
		return ""
	}
	return strings.ToLower(name)
}

// multicast reports whether an address is that of a group, which several processes can join.
func multicast(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return ip != nil && ip.IsMulticast()
}
