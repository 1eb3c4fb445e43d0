package kit

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"pubpoint/ui/look"
)

func fullTile(lamp look.Lamp, word string) *Tile {
	picture := canvas.NewRectangle(look.Dark().Track(3))
	t := NewTile(TileSlots{
		Media:  picture,
		Head:   container.NewBorder(nil, nil, nil, NewLamp(LampNormal, lamp, word), NewText(look.Strong, "orchard").Cutting(CutEnd)),
		Body:   NewText(look.Body, "2.41 Mbit/s"),
		Footer: NewText(look.Caption, "1:02:33").Toned(look.ToneSoft),
	}, nil)
	t.SetLamp(lamp)
	return t
}

func TestTilesLook(t *testing.T) {
	themed(t)
	focused, hovered := fullTile(look.Good, "On air"), fullTile(look.Busy, "Starting")
	focused.FocusGained()
	hovered.MouseIn(nil)
	grid := NewTileGrid(170, focused, hovered, fullTile(look.Bad, "Lost"))
	test.AssertRendersToImage(t, "tiles.png", shown(t, NewPanel("", grid), 600, 240).Canvas())
}

func TestTileOpensWithMouseAndKeys(t *testing.T) {
	themed(t)
	opened, asked := 0, fyne.Position{}
	tile := fullTile(look.Good, "On air")
	tile.OnTapped, tile.OnMenu = func() { opened++ }, func(at fyne.Position) { asked = at }
	w := shown(t, tile, 220, 240)
	test.TapCanvas(w.Canvas(), fyne.NewPos(100, 100))
	w.Canvas().FocusNext()
	if w.Canvas().Focused() != fyne.Focusable(tile) {
		t.Fatal("Tab does not reach the tile")
	}
	tile.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	tile.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	tile.TypedKey(&fyne.KeyEvent{Name: fyne.KeyA})
	if opened != 3 {
		t.Errorf("opened %d times, want 3", opened)
	}
	tile.TappedSecondary(&fyne.PointEvent{AbsolutePosition: fyne.NewPos(7, 9)})
	if asked != fyne.NewPos(7, 9) {
		t.Errorf("the menu was asked for at %v", asked)
	}
	bare := NewTile(TileSlots{}, nil)
	test.Tap(bare)
	test.TapSecondary(bare)
}

func TestTilePictureGivesWayToWords(t *testing.T) {
	themed(t)
	tile := fullTile(look.Good, "On air")
	shown(t, tile, 300, tile.MinSize().Height)
	head, media := tile.slots.Head, tile.slots.Media
	if end := media.Position().Y + media.Size().Height; end > head.Position().Y {
		t.Errorf("the picture ends at %v, the words begin at %v", end, head.Position().Y)
	}
}
