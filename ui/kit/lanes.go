package kit

import (
	"math"
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Lanes shows rows of pieces over time, each as wide as it lasts: a stretch that can be moved, zoomed and selected from,
// and that follows the present until somebody looks back.
type Lanes struct {
	widget.BaseWidget

	config LanesConfig
	data   LanesData
	tops   []float64 // of the lanes' scales, kept so that they do not jump
	empty  string

	from, to float64 // Unix milliseconds
	live     bool
	picking  bool // drags select instead of moving
	selected struct {
		from, to float64
		there    bool
	}
	grab    grab
	focused bool
	hovered bool
	pointer fyne.Position
	fault   error
	version int // of all that the raster shows
	given   int // how often there was other data
	render  *lanesRenderer
}

var (
	_ desktop.Hoverable   = (*Lanes)(nil)
	_ desktop.Mouseable   = (*Lanes)(nil)
	_ desktop.Cursorable  = (*Lanes)(nil)
	_ fyne.Draggable      = (*Lanes)(nil)
	_ fyne.Scrollable     = (*Lanes)(nil)
	_ fyne.DoubleTappable = (*Lanes)(nil)
	_ fyne.Focusable      = (*Lanes)(nil)
)

// NewLanes makes lanes without anything in them, which follow the present with that span.
func NewLanes(span time.Duration, config LanesConfig) *Lanes {
	plain := func(v float64) string { return strconv.FormatFloat(v, 'g', 3, 64) }
	if config.Value == nil {
		config.Value = plain
	}
	if config.Tick == nil {
		config.Tick = config.Value
	}
	if config.Length == nil {
		config.Length = time.Duration.String
	}
	if config.Location == nil {
		config.Location = time.Local
	}
	if config.Least <= 0 {
		config.Least = 10 * time.Second
	}
	if config.Most <= 0 {
		config.Most = 24 * time.Hour
	}
	l := &Lanes{config: config, live: true, to: ms(span), empty: config.Empty}
	l.ExtendBaseWidget(l)
	return l
}

// ms is a duration in milliseconds.
func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// SetData shows other data. While it is live the stretch moves on to its Now.
func (l *Lanes) SetData(d LanesData) {
	l.data = d
	l.given++
	if l.live {
		l.place(l.edge()-l.span(), l.span())
	}
	l.changed()
}

// SetNow moves the present on, in Unix milliseconds, while what is shown stays as it is: so that moving to the right ends
// at the true present. It draws nothing.
func (l *Lanes) SetNow(now int64) { l.data.Now = now }

// SetEmpty shows another sentence while there is nothing.
func (l *Lanes) SetEmpty(sentence string) {
	if l.empty != sentence {
		l.empty = sentence
		l.Refresh()
	}
}

// Data is what is shown.
func (l *Lanes) Data() LanesData { return l.data }

// View is the stretch that is shown, and whether it follows the present.
func (l *Lanes) View() (from, to time.Time, live bool) { return moment(l.from), moment(l.to), l.live }

// Span is how long the stretch is.
func (l *Lanes) Span() time.Duration { return time.Duration(l.span() * float64(time.Millisecond)) }

// SetSpan shows a stretch of that length with the same middle, or up to the present while live.
func (l *Lanes) SetSpan(span time.Duration) {
	l.zoomTo(ms(span), (l.from+l.to)/2)
	l.changed()
}

// SetLive follows the present, or stays where it is.
func (l *Lanes) SetLive(live bool) {
	l.live = live
	if live {
		l.place(l.edge()-l.span(), l.span())
	}
	l.changed()
}

// SetPicking lets drags select instead of moving the stretch, without Shift.
func (l *Lanes) SetPicking(picking bool) { l.picking = picking }

// Selection is what is selected, if anything.
func (l *Lanes) Selection() (from, to time.Time, there bool) {
	s := l.selected
	return moment(min(s.from, s.to)), moment(max(s.from, s.to)), s.there
}

// Select selects a stretch without telling Selected; an empty one selects nothing.
func (l *Lanes) Select(from, to time.Time) {
	l.selected.from, l.selected.to = float64(millis(from)), float64(millis(to))
	l.selected.there = to.After(from)
	l.Refresh()
}

// moment is a time of that many milliseconds since 1970.
func moment(at float64) time.Time { return time.UnixMilli(int64(at)) }

// span is how long the stretch is, in milliseconds.
func (l *Lanes) span() float64 { return l.to - l.from }

// edge is the right end of the stretch while it is live: a little behind the present, so that the newest is seen whole.
func (l *Lanes) edge() float64 { return float64(l.data.Now) + l.span()*0.02 }

// place shows a stretch, within sensible bounds.
func (l *Lanes) place(from, span float64) {
	if !known(from) || !known(span) {
		return
	}
	span = max(ms(l.config.Least), min(ms(l.config.Most), span))
	if l.data.Last > l.data.First || l.data.Now != 0 {
		least := float64(l.data.First) - span/2
		if l.data.First == 0 {
			least = float64(l.data.Now) - 2*ms(l.config.Most)
		}
		// The present wins: an event that has just begun stands at the right edge too.
		from = min(float64(l.data.Now)+span*0.02-span, max(least, from))
	}
	l.from, l.to = from, from+span
}

// zoomTo changes the length of the stretch around a moment that stays where it is; while live that is the present.
func (l *Lanes) zoomTo(span, around float64) {
	span = max(ms(l.config.Least), min(ms(l.config.Most), span))
	if l.live {
		l.from = l.to - span
		l.place(l.edge()-span, span)
		return
	}
	share := 0.5
	if old := l.span(); old > 0 {
		share = (around - l.from) / old
	}
	l.place(around-share*span, span)
}

// pan moves the stretch by so many milliseconds. At the present it is live again.
func (l *Lanes) pan(by float64) {
	from := l.from
	l.place(l.from+by, l.span())
	l.live = by > 0 && l.to >= l.edge()-1 || l.live && l.from == from
}

// moved draws anew and tells that the operator looks elsewhere.
func (l *Lanes) moved() {
	l.changed()
	call(l.config.Moved)
}

// changed draws everything anew.
func (l *Lanes) changed() {
	l.version++
	l.scale()
	l.Refresh()
}

// scale finds the tops of the lanes for what is in view.
func (l *Lanes) scale() {
	for len(l.tops) < len(l.data.Lanes) {
		l.tops = append(l.tops, 0)
	}
	l.tops = l.tops[:len(l.data.Lanes)]
	for i := range l.data.Lanes {
		lane := &l.data.Lanes[i]
		highest := lane.Level
		for j := range lane.Marks {
			m := &lane.Marks[j]
			if float64(m.To) >= l.from && float64(m.From) <= l.to && known(m.High) {
				highest = max(highest, m.High)
			}
		}
		if !known(highest) || highest <= 0 {
			highest = 1
		}
		highest = min(highest, math.MaxFloat64/16) * 1.06
		l.tops[i] = steadyTop(l.tops[i], niceTop(highest, niceStep(highest, 4)), highest)
	}
}

// failed remembers a fault of the drawing and tells it once.
func (l *Lanes) failed(err error) {
	if l.fault != nil {
		return
	}
	l.fault = err
	if l.config.Fault != nil {
		l.config.Fault(err)
	}
}

// CreateRenderer is for Fyne.
func (l *Lanes) CreateRenderer() fyne.WidgetRenderer { return newLanesRenderer(l) }
