package kit

import (
	"testing"

	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"pubpoint/ui/look"
)

func TestLampsLook(t *testing.T) {
	themed(t)
	box := container.NewVBox()
	for _, size := range []LampSize{LampSmall, LampNormal, LampLarge} {
		row := container.NewHBox()
		for _, l := range look.Lamps() {
			row.Add(NewLamp(size, l, l.String()))
		}
		box.Add(row)
	}
	test.AssertRendersToImage(t, "lamps.png", shown(t, NewPanel("", box), 660, 110).Canvas())
}

func TestLampShowsAnotherState(t *testing.T) {
	themed(t)
	l := NewLamp(LampNormal, look.Quiet, "Idle")
	shown(t, l, 100, 20)
	l.Set(look.Bad, "Source lost")
	r := test.WidgetRenderer(l).(*lampRenderer)
	if r.word.Text() != "Source lost" || r.shape.Resource.Name() != look.Bad.Shape().Name() {
		t.Errorf("shows %q with %s", r.word.Text(), r.shape.Resource.Name())
	}
	if NewLamp(LampNormal, look.Good, "").MinSize().Width >= l.MinSize().Width {
		t.Error("a lamp without a word takes the room of one")
	}
}
