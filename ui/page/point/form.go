package point

import (
	"slices"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/words"
)

// form is what the settings of a point look like while they are written.
type form struct {
	title                            string
	window, timeout                  string // spans of time
	archive                          bool
	segment, keep                    string // spans of time
	keepBytes                        string
	reconnect, lookAhead, forcedDisk int // places in their choices
	autoStart                        bool
}

// reconnects and syncs are what can be chosen, in order.
func reconnects() []engine.ReconnectPolicy {
	return []engine.ReconnectPolicy{engine.ReconnectContinue, engine.ReconnectReject, engine.ReconnectNewEvent}
}
func syncs() []string { return []string{"none", "interval", "every"} }

// mostLookAhead is how many following fragments a fragment may tell of.
const mostLookAhead = 3

func formOf(c engine.PointConfig) form {
	f := form{title: c.Title, window: writeSpan(c.DVRWindow), timeout: writeSpan(c.SourceTimeout), archive: c.Archive,
		segment: writeSpan(c.ArchiveSegment), keep: writeSpan(c.ArchiveKeep), keepBytes: writeSize(c.ArchiveKeepBytes),
		reconnect: max(0, slices.Index(reconnects(), c.OnReconnect)), lookAhead: min(max(0, c.LookAhead), mostLookAhead),
		forcedDisk: slices.Index(syncs(), c.Fsync), autoStart: c.AutoStart}
	if f.forcedDisk < 0 {
		f.forcedDisk = slices.Index(syncs(), "interval")
	}
	return f
}

// problem is the first thing that cannot be understood; empty when all can.
func (f form) problem() string {
	for _, s := range []struct{ label, text string }{{labelWindow, f.window}, {labelTimeout, f.timeout}, {labelSegment, f.segment}, {labelKeep, f.keep}} {
		if _, ok := readSpan(s.text); !ok {
			return words.F(textBadSpan, words.T(s.label), s.text)
		}
	}
	if _, ok := readSize(f.keepBytes); !ok {
		return words.F(textBadSize, words.T(labelKeepBytes), f.keepBytes)
	}
	return ""
}

// config is what the form says, over what it was made of: what was not touched stays to the bit.
func (f form) config(was engine.PointConfig) engine.PointConfig {
	old, c := formOf(was), was
	span := func(now, before string, into *time.Duration) {
		if now != before {
			*into, _ = readSpan(now) // problem has said that it can be read
		}
	}
	if f.title != old.title {
		c.Title = strings.TrimSpace(f.title)
	}
	span(f.window, old.window, &c.DVRWindow)
	span(f.timeout, old.timeout, &c.SourceTimeout)
	span(f.segment, old.segment, &c.ArchiveSegment)
	span(f.keep, old.keep, &c.ArchiveKeep)
	if f.keepBytes != old.keepBytes {
		c.ArchiveKeepBytes, _ = readSize(f.keepBytes)
	}
	c.Archive, c.AutoStart = f.archive, f.autoStart
	if f.reconnect != old.reconnect {
		c.OnReconnect = reconnects()[f.reconnect]
	}
	if f.lookAhead != old.lookAhead {
		c.LookAhead = f.lookAhead
	}
	if f.forcedDisk != old.forcedDisk {
		c.Fsync = syncs()[f.forcedDisk]
	}
	return c
}
