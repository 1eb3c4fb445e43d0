package settings

import (
	"slices"
	"strconv"
	"time"

	"fyne.io/fyne/v2"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// window is how the window looks and behaves; it changes at once.
type window struct {
	panel    *kit.Panel
	theme    *page.Choice
	language *page.Choice
	notify   *page.Choice
	resume   *page.Choice
	refresh  *page.Choice
	light    bool // shown while nothing was chosen
}

// What can be chosen, in the order of the buttons.
func themes() []string { return []string{"dark", "light", "desktop"} }

func languages() []string { return append([]string{""}, words.Languages()...) }

func resumes() []string { return []string{"ask", "always", "never"} }

func paces() []time.Duration {
	return []time.Duration{time.Second, engine.DefaultRefresh, engine.LeastRefresh}
}

func newWindow(w *Page) *window {
	v := &window{light: w.config.Light}
	v.theme = page.NewChoice([]string{words.T(textDark), words.T(textLight), words.T(textDesktop)}, []string{"theme-dark", "theme-light", "theme-desktop"}, 0)
	v.theme.Changed = func(i int) { w.change(engine.SetupChange{Theme: &themes()[i]}, nil) }
	names, controls := []string{words.T(textDesktop)}, []string{"language-desktop"}
	for _, tag := range words.Languages() {
		names, controls = append(names, words.Name(tag)), append(controls, "language-"+tag)
	}
	v.language = page.NewChoice(names, controls, 0)
	v.language.Changed = func(i int) { w.change(engine.SetupChange{Language: &languages()[i]}, nil) }
	v.notify = page.NewChoice([]string{words.T(textOn), words.T(textOff)}, []string{"notify-on", "notify-off"}, 0)
	v.notify.Changed = func(i int) { on := i == 0; w.change(engine.SetupChange{Notify: &on}, nil) }
	v.resume = page.NewChoice([]string{words.T(textAsk), words.T(textAlways), words.T(textNever)}, []string{"resume-ask", "resume-always", "resume-never"}, 0)
	v.resume.Changed = func(i int) { w.change(engine.SetupChange{Resume: &resumes()[i]}, nil) }
	var rates, rateControls []string
	for _, p := range paces() {
		rate := strconv.Itoa(int(time.Second / p))
		rates, rateControls = append(rates, rate), append(rateControls, "refresh-"+rate)
	}
	v.refresh = page.NewChoice(rates, rateControls, 1)
	v.refresh.Changed = func(i int) { w.change(engine.SetupChange{Refresh: &paces()[i]}, nil) }
	why := kit.NewParagraph(words.T(textNotifyWhy), look.ToneSoft, fyne.TextAlignLeading)
	v.panel = kit.NewPanel(words.T(textWindow), page.Column(look.Space3,
		labelled(words.T(textTheme), v.theme.Object()),
		labelled(words.T(textLanguage), v.language.Object()),
		labelled(words.T(textNotify), page.Column(look.Space1, v.notify.Object(), why)),
		labelled(words.T(textResume), v.resume.Object()),
		labelled(words.T(textRefresh), v.refresh.Object())))
	return v
}

func (v *window) show(f facts) {
	theme := slices.Index(themes(), f.setup.Theme)
	if theme < 0 && v.light {
		theme = 1
	}
	v.theme.Select(max(0, theme))
	v.language.Select(max(0, slices.Index(languages(), f.setup.Language)))
	off := 1
	if f.setup.Notify {
		off = 0
	}
	v.notify.Select(off)
	v.resume.Select(max(0, slices.Index(resumes(), f.setup.Resume)))
	if i := slices.Index(paces(), f.setup.Refresh); i >= 0 {
		v.refresh.Select(i)
	}
}

func (v *window) controls() []page.Control {
	return slices.Concat(v.theme.Controls(), v.language.Controls(), v.notify.Controls(), v.resume.Controls(), v.refresh.Controls())
}
