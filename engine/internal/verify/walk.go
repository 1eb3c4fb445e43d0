package verify

import (
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/fmp4"
)

// walked is how far a walk over boxes has come.
type walked struct {
	at        int64 // the end of the last whole box
	fragments int
	strange   bool // what follows is not what a crash leaves
}

// walk goes over the boxes of the file from a place on, without checksums, and shows each
// fragment.
func (m *media) walk(from int64, show func(*piece)) (walked, error) {
	w := walked{at: from}
	var waiting *piece
	for w.at < m.size {
		head := make([]byte, min(16, m.size-w.at))
		if err := m.readFull(head, w.at); err != nil {
			return w, err
		}
		b, ok := boxAt(head)
		if !ok && len(head) >= 8 {
			zero, err := m.zeros(w.at)
			w.strange = !zero
			return w, err
		}
		if !ok || b.size > m.size-w.at {
			w.strange = ok && b.size > max(m.limits.Mdat, m.limits.Moof, m.limits.Other)
			return w, nil
		}
		p, err := m.box(b, w.at)
		if err != nil {
			return w, err
		}
		if p != nil {
			waiting = p
		}
		if b.kind == "mdat" && waiting != nil {
			w.fragments++
			if show != nil {
				show(waiting)
			}
			waiting = nil
		}
		w.at += b.size
	}
	return w, nil
}

// box takes in a whole box; of a moof it makes a piece.
func (m *media) box(b box, at int64) (*piece, error) {
	limits := map[string]int64{"ftyp": m.limits.Other, "moov": m.limits.Moov, "uuid": m.limits.Other, "moof": m.limits.Moof}
	if b.size > limits[b.kind] {
		return nil, nil // none of our business, or too large to be looked at
	}
	raw := make([]byte, b.size)
	if err := m.readFull(raw, at); err != nil {
		return nil, err
	}
	switch b.kind {
	case "ftyp":
		m.ftyp = raw
	case "moov":
		if init, err := fmp4.ParseInit(m.ftyp, raw, m.limits); err == nil {
			m.adopt(m.s, init)
			m.s.beginFile()
		}
	case "uuid":
		if mark, ok := archive.ParseMark(raw); ok {
			m.shift = mark.Shift
		}
	case "moof":
		return m.unlisted(raw, at), nil
	}
	return nil, nil
}

// unlisted makes a piece of a moof that no index tells of.
func (m *media) unlisted(moof []byte, at int64) *piece {
	p := &piece{kind: pieceFragment, offset: at, moofSize: int64(len(moof)), shift: m.shift}
	if m.s.init == nil {
		return p
	}
	fragments, err := archive.ParseMoof(moof, m.s.init, m.limits, at)
	if err != nil {
		return p // not on the timeline: what is missing there tells of it
	}
	for _, f := range fragments {
		p.tracks = append(p.tracks, factsOf(f))
	}
	return p
}

// zeros reports whether all bytes from a place on are zero, as a power cut may leave them.
func (m *media) zeros(from int64) (bool, error) {
	for from < m.size {
		part := m.buf[:min(int64(len(m.buf)), m.size-from)]
		if err := m.readFull(part, from); err != nil {
			return false, err
		}
		for _, b := range part {
			if b != 0 {
				return false, nil
			}
		}
		from += int64(len(part))
	}
	return true, nil
}
