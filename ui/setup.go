package ui

import (
	"context"

	"fyne.io/fyne/v2/theme"

	"pubpoint/engine"
	"pubpoint/ui/look"
	"pubpoint/ui/words"
)

// Themes of engine.Setup.
const (
	themeDark    = "dark"
	themeLight   = "light"
	themeDesktop = "desktop"
)

// takeSetup makes the window as the program's settings say. It returns whether what is on the screen
// has to be made anew.
func (w *Window) takeSetup(s engine.Setup) (anew bool) {
	light, spoken := w.light, words.Current()
	switch s.Theme {
	case themeDark:
		w.light = false
	case themeLight:
		w.light = true
	case themeDesktop:
		w.light = w.app.Settings().ThemeVariant() == theme.VariantLight
	}
	words.Choose(w.app, s.Language)
	w.notifies = s.Notify
	if s.Refresh >= engine.LeastRefresh && s.Refresh <= engine.MostRefresh {
		w.refresh = s.Refresh
		if w.ticker != nil {
			w.ticker.Reset(s.Refresh)
		}
	}
	return w.light != light || words.Current() != spoken
}

// applySetup is takeSetup for a window that is on the screen.
func (w *Window) applySetup(s engine.Setup) {
	if w.takeSetup(s) {
		w.rebuild()
	}
}

// rebuild makes the frame and the pages anew, because Fyne tells nothing of a theme to those that are
// not shown, and words stay what they are.
func (w *Window) rebuild() {
	w.closeModal()
	w.applyTheme()
	w.page = nil
	w.build()
	w.setMenu(w.menuNames)
	w.tray = nil
	w.restorePage(w.pageID)
}

// toggleTheme changes between dark and light.
func (w *Window) toggleTheme() {
	w.light = !w.light
	w.rebuild()
	if w.options.Program == nil {
		return
	}
	name := themeDark
	if w.light {
		name = themeLight
	}
	w.order(func(ctx context.Context) error {
		_, err := w.options.Program.ChangeSetup(ctx, engine.SetupChange{Theme: &name})
		return err
	})
}

func (w *Window) applyTheme() {
	palette := look.Dark()
	if w.light {
		palette = look.Light()
	}
	w.app.Settings().SetTheme(look.NewTheme(palette))
}
