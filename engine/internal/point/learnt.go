package point

import (
	"fmt"

	"pubpoint/engine/internal/servermanifest"
)

// String writes it as paramLearnt has it.
func (l learnt) String() string { return fmt.Sprint(int(l.mode), " ", l.singles) }

// learntAtFirst is what was known of a track where the first file that is left of its stream
// begins: from there on it is read back.
func (st *stream) learntAtFirst(track uint32) learnt {
	t := st.track(track)
	if t == nil {
		return learnt{}
	}
	for _, sg := range st.segments {
		if !sg.made || sg.gone {
			continue
		}
		if begun, known := sg.begun[track]; known {
			return begun
		}
		break // its first piece is still to come
	}
	if t.fragments == 0 {
		return learnt{}
	}
	return t.learnt
}

// learntOf reads what the server manifest tells of a track. What makes no sense counts as nothing.
func learntOf(s servermanifest.Source) (l learnt) {
	for _, p := range s.Params {
		var m, singles int
		if p.Name != paramLearnt {
			continue
		}
		if n, err := fmt.Sscan(p.Value, &m, &singles); err != nil || n != 2 || m < int(unsettled) || m > int(chunked) || singles < 0 {
			return learnt{}
		}
		l = learnt{mode: mode(m), singles: singles}
	}
	return l
}
