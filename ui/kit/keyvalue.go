package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"pubpoint/ui/look"
)

const pairHeight float32 = 24

// Pair is a fact and its name.
type Pair struct {
	Key, Value string
	Tone       look.Tone // of the value
}

// KeyValue lists facts: names on the left, values on the right in tabular figures.
type KeyValue struct {
	widget.BaseWidget

	pairs        []Pair
	keys, values []*Text
}

// NewKeyValue makes a list of facts.
func NewKeyValue(pairs ...Pair) *KeyValue {
	k := &KeyValue{}
	k.ExtendBaseWidget(k)
	k.SetPairs(pairs)
	return k
}

// SetPairs shows other facts. The slice is kept.
func (k *KeyValue) SetPairs(pairs []Pair) {
	k.pairs = pairs
	for len(k.keys) < len(pairs) {
		k.keys = append(k.keys, NewText(look.Body, "").Toned(look.ToneSoft))
		k.values = append(k.values, NewText(look.Body, "").Aligned(fyne.TextAlignTrailing).Cutting(CutEnd))
	}
	for i := range k.keys {
		if i < len(pairs) {
			k.keys[i].SetText(pairs[i].Key)
			k.values[i].Set(pairs[i].Value, pairs[i].Tone)
		}
		k.keys[i].Hidden, k.values[i].Hidden = i >= len(pairs), i >= len(pairs)
	}
	k.Refresh()
}

// CreateRenderer is for Fyne.
func (k *KeyValue) CreateRenderer() fyne.WidgetRenderer { return &keyValueRenderer{list: k} }

type keyValueRenderer struct {
	list    *KeyValue
	objects []fyne.CanvasObject
}

func (r *keyValueRenderer) Destroy() {}

func (r *keyValueRenderer) Objects() []fyne.CanvasObject {
	r.objects = r.objects[:0]
	for i := range r.list.keys {
		r.objects = append(r.objects, r.list.keys[i], r.list.values[i])
	}
	return r.objects
}

func (r *keyValueRenderer) MinSize() fyne.Size {
	size := fyne.NewSize(0, float32(len(r.list.pairs))*pairHeight)
	for i := range r.list.pairs {
		size.Width = max(size.Width, r.list.keys[i].MinSize().Width+look.Space4+r.list.values[i].MinSize().Width)
	}
	return size
}

func (r *keyValueRenderer) Layout(size fyne.Size) {
	for i := range r.list.pairs {
		y, key := float32(i)*pairHeight, r.list.keys[i].MinSize().Width
		r.list.keys[i].Move(fyne.NewPos(0, y))
		r.list.keys[i].Resize(fyne.NewSize(key, pairHeight))
		left := key + look.Space3
		r.list.values[i].Move(fyne.NewPos(left, y))
		r.list.values[i].Resize(fyne.NewSize(max(0, size.Width-left), pairHeight))
	}
}

func (r *keyValueRenderer) Refresh() {
	for _, o := range r.Objects() {
		o.Refresh()
	}
	r.Layout(r.list.Size())
}
