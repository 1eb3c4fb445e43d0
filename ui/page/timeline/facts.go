package timeline

import (
	"time"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/words"
)

// tell is the readout of what is under the pointer.
func (w *Page) tell(s kit.Spot) []kit.Fact {
	const clock = "15:04:05.000"
	at := time.UnixMilli(s.At)
	if s.Note >= 0 && s.Note < len(w.marks.Notes) {
		at = w.marks.Notes[s.Note].At
	}
	facts := []kit.Fact{{Name: words.T(factTime), Value: at.In(time.Local).Format(clock)}, {Name: words.T(factUTC), Value: at.UTC().Format(clock)}}
	if d, ok := w.mediaAt(at.UnixMilli()); ok {
		facts = append(facts, kit.Fact{Name: words.T(factMedia), Value: textMedia(d)})
	}
	switch {
	case s.Note >= 0 && s.Note < len(w.marks.Notes):
		facts = append(facts, factsOfNote(w.marks.Notes[s.Note])...)
	case s.Lane >= 0 && s.Lane < len(w.marks.Lanes):
		l := w.marks.Lanes[s.Lane]
		facts = append(facts, kit.Fact{Name: words.T(factTrack), Value: l.Label})
		if s.Mark >= 0 && s.Mark < len(l.Marks) {
			return append(facts, factsOfMark(l.Marks[s.Mark])...)
		}
		facts = append(facts, kit.Fact{Value: words.T(factNothing)})
	}
	return facts
}

func factsOfNote(n engine.TimelineNote) []kit.Fact {
	text := n.Text
	if text == "" {
		text = words.T(factNote)
	}
	facts := []kit.Fact{{Value: shorten(text, 90)}}
	if n.Length > 0 {
		facts = append(facts, kit.Fact{Name: words.T(factLength), Value: textLength(n.Length)})
	}
	return facts
}

func factsOfMark(k engine.FragmentMark) []kit.Fact {
	facts := []kit.Fact{
		{Name: words.T(factStart), Value: textMedia(k.Start)},
		{Name: words.T(factLength), Value: textLength(k.Length)},
		{Name: words.T(factBytes), Value: look.Count(k.Bytes)},
		{Name: words.T(factRate), Value: look.Bits(k.Rate())},
	}
	if k.Count > 1 {
		facts = append(facts, kit.Fact{Name: words.T(factRange), Value: look.Bits(float64(k.Low)) + " – " + look.Bits(float64(k.Peak))},
			kit.Fact{Name: words.T(factCount), Value: look.Count(int64(k.Count))})
	}
	if !k.Arrived.IsZero() {
		late := k.Arrived.Sub(k.At.Add(k.Length))
		facts = append(facts, kit.Fact{Name: words.T(factArrived), Value: k.Arrived.In(time.Local).Format("15:04:05.000") + " (" + signed(late) + ")"})
	}
	if k.Source != "" {
		facts = append(facts, kit.Fact{Name: words.T(factSource), Value: shorten(k.Source, 40)})
	}
	for _, odd := range []struct {
		is   bool
		word string
	}{{k.Gap, factGap}, {k.Jump, factJump}, {k.NoKey, factNoKey}} {
		if odd.is {
			facts = append(facts, kit.Fact{Value: words.T(odd.word)})
		}
	}
	return facts
}

// signed writes how late something is, or how early.
func signed(d time.Duration) string {
	if d <= -time.Millisecond {
		return "−" + look.Seconds(-d)
	}
	return "+" + look.Seconds(max(0, d))
}

// shorten cuts a text to so many letters.
func shorten(text string, letters int) string {
	if runes := []rune(text); len(runes) > letters {
		return string(runes[:letters-1]) + "…"
	}
	return text
}
