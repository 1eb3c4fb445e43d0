package point

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// gone is what the page shows of a point that is not there: it was deleted, or an encoder asked for
// a name that nobody has made.
type gone struct {
	object *fyne.Container
	head   *kit.Text
	why    *kit.Paragraph
	create *kit.Button
	wall   *kit.Button
}

func (w *Page) newGone() *gone {
	g := &gone{head: kit.NewText(look.Heading, "").Aligned(fyne.TextAlignCenter), why: kit.NewParagraph("", look.ToneSoft, fyne.TextAlignCenter)}
	g.create = kit.NewButton(kit.ButtonPrimary, words.T(textCreate), look.IconPlus, func() {
		name := w.name()
		page.SetDisabled(g.create, true)
		w.host.Order(func(ctx context.Context) error {
			return w.operator.CreatePoint(ctx, name, engine.DefaultPointConfig())
		}, func(error) { page.SetDisabled(g.create, false) })
	})
	g.wall = kit.NewButton(kit.ButtonPlain, words.T(textToWall), "", w.host.ShowWall)
	const wide = 560
	g.object = container.NewCenter(page.Column(look.Space4, g.head, page.Sized(g.why, fyne.NewSize(wide, 60)),
		container.NewCenter(page.Row(look.Space3, g.wall, g.create))))
	g.object.Hide()
	return g
}

func (g *gone) show(m model) {
	page.SetHidden(g.object, m.known)
	if m.known {
		return
	}
	g.head.SetText(words.F(textGoneSay, m.name))
	why := words.T(textGoneWhy)
	if m.turnedAway != "" {
		why = m.turnedAway
	}
	g.why.SetText(why)
	page.SetHidden(g.create, !engine.ValidName(m.name))
	g.object.Refresh()
}

func (g *gone) controls() []page.Control {
	if !g.object.Visible() {
		return nil
	}
	all := []page.Control{{Name: "state", Text: words.T(textGone), Object: g.head}, page.ButtonControl("to-wall", g.wall)}
	if g.create.Visible() {
		all = append(all, page.ButtonControl("create-point", g.create))
	}
	return all
}

// eventsLooked is how many events are looked through for a refusal.
const eventsLooked = 200

// turnedAway is the newest event that tells of an encoder that asked for a point that is not there.
func turnedAway(src source, name string) string {
	all := src.RecentEvents(eventsLooked)
	for i := len(all) - 1; i >= 0; i-- {
		if e := all[i]; e.Point == name && e.Severity == engine.Warning && strings.Contains(e.Text, "refused") {
			return look.TimeOfDay(e.At.Local()) + "  " + e.Text
		}
	}
	return ""
}
