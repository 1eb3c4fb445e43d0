package thumbnail

import (
	"bytes"
	"errors"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/presentation"
)

// What is taken of a stream at most.
const (
	maxPicture = 4 << 20          // bytes of a key frame
	maxSound   = 1 << 20          // bytes of a fragment of sound
	maxSpan    = 12 * time.Second // of sound
	lookBack   = 8                // fragments that are searched for one that begins with a key frame
)

// width is how many pixels a picture is wide, at most; pictures that are taller than wide are as
// high as that.
const width = 384

var (
	errNothing  = errors.New("nothing is on air")
	errNoVideo  = errors.New("it has no video")
	errNoSound  = errors.New("it has no sound")
	errNoKey    = errors.New("its fragments do not begin with key frames")
	errTooLarge = errors.New("its key frame is too large")
	errTooLong  = errors.New("its fragment of sound is too long")
)

// moment names what was taken of a point, so that the same is not decoded twice.
type moment struct {
	event, stream string
	bitrate       int
	start         engine.Ticks
}

// shot is one key frame, or one fragment of sound, of a point.
type shot struct {
	moment moment
	init   *fmp4.TrackInit
	track  *presentation.Track
	frag   *presentation.Fragment
	scale  uint32 // ticks in a second
}

// at is when the fragment of the shot arrived.
func (s *shot) at() time.Time {
	if s.frag.Arrived == 0 {
		return time.Time{}
	}
	return time.Unix(0, s.frag.Arrived)
}

// start is the presentation time of the shot.
func (s *shot) start() time.Duration { return s.frag.Start.Duration(s.scale) }

// pickPicture finds the newest key frame of the rung that fits best: the smallest that is at least
// as wide as a picture, or else the widest.
func pickPicture(v *presentation.View) (*shot, error) {
	if v == nil {
		return nil, errNothing
	}
	var best *shot
	err := errNoVideo
	for _, s := range v.Streams {
		if s.Type != engine.Video {
			continue
		}
		for _, t := range s.Tracks {
			if t.Init == nil || t.Header == nil || best != nil && !fitsBetter(t.Init, best.init) {
				continue
			}
			f := newestKey(t)
			if f == nil {
				err = errNoKey
				continue
			}
			best = &shot{moment{v.Event, s.Name, t.Bitrate, f.Start}, t.Init, t, f, s.Timescale}
		}
		if best != nil {
			return best, nil
		}
	}
	return nil, err
}

// fitsBetter reports whether a makes a better picture than b.
func fitsBetter(a, b *fmp4.TrackInit) bool {
	if a.Width >= width && b.Width >= width {
		return a.Width < b.Width
	}
	return a.Width > b.Width
}

// newestKey is the newest fragment of t that begins with a key frame: the one that is arriving, or
// else one of the last.
func newestKey(t *presentation.Track) *presentation.Fragment {
	if open := t.Open; open != nil && open.Chunks != nil {
		// The first chunk has the key frame, and is all that will be read.
		if chunks, err := open.Chunks.List(); err == nil && len(chunks) > 0 && chunks[0].Sync {
			c := chunks[0]
			return &presentation.Fragment{Start: open.Start, Duration: open.Duration, Decode: c.Decode, DecodeLength: c.DecodeLength,
				Shift: open.Shift, Sync: true, Size: c.Size, Arrived: c.Arrived, Media: c.Media}
		}
	}
	for i := len(t.Fragments) - 1; i >= max(0, len(t.Fragments)-lookBack); i-- {
		if f := &t.Fragments[i]; f.Sync {
			return f
		}
	}
	return nil
}

// pickSound finds the newest fragment of the first stream of sound.
func pickSound(v *presentation.View) (*shot, error) {
	if v == nil {
		return nil, errNothing
	}
	for _, s := range v.Streams {
		if s.Type != engine.Audio {
			continue
		}
		for _, t := range s.Tracks {
			if n := len(t.Fragments); n > 0 && t.Init != nil && t.Header != nil {
				f := &t.Fragments[n-1]
				return &shot{moment{v.Event, s.Name, t.Bitrate, f.Start}, t.Init, t, f, s.Timescale}, nil
			}
		}
	}
	return nil, errNoSound
}

// reel is a shot that was read: what goes on one track of a film.
type reel struct {
	init    *fmp4.TrackInit
	samples []fmp4.Sample
	data    []byte
}

// read reads the samples of a shot: the key frame alone, or all of the sound.
func (s *shot) read() (reel, error) {
	own, err := output.Samples(s.track, s.frag)
	if err != nil {
		return reel{}, err
	}
	r := reel{init: s.init, samples: own.Samples}
	size := own.PayloadSize
	if s.init.Type == string(engine.Video) {
		r.samples = own.Samples[:1]
		size = int64(own.Samples[0].Size)
		if size > maxPicture {
			return reel{}, errTooLarge
		}
	} else if size > maxSound || s.frag.DecodeLength.Duration(s.scale) > maxSpan {
		return reel{}, errTooLong
	}
	var b bytes.Buffer
	b.Grow(int(size))
	if _, err := s.frag.Media.WritePayload(&b, own.PayloadOffset, size); err != nil {
		return reel{}, err
	}
	r.data = b.Bytes()
	return r, nil
}
