package cmaf

import "encoding/binary"

// box writes nested boxes: begin and end come in pairs.
type box struct {
	b    []byte
	open []int
}

func (w *box) begin(kind string) {
	w.open = append(w.open, len(w.b))
	w.b = append(w.b, 0, 0, 0, 0)
	w.b = append(w.b, kind...)
}

// beginFull begins a full box (ISO/IEC 14496-12 clause 4.2).
func (w *box) beginFull(kind string, version byte, flags uint32) {
	w.begin(kind)
	w.u32(uint32(version)<<24 | flags)
}

func (w *box) end() {
	at := w.open[len(w.open)-1]
	w.open = w.open[:len(w.open)-1]
	binary.BigEndian.PutUint32(w.b[at:], uint32(len(w.b)-at))
}

func (w *box) u16(values ...uint16) {
	for _, v := range values {
		w.b = binary.BigEndian.AppendUint16(w.b, v)
	}
}

func (w *box) u32(values ...uint32) {
	for _, v := range values {
		w.b = binary.BigEndian.AppendUint32(w.b, v)
	}
}

func (w *box) zeros(n int) { w.b = append(w.b, make([]byte, n)...) }

func (w *box) text(s string) { w.b = append(w.b, s...) }
