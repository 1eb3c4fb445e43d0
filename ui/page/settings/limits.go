package settings

import (
	"fyne.io/fyne/v2"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// limits is how much of each limit is taken. They are changed in the settings file.
type limits struct {
	panel *kit.Panel
	pairs *kit.KeyValue
	note  *kit.Paragraph
	shown []kit.Pair
}

func newLimits() *limits {
	l := &limits{pairs: kit.NewKeyValue(), note: kit.NewParagraph("", look.ToneSoft, fyne.TextAlignLeading)}
	l.panel = kit.NewPanel(words.T(textLimits), page.Column(look.Space2, l.pairs, l.note))
	return l
}

func (l *limits) show(f facts) {
	l.shown = limitPairs(f.system.Limits)
	l.pairs.SetPairs(l.shown)
	page.SetHidden(l.pairs, len(l.shown) == 0)
	note, tone := words.T(textLimitsNone), look.ToneSoft
	if len(l.shown) > 0 {
		note = words.T(textLimitsNote)
	}
	for _, one := range f.system.Limits {
		if one.Refused > 0 {
			note, tone = join(words.F(textTurnedAway, look.Count(one.Refused), one.Key), note), look.ToneWarn
		}
	}
	l.note.SetTone(tone)
	l.note.SetText(note)
}

// limitPairs says of each limit how much is taken, loudly where somebody was turned away.
func limitPairs(all []engine.LimitStatus) []kit.Pair {
	var pairs []kit.Pair
	for _, l := range all {
		used := look.Count(int64(l.Used))
		p := kit.Pair{Key: l.Key, Value: words.F(textUnbounded, used)}
		if l.Limit != engine.NoLimit {
			p.Value = words.F(textUsed, used, look.Count(int64(l.Limit)))
		}
		switch {
		case l.Refused > 0:
			p.Tone = look.ToneWarn
		case l.Used == 0:
			p.Tone = look.ToneSoft
		}
		pairs = append(pairs, p)
	}
	return pairs
}

func (l *limits) controls() []page.Control {
	all := []page.Control{{Name: "limits-note", Text: l.note.Text(), Object: l.note}}
	for _, p := range l.shown {
		all = append(all, page.Control{Name: "limit-" + p.Key, Text: p.Value, Object: l.pairs})
	}
	return all
}
