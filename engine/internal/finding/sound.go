package finding

import "time"

// soundApart is how far an encoder's sound and pictures may end apart. A frame of sound is
// 21 ms in general, and pictures are sent in another order than they are shown.
const soundApart = 100 * time.Millisecond

// Edges are where an encoder's sound and pictures end, in decode time: Before and After are the
// beginning and the end of the fragment of pictures that was just taken, because its fragment
// of sound comes in front of it or behind it, and Sound is the end of the newest sound.
// Reorder is by how much pictures are shown after they are decoded at most.
type Edges struct {
	Sound, Before, After, Reorder time.Duration
}

// apart is by how much the sound is behind the pictures; negative when it is ahead.
func (e Edges) apart() time.Duration {
	before, after := e.Before-e.Sound, e.After-e.Sound
	if max(before, -before) < max(after, -after) {
		return before
	}
	return after
}

// ObserveSound judges whether the sound of an encoder keeps with its pictures.
func ObserveSound(b *Book, sound, pictures *Subject, e Edges, now time.Time) {
	apart := e.apart()
	if max(apart, -apart) > soundApart+e.Reorder {
		b.Raise(Offset(sound, pictures, apart), now)
	} else {
		b.Calm(AVOffset, sound.Stream, sound.Bitrate)
	}
}
