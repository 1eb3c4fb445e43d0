package kit

import (
	"fmt"
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
	"rsc.io/qr"
)

// quietZone is how many modules of white a code has around it, see ISO/IEC 18004, 6.3.8.
const quietZone = 4

// QR shows a text as a QR code, which phones read with their cameras. It is black on white in every
// theme: few cameras read one that is light on dark.
type QR struct {
	widget.BaseWidget

	image *canvas.Image
	side  float32
}

// NewQR makes the code of a text, as large as fits into side with modules of whole units. A text of
// more than 2300 bytes or so has none.
func NewQR(text string, side float32) (*QR, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return nil, fmt.Errorf("make QR code: %w", err)
	}
	modules := code.Size + 2*quietZone
	pixels := image.NewGray(image.Rect(0, 0, modules, modules))
	for y := range modules {
		for x := range modules {
			if !code.Black(x-quietZone, y-quietZone) {
				pixels.SetGray(x, y, color.Gray{Y: 0xff})
			}
		}
	}
	q := &QR{image: canvas.NewImageFromImage(pixels), side: float32(modules * max(1, int(side)/modules))}
	q.image.ScaleMode = canvas.ImageScalePixels
	q.ExtendBaseWidget(q)
	return q, nil
}

// CreateRenderer is for Fyne.
func (q *QR) CreateRenderer() fyne.WidgetRenderer { return &qrRenderer{q} }

type qrRenderer struct{ qr *QR }

func (r *qrRenderer) Destroy()                     {}
func (r *qrRenderer) Refresh()                     { r.qr.image.Refresh() }
func (r *qrRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.qr.image} }
func (r *qrRenderer) MinSize() fyne.Size           { return fyne.NewSquareSize(r.qr.side) }

// Layout keeps the modules whole, in the middle.
func (r *qrRenderer) Layout(size fyne.Size) {
	r.qr.image.Resize(fyne.NewSquareSize(r.qr.side))
	r.qr.image.Move(fyne.NewPos((size.Width-r.qr.side)/2, (size.Height-r.qr.side)/2))
}
