package kit

import (
	"time"

	"fyne.io/fyne/v2"

	"pubpoint/ui/look"
)

const (
	confirmWindow = 5 * time.Second
	// A double click must not count as question and answer.
	confirmPause = 400 * time.Millisecond
)

// ConfirmConfig is what a ConfirmButton asks and does.
type ConfirmConfig struct {
	Text  string        // at rest: "Stop"
	Ask   string        // once clicked: "Stop? Click again"
	Icon  look.IconName // may be empty
	Do    func()        // called after the second click
	Later Later         // nil takes AfterDo
}

// ConfirmButton is for what must not happen by one careless click: the first click asks, a second within five seconds
// does it. Esc, leaving it with the keyboard, or waiting takes the question back. It never does anything by itself.
type ConfirmButton struct {
	Button

	config ConfirmConfig
	state  confirmState
	stop   func()
}

type confirmState uint8

const (
	confirmIdle   confirmState = iota
	confirmPaused              // asked a moment ago: too early to be an answer
	confirmArmed
)

// NewConfirmButton makes a button at rest.
func NewConfirmButton(config ConfirmConfig) *ConfirmButton {
	if config.Later == nil {
		config.Later = AfterDo
	}
	b := &ConfirmButton{config: config, stop: func() {}}
	b.text, b.icon = config.Text, config.Icon
	b.OnTapped = b.tapped
	b.ExtendBaseWidget(b)
	return b
}

func (b *ConfirmButton) tapped() {
	switch b.state {
	case confirmIdle:
		b.enter(confirmPaused, b.config.Ask, ButtonDanger)
		b.stop = b.config.Later(confirmPause, func() {
			b.state = confirmArmed
			b.stop = b.config.Later(confirmWindow, b.Reset)
		})
	case confirmArmed:
		b.Reset()
		call(b.config.Do)
	}
}

// TypedKey is for Fyne.
func (b *ConfirmButton) TypedKey(e *fyne.KeyEvent) {
	switch {
	case e.Name == fyne.KeyEscape && b.state != confirmIdle:
		b.Reset()
	case isPress(e):
		b.Button.TypedKey(e)
	default:
		PassKey(b, e)
	}
}

// TypedRune is for Fyne.
func (b *ConfirmButton) TypedRune(r rune) { PassRune(b, r) }

// FocusLost is for Fyne.
func (b *ConfirmButton) FocusLost() {
	b.Reset()
	b.Button.FocusLost()
}

// Disable takes the question back and leaves the button without effect.
func (b *ConfirmButton) Disable() {
	b.Reset()
	b.Button.Disable()
}

// MinSize keeps room for the question, so that nothing moves when it is asked.
func (b *ConfirmButton) MinSize() fyne.Size {
	b.ExtendBaseWidget(b)
	icon := b.config.Icon != ""
	return fyne.NewSize(max(buttonWidth(b.config.Text, icon), buttonWidth(b.config.Ask, icon)), buttonHeight)
}

// Reset takes the question back.
func (b *ConfirmButton) Reset() {
	b.stop()
	b.stop = func() {}
	if b.state != confirmIdle {
		b.enter(confirmIdle, b.config.Text, ButtonPlain)
	}
}

// Asking reports whether the question stands.
func (b *ConfirmButton) Asking() bool { return b.state != confirmIdle }

func (b *ConfirmButton) enter(state confirmState, text string, kind ButtonKind) {
	b.state, b.text, b.kind = state, text, kind
	b.Refresh()
}
