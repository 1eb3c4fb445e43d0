package kit

import (
	"testing"

	"fyne.io/fyne/v2"

	"pubpoint/ui/look"
)

func TestTileGridFillsTheWidth(t *testing.T) {
	themed(t)
	tiles := []fyne.CanvasObject{fullTile(look.Good, "a"), fullTile(look.Good, "b"), fullTile(look.Good, "c"), fullTile(look.Good, "d")}
	grid := NewTileGrid(200, tiles...)
	grid.Resize(fyne.NewSize(700, 900))
	first, last := tiles[0], tiles[2]
	if y := last.Position().Y; y != 0 {
		t.Errorf("the third tile starts at y %v, want the first row", y)
	}
	if end := last.Position().X + last.Size().Width; end < 697 || end > 700 {
		t.Errorf("the row ends at %v of 700", end)
	}
	if tiles[3].Position().Y != first.Size().Height+tileGap {
		t.Error("the fourth tile is not in the second row")
	}
	if want := 2*first.Size().Height + tileGap; grid.MinSize().Height != want {
		t.Errorf("the grid asks for %v, want %v", grid.MinSize().Height, want)
	}
	tiles[0].Hide()
	grid.Resize(fyne.NewSize(701, 900))
	if tiles[3].Position().Y != 0 {
		t.Error("a hidden tile keeps its place")
	}
}
