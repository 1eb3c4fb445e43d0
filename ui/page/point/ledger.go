package point

import (
	"log/slog"
	"strconv"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// card is a supervised encoder with its two ledgers: what its process says, and what the engine
// sees arriving from it.
type card struct {
	id       string
	lamp     look.Lamp
	word     string
	input    string
	process  []kit.Pair
	arrival  []kit.Pair
	sentence string    // the disagreement of the ledgers, or the last exit; empty when all is well
	said     look.Lamp // how bad that is
	exit     string    // how it ended, when that is no trouble; may be empty
	command  string
	run      bool // it was ordered to run
	failed   bool // it was given up, and runs again only when it is started
	busy     bool
}

// ledgers makes a card of every supervised encoder, and rows of the sources that belong to none.
func ledgers(p engine.PointStatus, encoders []engine.EncoderStatus, now time.Time) ([]card, [][]kit.Cell) {
	var cards []card
	ours := map[string]bool{}
	for _, e := range encoders {
		s, found := page.SourceOf(e, p.Sources)
		for _, other := range p.Sources {
			if page.Carries(e, other.Stream) {
				ours[other.ID] = true
			}
		}
		cards = append(cards, newCard(e, p, s, found, now))
	}
	var outside [][]kit.Cell
	for _, s := range p.Sources {
		if !ours[s.ID] {
			outside = append(outside, outsideRow(s, now))
		}
	}
	return cards, outside
}

func newCard(e engine.EncoderStatus, p engine.PointStatus, s engine.SourceStatus, found bool, now time.Time) card {
	lamp, word := page.EncoderLamp(e, now)
	c := card{
		id: e.Spec.ID, lamp: lamp, word: word, input: textInput(e.Spec.Input),
		process: processLedger(e, now), arrival: arrivalLedger(s, found, now),
		command: e.Command, run: e.Order == engine.OrderRun, failed: e.State == engine.EncoderFailed,
		busy: e.State == engine.EncoderStarting || e.State == engine.EncoderStopping,
	}
	c.sentence, c.said = disagreement(e, p, s, found, now)
	if e.Reason != "" && e.State != engine.EncoderRunning {
		if c.sentence == "" && lamp != look.Quiet {
			c.sentence, c.said = page.Sentence(e.Reason), lamp
		} else {
			c.exit = page.Sentence(e.Reason)
		}
	}
	return c
}

// deaf is how long the engine may see nothing of a running encoder: a fragment takes its time.
const deaf = 8 * time.Second

// disagreement is the sentence for ledgers that do not tell the same story; empty when they agree.
func disagreement(e engine.EncoderStatus, p engine.PointStatus, s engine.SourceStatus, found bool, now time.Time) (string, look.Lamp) {
	running := e.State == engine.EncoderRunning
	up := now.Sub(e.Began)
	switch {
	case running && !(found && s.Connected) && page.RefusedSince(p, e) != nil:
		return textRunsButRefused(e, *page.RefusedSince(p, e)), look.Bad
	case running && !(found && s.Connected) && up > deaf:
		return textRunsUnseen(e), look.Bad
	case running && found && s.Connected && now.Sub(s.LastByte) > deaf:
		return textRunsSilent(e, now.Sub(s.LastByte)), look.Bad
	case running && e.Stalled:
		return words.T(textStalled), look.Bad
	case page.TooSlow(e, now):
		return textSlow(e.Progress.Speed), look.Warn
	case !running && e.State != engine.EncoderStarting && e.State != engine.EncoderStopping && found && s.Connected && now.Sub(s.LastByte) < 2*time.Second:
		return words.T(textArrivesAnyway), look.Warn
	}
	return "", look.Quiet
}

// stale is the age at which what ffmpeg said of its pace says nothing about now: it speaks every
// second or so.
const stale = 3 * time.Second

func processLedger(e engine.EncoderStatus, now time.Time) []kit.Pair {
	running := e.PID != 0
	g := e.Progress
	told := running && !g.At.IsZero()
	age := now.Sub(g.At)
	fresh := told && age <= stale
	dropped := kit.Pair{Key: words.T(keyDropped), Value: known(told, look.Count(g.Dropped))}
	if told && g.Dropped > 0 {
		dropped.Tone = look.ToneWarn
	}
	speed := kit.Pair{Key: words.T(keySpeed), Value: known(fresh && g.Speed > 0, look.Speed(g.Speed))}
	switch {
	case told && !fresh:
		speed = kit.Pair{Key: words.T(keyTold), Value: textAgo(age), Tone: look.ToneBad}
	case page.TooSlow(e, now):
		speed.Tone = look.ToneWarn
	}
	restarts := kit.Pair{Key: words.T(keyRestarts), Value: look.Count(int64(e.Restarts))}
	if e.Restarts > 0 {
		restarts.Tone = look.ToneWarn
	}
	return []kit.Pair{
		{Key: words.T(keyPID), Value: known(running, strconv.Itoa(e.PID))},
		{Key: words.T(keyUp), Value: known(running && !e.Began.IsZero(), look.Clock(now.Sub(e.Began)))},
		{Key: words.T(keyFPS), Value: known(fresh, textFPS(g.FPS))},
		speed, dropped, restarts,
	}
}

func arrivalLedger(s engine.SourceStatus, found bool, now time.Time) []kit.Pair {
	last := kit.Pair{Key: words.T(keyLast), Value: known(found && !s.LastByte.IsZero(), textLast(s, now))}
	if found && s.Connected && now.Sub(s.LastByte) > deaf {
		last.Tone = look.ToneBad
	}
	link := kit.Pair{Key: words.T(keyLink), Value: known(found, textConnected(s.Connected))}
	if found && !s.Connected {
		link.Tone = look.ToneSoft
	}
	return []kit.Pair{
		link,
		{Key: words.T(keySince), Value: known(found && s.Connected, look.Clock(now.Sub(s.Began)))},
		{Key: words.T(keyBytes), Value: known(found, look.Bytes(float64(s.Bytes)))},
		{Key: words.T(keyFragments), Value: known(found, look.Count(s.Fragments))},
		{Key: words.T(keyLeftOut), Value: known(found, look.Count(s.Dropped))},
		last,
	}
}

func known(ok bool, value string) string {
	if !ok {
		return look.Unknown
	}
	return value
}

func outsideColumns() []kit.Column {
	return []kit.Column{
		{Title: words.T(columnStream), Width: 96, Grow: 1.4},
		{Title: words.T(columnFrom), Width: 96, Grow: 1},
		{Title: words.T(columnReceived), Width: 66, Right: true},
		{Title: words.T(columnLast), Width: 54, Right: true},
	}
}

func outsideRow(s engine.SourceStatus, now time.Time) []kit.Cell {
	lamp := look.Done
	if s.Connected {
		lamp = look.Good
		if now.Sub(s.LastByte) > deaf {
			lamp = look.Bad
		}
	}
	return []kit.Cell{
		{Text: or(s.Stream), Lamp: lamp, Lit: true},
		{Text: or(s.Remote), Tone: look.ToneSoft},
		{Text: look.Bytes(float64(s.Bytes))},
		{Text: textLast(s, now), Tone: look.ToneSoft},
	}
}

func refusalColumns() []kit.Column {
	return []kit.Column{
		{Title: words.T(columnTime), Width: 66},
		{Title: words.T(columnWhy), Width: 160, Grow: 1},
	}
}

// refusalsShown is how many refusals are listed.
const refusalsShown = 5

func refusalRows(all []engine.Refusal) [][]kit.Cell {
	var rows [][]kit.Cell
	for _, r := range all[:min(len(all), refusalsShown)] {
		rows = append(rows, []kit.Cell{
			{Text: look.TimeOfDay(r.At.Local()), Tone: look.ToneSoft},
			{Text: textRefusal(r), Tone: look.ToneWarn},
		})
	}
	return rows
}

// level reads the level that ffmpeg writes in front of its lines.
func level(text string) slog.Level {
	for _, m := range []struct {
		mark  string
		level slog.Level
	}{{"[panic]", slog.LevelError}, {"[fatal]", slog.LevelError}, {"[error]", slog.LevelError}, {"[warning]", slog.LevelWarn}, {"[verbose]", slog.LevelDebug}, {"[debug]", slog.LevelDebug}} {
		if strings.Contains(text, m.mark) {
			return m.level
		}
	}
	return slog.LevelInfo
}
