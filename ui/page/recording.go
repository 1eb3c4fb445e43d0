package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/words"
)

// Recording is the mark of a point whose stream is being kept.
func Recording() *fyne.Container {
	dot := canvas.NewImageFromResource(look.IconIn(look.IconRecord, theme.ColorNameError))
	dot.FillMode = canvas.ImageFillContain
	return Row(look.Space1, Sized(dot, fyne.NewSquareSize(12)), kit.NewText(look.Caption, words.T(textRec)).Toned(look.ToneSoft))
}
