package ui

import (
	"time"

	"pubpoint/engine"
	"pubpoint/ui/words"
)

// notifyPause is the least time between two notifications on the desktop.
const notifyPause = time.Minute

// notifier tells of alarms on the desktop: of each once, when it is raised, unless it is shelved or
// acknowledged, or the operator is looking at the window. A storm is one notification a minute. It
// knows no clock and is used on the Fyne goroutine.
type notifier struct {
	send    func(title, text string)
	begun   bool            // alarms from before the window are no news
	known   map[string]bool // ids that have been told or seen
	waiting []engine.Alarm
	last    time.Time
}

func newNotifier(send func(title, text string)) *notifier {
	return &notifier{send: send, known: map[string]bool{}}
}

// look is called with all alarms once a tick. While on is false, and while the operator looks at the
// window, nothing is told and nothing is kept for later.
func (n *notifier) look(all []engine.Alarm, now time.Time, on, watched bool) {
	still := map[string]bool{}
	for _, a := range all {
		still[a.ID] = true
		if n.known[a.ID] || !a.Cleared.IsZero() || a.Shelved(now) || !a.Acked.IsZero() {
			continue
		}
		n.known[a.ID] = true
		if n.begun && on && !watched {
			n.waiting = append(n.waiting, a)
		}
	}
	n.begun = true
	for id := range n.known {
		if !still[id] {
			delete(n.known, id)
		}
	}
	if watched || !on {
		n.waiting = nil
	}
	if len(n.waiting) == 0 || !n.last.IsZero() && now.Sub(n.last) < notifyPause {
		return
	}
	first := n.waiting[0]
	for _, a := range n.waiting[1:] {
		if alarmLamp(a.Severity) > alarmLamp(first.Severity) {
			first = a
		}
	}
	title, text := alarmWord(first), alarmSentence(first)
	if len(n.waiting) > 1 {
		title, text = words.F(notifyMany, len(n.waiting)), words.F(notifyText, text)
	}
	n.waiting, n.last = nil, now
	n.send(title, text)
}
