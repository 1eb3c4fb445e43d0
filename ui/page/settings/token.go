package settings

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"

	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// token is that of the admin API: masked until it is asked for.
type token struct {
	panel *kit.Panel
	value string
	open  bool

	text   *kit.Text
	note   *kit.Paragraph
	reveal *kit.Button
	copy   *kit.Button
	rotate *kit.ConfirmButton
	said   string // after it was replaced
}

func newToken(w *Page) *token {
	t := &token{text: kit.NewText(look.Code, "").Cutting(kit.CutMiddle), note: kit.NewParagraph("", look.ToneSoft, fyne.TextAlignLeading)}
	t.reveal = kit.NewButton(kit.ButtonPlain, words.T(textShow), "", func() { t.open = !t.open; t.paint() })
	t.copy = kit.NewButton(kit.ButtonPlain, words.T(textCopy), look.IconCopy, func() { w.host.Copy(t.value) })
	t.rotate = kit.NewConfirmButton(kit.ConfirmConfig{Text: words.T(textRotate), Ask: words.T(textRotateAsk), Icon: look.IconRestart, Later: w.host.Later,
		Do: func() {
			w.host.Order(func(ctx context.Context) error {
				_, err := w.config.Program.RotateToken(ctx)
				return err
			}, func(err error) {
				if err == nil {
					t.said = words.T(textRotated)
				}
			})
		}})
	t.panel = kit.NewPanel(words.T(textToken), page.Column(look.Space2,
		page.Edges(nil, nil, nil, page.Inset(page.Row(look.Space2, t.reveal, t.copy), look.Space2, 0, 0, 0), t.text), t.note, page.Row(look.Space2, t.rotate, page.Fill())))
	return t
}

func (t *token) show(f facts) {
	t.value = f.token
	sentence := words.T(textTokenNone)
	if f.token != "" {
		sentence = join(t.said, words.F(textTokenNote, f.setup.TokenFile))
	}
	t.note.SetText(sentence)
	for _, b := range []fyne.Disableable{t.reveal, t.copy, t.rotate} {
		if none := f.token == ""; none != b.Disabled() {
			if none {
				b.Disable()
			} else {
				b.Enable()
			}
		}
	}
	t.paint()
}

// shownDigits is how much of a token tells it from another without giving it away.
const shownDigits = 4

func (t *token) paint() {
	word := words.T(textShow)
	text := masked(t.value)
	if t.open {
		word, text = words.T(textHide), t.value
	}
	t.reveal.SetText(word)
	t.text.SetText(or(text, look.Unknown))
}

// masked is a token with all but its end hidden.
func masked(token string) string {
	if len(token) <= 2*shownDigits {
		return strings.Repeat("•", len(token))
	}
	return strings.Repeat("•", 10) + token[len(token)-shownDigits:]
}

func (t *token) controls() []page.Control {
	return []page.Control{{Name: "token", Text: t.text.Text(), Object: t.text}, page.ButtonControl("token-show", t.reveal),
		page.ButtonControl("token-copy", t.copy), {Name: t.rotateName(), Text: t.rotate.Text(), Object: t.rotate, Disabled: t.rotate.Disabled()},
		{Name: "token-note", Text: t.note.Text(), Object: t.note}}
}

// rotateName tells from outside whether the question stands.
func (t *token) rotateName() string {
	if t.rotate.Asking() {
		return "asking-token-rotate"
	}
	return "token-rotate"
}
