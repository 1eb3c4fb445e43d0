package encoder

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// validateHost refuses addresses at which a machine in a cloud is told its own secrets, and at which
// no sender ever is. Addresses of the local network are where cameras are, and allowed. A name that
// leads there, or a redirection, is not seen from here: who may add encoders must be trusted with that.
func validateHost(address string) error {
	if networkProtocols(scheme(address)) == "" {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("%s is no address: write one such as srt://203.0.113.7:9000", Mask(address))
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	secret := slices.Contains([]string{"metadata", "metadata.google.internal", "instance-data", "instance-data.ec2.internal"}, host)
	if ip, err := netip.ParseAddr(host); err == nil {
		ip = ip.Unmap().WithZone("")
		secret = ip.IsLinkLocalUnicast() && ip.Is4() || slices.Contains([]string{"fd00:ec2::254", "100.100.100.200", "168.63.129.16"}, ip.String())
	} else if regexp.MustCompile(`^(0x[0-9a-f]+|[0-9]+)(\.(0x[0-9a-f]+|[0-9]+)){0,3}$`).MatchString(host) {
		return fmt.Errorf("%s is written in a way that programs read differently: write the address as four numbers from 0 to 255", Mask(host))
	}
	if secret {
		return fmt.Errorf("inputs are not read from %s, where this machine may be told secrets of its own: choose the sender's address", host)
	}
	return nil
}

// validateSound refuses ALSA devices of a system that write files or run programs: "file", and others by way of it.
func validateSound(device, system string) error {
	kind, name, found := strings.Cut(device, ":")
	if !found || kind != "alsa" && kind != "pulse" {
		if system == "windows" || system == "darwin" {
			return nil // a name in the words of its maker
		}
		kind, name = "alsa", device
	}
	if kind != "alsa" || name == "" {
		return nil
	}
	plugin, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(name)), ":")
	if slices.Contains([]string{"file", "tee"}, plugin) || !regexp.MustCompile(`^[A-Za-z0-9_.@ -]+(:[A-Za-z0-9_.,=@ -]*)?$`).MatchString(name) {
		return fmt.Errorf("the microphone %q is no name of an ALSA device: write one such as alsa:hw:1,0 or alsa:default", device)
	}
	return nil
}
