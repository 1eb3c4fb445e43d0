package outputtest

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

//go:embed testdata/*.ismv testdata/*.mp4
var vectors embed.FS

// FromVector reads one of the files in testdata as an event that has ended, with a
// look-ahead of 2.
func FromVector(name string) (*presentation.View, error) {
	file, err := vectors.ReadFile("testdata/" + name)
	if err != nil {
		return nil, err
	}
	b := builder{view: ended(name)}
	if err := b.read(file); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	b.finish()
	return b.view, nil
}

// ended is an ended event without streams.
func ended(name string) *presentation.View {
	began := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	return &presentation.View{
		Point: "test/" + name, Event: "20260504T120000Z", LookAhead: 2,
		Version: 1 << 20, Changed: began.Add(time.Hour), ZeroTime: began,
	}
}

// builder makes a view of a stream's boxes.
type builder struct {
	view   *presentation.View
	header *fmp4.Init
	raw    []byte // as received
	tracks map[uint32]*presentation.Track
}

func (b *builder) read(file []byte) error {
	in := fmp4.NewReader(bytes.NewReader(file), fmp4.DefaultLimits())
	var ftyp, moof []byte
	var at int64
	for {
		box, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		whole, err := in.Bytes(0)
		if err != nil {
			return err
		}
		if b.header == nil {
			b.raw = append(b.raw, whole...)
		}
		switch box.Type {
		case "ftyp":
			ftyp = whole
		case "moov":
			if b.header, err = fmp4.ParseInit(ftyp, whole, fmp4.DefaultLimits()); err != nil {
				return err
			}
			b.addTracks()
		case "moof":
			moof, at = whole, box.Offset
		case "mdat":
			if err := b.addFragments(moof, at, whole[box.HeaderSize:]); err != nil {
				return err
			}
		}
	}
}

// addTracks makes streams of the header's tracks: video first, then audio by language.
func (b *builder) addTracks() {
	b.tracks = map[uint32]*presentation.Track{}
	languages := map[string]bool{}
	for i := range b.header.Tracks {
		if t := &b.header.Tracks[i]; t.Type == "audio" {
			languages[t.Language] = true
		}
	}
	for i := range b.header.Tracks {
		init := &b.header.Tracks[i]
		name := init.Type
		if init.Type == "audio" && len(languages) > 1 {
			name += "_" + init.Language
		}
		s := b.view.Stream(name)
		if s == nil {
			s = &presentation.Stream{
				Name: name, Type: engine.MediaType(init.Type), Language: init.Language, Timescale: init.Timescale,
			}
			b.view.Streams = append(b.view.Streams, s)
		}
		t := &presentation.Track{
			Bitrate: bitrate(s, init), Source: "capture", Header: b.header, Raw: b.raw, Init: init, Ended: true,
		}
		s.Tracks = append(s.Tracks, t)
		b.tracks[init.ID] = t
	}
}

// bitrate is a nominal bitrate that is unique within s.
func bitrate(s *presentation.Stream, init *fmp4.TrackInit) int {
	rate := max(int(init.Bitrate), 1000)
	for s.Track(rate) != nil {
		rate++
	}
	return rate
}

func (b *builder) addFragments(moof []byte, at int64, payload []byte) error {
	parts, err := fmp4.ParseMoof(moof, b.header, fmp4.DefaultLimits(), fmp4.Position{Moof: at})
	if err != nil {
		return err
	}
	media := &memory{moof: moof, payload: payload}
	for _, p := range parts {
		f := presentation.Fragment{
			Start: engine.Ticks(p.Start), Duration: engine.Ticks(p.Duration),
			Decode: engine.Ticks(p.DecodeStart), DecodeLength: engine.Ticks(p.Duration),
			Sync: p.Sync, Size: int64(len(moof) + 8 + len(payload)),
			Media: media,
		}
		if p.HasTfxd {
			f.Duration = engine.Ticks(p.TfxdDuration)
		}
		if cut, ticks, _ := p.TrimNegative(); cut > 0 || ticks > 0 {
			f.DecodeLength += f.Decode
			f.Duration += f.Start
			f.Start, f.Decode = 0, 0
		}
		b.add(b.tracks[p.TrackID], f)
	}
	return nil
}

// add appends a fragment that arrives as soon as it is over.
func (b *builder) add(t *presentation.Track, f presentation.Fragment) {
	f.Arrived = b.view.ZeroTime.Add(f.End().Duration(t.Init.Timescale)).UnixNano()
	t.Fragments = append(t.Fragments, f)
}

// finish orders streams and tracks as the index does and draws the timelines.
func (b *builder) finish() {
	slices.SortStableFunc(b.view.Streams, func(x, y *presentation.Stream) int {
		return rank(x.Type) - rank(y.Type)
	})
	for _, s := range b.view.Streams {
		slices.SortFunc(s.Tracks, func(x, y *presentation.Track) int { return x.Bitrate - y.Bitrate })
		for _, f := range s.Tracks[0].Fragments {
			s.Spans = append(s.Spans, presentation.Span{Start: f.Start, Duration: f.Duration})
		}
		number(s)
	}
}

// number counts the spans of a stream as the index does.
func number(s *presentation.Stream) {
	var jumps uint16
	for i := range s.Spans {
		p := &s.Spans[i]
		if i > 0 && (p.Discontinuity || p.Start > s.Spans[i-1].End()+engine.Ticks(s.Timescale/10)) {
			jumps++
		}
		p.Number, p.Jumps = uint32(i), jumps
		s.Longest = max(s.Longest, p.Duration)
	}
}

func rank(t engine.MediaType) int {
	switch t {
	case engine.Video:
		return 0
	case engine.Audio:
		return 1
	}
	return 2
}

// tag names a stream, a quality level and a time for failures.
func tag(s *presentation.Stream, t *presentation.Track, at engine.Ticks) string {
	return s.Name + "/" + strconv.Itoa(t.Bitrate) + "@" + strconv.FormatInt(int64(at), 10)
}
