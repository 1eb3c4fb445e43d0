package settings

import (
	"net"

	"fyne.io/fyne/v2"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// listeners are the addresses, and who can reach them.
type listeners struct {
	panel *kit.Panel
	media *edit
	admin *edit
	tls   *kit.Paragraph
}

func newListeners(w *Page) *listeners {
	l := &listeners{}
	l.media = newEdit("listen", words.T(textAddressFor), func(v string) { w.change(engine.SetupChange{Listen: &v}, nil) })
	l.admin = newEdit("admin", words.T(textAdminFor), func(v string) { w.change(engine.SetupChange{Admin: &v}, nil) })
	l.tls = kit.NewParagraph(words.T(textNoTLS), look.ToneSoft, fyne.TextAlignLeading)
	l.panel = kit.NewPanel(words.T(textListen), page.Column(look.Space3,
		labelled(words.T(textMedia), l.media.object),
		labelled(words.T(textAdmin), l.admin.object),
		labelled(words.T(textTLS), l.tls)))
	return l
}

func (l *listeners) show(f facts) {
	s := f.setup
	media, admin := textOpenMedia, textOpenAdmin
	if s.RequireIngestAuth {
		media = textAuthMedia
	}
	if s.Certificate != "" {
		admin = textTLSAdmin
		l.tls.SetText(words.F(textTLSOn, s.Certificate))
	}
	sentence, tone := reach(s.Now.Listen, media)
	l.media.show(s.Now.Listen, s.Next.Listen, "", sentence, tone, s.Fixed)
	sentence, tone = reach(s.Now.Admin, admin)
	l.admin.show(s.Now.Admin, s.Next.Admin, "", sentence, tone, s.Fixed)
}

func (l *listeners) controls() []page.Control {
	return append(l.media.controls(), l.admin.controls()...)
}

// off is the admin address of no listener.
const off = "off"

// reach says who can reach an address; open is the warning when it is not this machine alone.
func reach(address, open string) (string, look.Tone) {
	if address == "" {
		return "", look.ToneSoft
	}
	if address == off {
		return words.T(textClosed), look.ToneSoft
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		return words.T(textLoopback), look.ToneSoft
	}
	return words.F(open, address), look.ToneWarn
}
