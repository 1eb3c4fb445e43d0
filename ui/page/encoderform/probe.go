package encoderform

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// Probe looks into the input of a draft and says in words what it holds.
type Probe struct {
	in     *Input
	button *kit.Button
	say    *kit.Lamp // in one line
	lines  *kit.Paragraph
	object *fyne.Container

	cancel context.CancelFunc // of the look that goes on; nil while none does
	round  int
	of     engine.EncoderInput // what found is about
	found  *engine.InputProbe
	failed string
}

func newProbe(in *Input) *Probe {
	p := &Probe{in: in, say: kit.NewLamp(kit.LampSmall, look.Quiet, ""), lines: kit.NewParagraph("", look.ToneSoft, fyne.TextAlignLeading)}
	p.button = kit.NewButton(kit.ButtonPlain, words.T(textProbe), look.IconSearch, p.tapped)
	head := page.Row(look.Space3, page.Sized(p.button, p.button.MinSize()), p.say)
	p.object = page.Column(look.Space2, head)
	if !in.config.Compact {
		p.object.Add(p.lines)
	}
	return p
}

// Object is the button with what was found.
func (p *Probe) Object() fyne.CanvasObject { return p.object }

// Found is what the input of the draft was found to hold; nil when nobody has looked.
func (p *Probe) Found() *engine.InputProbe { return p.found }

func (p *Probe) tapped() {
	if p.cancel != nil {
		p.drop()
		p.in.Show()
		return
	}
	if _, wrong := p.in.draft.InputProblem(); wrong {
		p.in.Tried()
		p.in.Show()
		return
	}
	of := p.in.draft.Input()
	ours, cancel := context.WithCancel(context.Background())
	p.cancel, p.found, p.failed = cancel, nil, ""
	p.round++
	round := p.round
	p.in.Show()
	var found engine.InputProbe
	p.in.host.Do(func(ctx context.Context) error {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		defer context.AfterFunc(ours, stop)()
		var err error
		found, err = p.in.operator.ProbeInput(ctx, of)
		return err
	}, func(err error) {
		cancel()
		if round != p.round {
			return
		}
		p.cancel, p.of = nil, of
		if err != nil {
			p.failed = page.Sentence(engine.Sentence(err))
		} else {
			p.found = &found
		}
		p.in.config.Changed()
	})
}

// drop ends the look that goes on; its answer does not count.
func (p *Probe) drop() {
	p.round++
	if p.cancel != nil {
		p.cancel()
		p.cancel = nil
	}
}

// forget forgets what was found once the input is another.
func (p *Probe) forget() {
	p.drop()
	now := p.in.draft.Input()
	if p.found != nil && (now.Kind != p.of.Kind || now.Path != p.of.Path || now.URL != p.of.URL || now.Device != p.of.Device ||
		now.Sound != p.of.Sound || strings.Join(now.Args, "\n") != strings.Join(p.of.Args, "\n")) {
		p.found = nil
	}
	p.failed = ""
}

func (p *Probe) show() {
	word, icon := textProbe, look.IconSearch
	if p.cancel != nil {
		word, icon = textProbing, look.IconHourglass
	}
	p.button.SetText(words.T(word))
	p.button.SetIcon(icon, "")
	k := p.in.draft.Kind
	page.SetHidden(p.object, k == engine.InputTestPattern || k == External || k == engine.InputCustom)
	lamp, text, lines := look.Quiet, words.T(textProbeSay), ""
	switch {
	case p.cancel != nil:
		text = ""
	case p.failed != "":
		lamp, text = look.Bad, p.failed
	case p.found != nil:
		lamp, text, lines = p.verdict()
	}
	if p.in.config.Compact && p.found != nil {
		text = textProbeHead(*p.found) + ". " + text
	}
	p.say.Set(lamp, text)
	page.SetHidden(p.say, text == "")
	p.lines.SetText(lines)
	page.SetHidden(p.lines, lines == "")
	page.Relayout(p.object)
}

// verdict says whether what was found fits, and what it is.
func (p *Probe) verdict() (look.Lamp, string, string) {
	f := *p.found
	lines := []string{textProbeHead(f) + "."}
	for _, s := range f.Streams {
		lines = append(lines, textStream(s)+".")
	}
	all := strings.Join(lines, " ")
	switch {
	case len(f.Streams) == 0:
		return look.Bad, words.T(textNothingIn), all
	case f.Copies:
		return look.Good, words.T(textFits), all
	case f.Why != "":
		return look.Done, page.Sentence(f.Why), all
	}
	return look.Done, words.T(textFitsNot), all
}

// Controls lists what can be used by name now.
func (p *Probe) Controls() []page.Control {
	if !p.object.Visible() {
		return nil
	}
	text := p.lines.Text()
	if p.failed != "" {
		text = p.failed
	}
	say := text
	if p.found != nil {
		_, word, lines := p.verdict()
		say = word + " " + lines
	}
	return []page.Control{page.ButtonControl(p.in.config.Prefix+"probe", p.button),
		{Name: p.in.config.Prefix + "probe-result", Text: say, Object: p.say}}
}
