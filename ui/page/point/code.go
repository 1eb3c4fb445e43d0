package point

import (
	"net"
	"net/url"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// codeSide is how large the code of a link is drawn at most.
const codeSide float32 = 320

// showCode shows a link as a code for a phone's camera.
func (w *Page) showCode(label, link string) {
	code, err := kit.NewQR(link, codeSide)
	if err != nil {
		w.host.Report(err)
		return
	}
	closing := kit.NewButton(kit.ButtonPlain, words.T(textClose), "", w.host.CloseModal)
	text := kit.NewLinkRow(link, kit.LinkConfig{Copy: w.host.Copy, Later: w.host.Later})
	body := page.Column(look.Space3, container.NewCenter(code), page.Sized(text, fyne.NewSize(460, 0)))
	if ownMachineOnly(link) {
		say := kit.NewParagraph(words.T(textLoopback), look.ToneWarn, fyne.TextAlignLeading)
		body.Add(page.Sized(say, fyne.NewSize(460, say.HeightFor(460))))
	}
	w.host.ShowModal(page.Modal{
		Title:   label,
		Body:    body,
		Buttons: []fyne.CanvasObject{closing},
		Focus:   closing,
		Controls: func() []page.Control {
			return []page.Control{{Name: "code", Text: link, Object: code}, {Name: "code-link", Text: link, Object: text}, page.ButtonControl("code-close", closing)}
		},
	})
}

// ownMachineOnly reports whether a link leads nowhere from another machine, such as a phone.
func ownMachineOnly(link string) bool {
	u, err := url.Parse(link)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}
