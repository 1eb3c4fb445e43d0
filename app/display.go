package main

import (
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// unreachable says why no window can be shown on the display that the environment names: what
// draws would take the program down when it finds nobody there. Names that it cannot read are left
// to what draws; empty means that somebody answers.
func unreachable(goos string, env func(string) string) string {
	if goos == "windows" || goos == "darwin" {
		return ""
	}
	if name := env("WAYLAND_DISPLAY"); name != "" {
		socket := name
		if !filepath.IsAbs(socket) {
			socket = filepath.Join(env("XDG_RUNTIME_DIR"), name)
		}
		if answers("unix", socket) {
			return ""
		}
		if env("DISPLAY") == "" {
			return "the Wayland display " + name + " does not answer"
		}
	}
	name := env("DISPLAY")
	host, number, found := strings.Cut(name, ":")
	number, _, _ = strings.Cut(number, ".")
	n, err := strconv.Atoi(number)
	if !found || err != nil || n < 0 || strings.Contains(host, "/") {
		return ""
	}
	if host != "" && host != "unix" {
		if answers("tcp", net.JoinHostPort(host, strconv.Itoa(6000+n))) {
			return ""
		}
		return "the display " + name + " does not answer"
	}
	socket := "/tmp/.X11-unix/X" + number
	// The second is in Linux's own name space of sockets, which has no files.
	if answers("unix", socket) || answers("unix", "@"+socket) {
		return ""
	}
	return "the display " + name + " does not answer"
}

// answers reports whether somebody takes connections at an address.
func answers(network, address string) bool {
	c, err := net.DialTimeout(network, address, 5*time.Second)
	if err != nil {
		return false
	}
	// Nothing was said, so nothing can be lost.
	_ = c.Close()
	return true
}
