package encoders

import (
	"strconv"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// detail is one encoder, whole: both ledgers, its processes, and what can be done about it.
type detail struct {
	id        string
	spec      engine.EncoderSpec
	lamp      look.Lamp
	word      string
	about     string
	problem   page.Problem
	exit      string // how it ended, when that is not the problem; may be empty
	process   []kit.Pair
	arrival   []kit.Pair
	parts     [][]kit.Cell // the processes of an encoder that has several
	partLines []string     // their commands
	command   string

	run    bool // it was ordered to run
	failed bool // it was given up, and runs again only when it is started
	onAir  bool // its point is on air by it
}

func newDetail(j judged, now time.Time) detail {
	e := j.EncoderStatus
	s, seen := page.SourceOf(e, j.point.Sources)
	d := detail{id: e.Spec.ID, spec: e.Spec, lamp: j.lamp, word: j.word, about: textDetail(e), problem: j.verdict.Problem, command: e.Command,
		process: processLedger(e, now), arrival: arrivalLedger(s, seen, j.verdict.Arriving, now),
		run: e.Order == engine.OrderRun, failed: e.State == engine.EncoderFailed,
		onAir: j.point.State == engine.StateStarted && seen && s.Connected}
	if e.Reason != "" && page.Sentence(e.Reason) != d.problem.Sentence && e.State != engine.EncoderRunning {
		d.exit = textExit(e.Reason)
	}
	for _, q := range e.Processes {
		d.parts = append(d.parts, partRow(e, q, now))
		d.partLines = append(d.partLines, q.Command)
	}
	return d
}

func processLedger(e engine.EncoderStatus, now time.Time) []kit.Pair {
	running, g := e.PID != 0, e.Progress
	told := running && !g.At.IsZero()
	age := now.Sub(g.At)
	fresh := told && age <= stale
	speed := kit.Pair{Key: words.T(keySpeed), Value: known(fresh && g.Speed > 0, look.Speed(g.Speed))}
	switch {
	case told && !fresh:
		speed = kit.Pair{Key: words.T(keyTold), Value: textAgo(age), Tone: look.ToneBad}
	case page.TooSlow(e, now):
		speed.Tone = look.ToneWarn
	}
	return []kit.Pair{
		{Key: words.T(keyPID), Value: known(running, strconv.Itoa(e.PID))},
		{Key: words.T(keyUp), Value: known(running && !e.Began.IsZero(), look.Clock(now.Sub(e.Began)))},
		{Key: words.T(keyFPS), Value: known(fresh, textFPS(g.FPS)+" fps")},
		speed,
		{Key: words.T(keyDropped), Value: known(told, look.Count(g.Dropped)), Tone: warnAbove(g.Dropped)},
		{Key: words.T(keyRestarts), Value: look.Count(int64(e.Restarts)), Tone: warnAbove(int64(e.Restarts))},
		{Key: words.T(keyCPU), Value: textUse(e)},
	}
}

// silent is how long the engine may see nothing of a source before that stands out.
const silent = 8 * time.Second

func arrivalLedger(s engine.SourceStatus, seen bool, arriving int, now time.Time) []kit.Pair {
	quiet := now.Sub(s.LastByte)
	if !s.Connected {
		quiet = max(quiet, time.Second)
	}
	last := kit.Pair{Key: words.T(keyLast), Value: known(seen && !s.LastByte.IsZero(), textAgo(quiet))}
	if seen && s.Connected && quiet > silent {
		last.Tone = look.ToneBad
	}
	link := kit.Pair{Key: words.T(keyLink), Value: known(seen, words.T(wordConnected))}
	if seen && !s.Connected {
		link.Value, link.Tone = words.T(wordClosed), look.ToneSoft
	}
	return []kit.Pair{
		link,
		{Key: words.T(keySince), Value: known(seen && s.Connected, look.Clock(now.Sub(s.Began)))},
		{Key: words.T(keyArriving), Value: known(arriving > 0, look.Bits(float64(arriving)))},
		{Key: words.T(keyBytes), Value: known(seen, look.Bytes(float64(s.Bytes)))},
		{Key: words.T(keyFragments), Value: known(seen, look.Count(s.Fragments))},
		{Key: words.T(keyLeftOut), Value: known(seen, look.Count(s.Dropped))},
		last,
	}
}

func partColumns() []kit.Column {
	return []kit.Column{
		{Title: words.T(columnStream), Width: 110, Grow: 1},
		{Title: words.T(columnState), Width: 92},
		{Title: words.T(columnPID), Width: 52, Right: true},
		{Title: words.T(columnFPS), Width: 38, Right: true},
		{Title: words.T(columnSpeed), Width: 46, Right: true},
		{Title: words.T(columnRestarts), Width: 52, Right: true},
	}
}

// partRow is one process of an encoder that has several.
func partRow(e engine.EncoderStatus, q engine.EncoderProcess, now time.Time) []kit.Cell {
	part := engine.EncoderStatus{State: q.State, Progress: q.Progress, Began: e.Began}
	lamp, word := page.EncoderLamp(part, now)
	fresh := q.PID != 0 && now.Sub(q.Progress.At) <= stale
	return []kit.Cell{
		{Text: q.Stream},
		kit.State(lamp, word),
		{Text: known(q.PID != 0, strconv.Itoa(q.PID)), Tone: look.ToneSoft},
		{Text: known(fresh, textFPS(q.Progress.FPS))},
		{Text: known(fresh && q.Progress.Speed > 0, look.Speed(q.Progress.Speed))},
		{Text: look.Count(int64(q.Restarts)), Tone: warnAbove(int64(q.Restarts))},
	}
}
