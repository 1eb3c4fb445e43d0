package encoderform

import (
	"context"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

const (
	trialLength = 10 * time.Second
	trialStep   = 500 * time.Millisecond
)

// TrialOperator is what a Trial asks for; it may block and may be called from any goroutine.
type TrialOperator interface {
	TryEncoder(ctx context.Context, spec engine.EncoderSpec, length time.Duration) (engine.EncoderTrial, error)
}

// Trial runs a spec for ten seconds with its output thrown away, and says how it went. Use NewTrial;
// it is used on Fyne's goroutine.
type Trial struct {
	Button *kit.Button // begins, and cancels

	host     page.Host
	operator TrialOperator
	name     string
	spec     func() (engine.EncoderSpec, bool)
	bar      *widget.ProgressBar
	result   *kit.Banner
	object   *fyne.Container
	moved    func()

	cancel context.CancelFunc // of the run that goes on; nil while none does
	round  int
	passed time.Duration
	said   string
	stop   func() // takes the next step of the bar back
}

// NewTrial makes a trial of what spec returns, unless that is not fit to run. Name is that of its
// button; moved is told when it begins or ends to show something, and may be nil.
func NewTrial(host page.Host, operator TrialOperator, name string, spec func() (engine.EncoderSpec, bool), moved func()) *Trial {
	t := &Trial{host: host, operator: operator, name: name, spec: spec, stop: func() {}}
	t.Button = kit.NewButton(kit.ButtonPlain, words.T(textTry), look.IconHourglass, t.tapped)
	t.bar = widget.NewProgressBar()
	t.bar.TextFormatter = func() string { return textProgress(t.passed, trialLength) }
	t.result = kit.NewBanner(kit.Notice{})
	t.object = page.Column(0, t.bar, t.result)
	t.Reset()
	t.moved = moved
	return t
}

// Object is the progress, then the result; it is hidden while there is neither.
func (t *Trial) Object() fyne.CanvasObject { return t.object }

// Reset cancels what goes on and forgets the result.
func (t *Trial) Reset() {
	t.end()
	t.say(kit.Notice{})
}

// Busy reports whether a run goes on.
func (t *Trial) Busy() bool { return t.cancel != nil }

func (t *Trial) end() {
	t.round++
	t.stop()
	t.stop = func() {}
	if t.cancel != nil {
		t.cancel()
		t.cancel = nil
	}
}

func (t *Trial) tapped() {
	if t.cancel != nil {
		t.end()
		t.say(kit.Notice{Lamp: look.Quiet, Sentence: words.T(textTrialDropped), OnClose: t.Reset})
		return
	}
	spec, fit := t.spec()
	if !fit {
		return
	}
	ours, cancel := context.WithCancel(context.Background())
	t.end()
	t.cancel, t.passed = cancel, 0
	round := t.round
	t.say(kit.Notice{})
	t.step()
	var trial engine.EncoderTrial
	t.host.Do(func(ctx context.Context) error {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		defer context.AfterFunc(ours, stop)()
		var err error
		trial, err = t.operator.TryEncoder(ctx, spec, trialLength)
		return err
	}, func(err error) {
		cancel()
		if round != t.round {
			return
		}
		t.end()
		t.tell(trial, err)
	})
}

// step moves the bar on while the run goes on.
func (t *Trial) step() {
	later := t.host.Later
	if later == nil {
		later = kit.AfterDo
	}
	t.bar.SetValue(min(1, float64(t.passed)/float64(trialLength)))
	t.stop = later(trialStep, func() {
		if t.cancel != nil {
			t.passed = min(t.passed+trialStep, trialLength)
			t.step()
		}
	})
}

// tell says how the run went.
func (t *Trial) tell(trial engine.EncoderTrial, err error) {
	n := kit.Notice{OnClose: t.Reset}
	switch {
	case err != nil:
		n.Lamp, n.Sentence = look.Bad, page.Sentence(engine.Sentence(err))
	case trial.OK:
		n.Lamp, n.Sentence = look.Good, page.Sentence(trial.Text)
	default:
		n.Lamp, n.Sentence = look.Warn, strings.TrimSpace(page.Sentence(trial.Text)+" "+page.Sentence(trial.Action))
		if len(trial.Log) > 0 {
			n.Action, n.OnAction = words.T(textCopyLog), func() { t.host.Copy(strings.Join(trial.Log, "\n")) }
		}
	}
	t.say(n)
}

func (t *Trial) say(n kit.Notice) {
	t.said = n.Sentence
	t.result.Set(n)
	word, icon := textTry, look.IconHourglass
	if t.cancel != nil {
		word, icon = textTrying, look.IconClose
	}
	t.Button.SetText(words.T(word))
	t.Button.SetIcon(icon, "")
	page.SetHidden(t.bar, t.cancel == nil)
	page.SetHidden(t.result, n.Sentence == "")
	page.SetHidden(t.object, t.cancel == nil && n.Sentence == "")
	if t.moved != nil {
		t.moved()
	}
}

// Controls lists what can be used by name now.
func (t *Trial) Controls() []page.Control {
	all := []page.Control{page.ButtonControl(t.name, t.Button)}
	if t.Busy() {
		all = append(all, page.Control{Name: t.name + "-progress", Text: textProgress(t.passed, trialLength), Object: t.bar})
	}
	if t.said != "" {
		all = append(all, page.Control{Name: t.name + "-result", Text: t.said, Object: t.result})
	}
	return all
}
