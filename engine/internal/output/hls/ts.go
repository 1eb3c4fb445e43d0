package hls

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/Eyevinn/mp4ff/avc"

	"pubpoint/engine"
	"pubpoint/engine/internal/mpegts"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/presentation"
)

// packager is part of every tag. It changes when the same media would give other bytes.
const packager = "t1"

// clockRate is that of MPEG-TS, in Hz.
const clockRate = 90_000

// Class is Media.
func (segment) Class() output.Class { return output.Media }

// Render makes the segment. Kinds: Starting, Never, Gone, NotYet, Broken.
func (r segment) Render(_ context.Context, src presentation.Source) (*output.Object, error) {
	v := src.View()
	if v == nil {
		return nil, starting()
	}
	s := newShow(transport, v)
	if s == nil {
		return nil, starting()
	}
	stream, t := s.find(r.track)
	if t == nil || stream.Type == engine.Text {
		return nil, never("There is no such rendition; load the multivariant playlist again.")
	}
	f, err := output.Locate(v, t, r.at)
	if err != nil {
		return nil, err
	}
	i, ok := stream.FindSpan(f.Start)
	if !ok {
		if v.Live && f.Start >= stream.Edge() {
			return nil, &output.Error{Kind: output.NotYet, Text: "The segment is not listed yet; load the playlist again."}
		}
		return nil, never("The segment is none that the playlist lists.")
	}
	d := deskFrom(r.desks)
	if err := s.pack(d, stream, t, f, i); err != nil {
		d.clear()
		return nil, err
	}
	o := &output.Object{
		Type: "video/mp2t", Size: int64(len(d.segment)), Body: d,
		Tag: fmt.Sprintf("%s-%s-%d-%d-%s", v.Event, stream.Name, t.Bitrate, f.Start, packager),
	}
	if f.Arrived != 0 {
		o.Modified = time.Unix(0, f.Arrived)
	}
	return o, nil
}

// pack makes the bytes of a segment, on a desk.
func (s *show) pack(d *desk, stream *presentation.Stream, t *presentation.Track, f *presentation.Fragment, i int) error {
	span := stream.Spans[i]
	segment := &mpegts.Segment{Number: int64(span.Number)}
	size := int64(0)
	var err error
	if stream.Type == engine.Video {
		until, settled := s.sound(stream, span)
		if !settled {
			return &output.Error{Kind: output.NotYet, Text: "The sound of the segment is not there yet; load the playlist again."}
		}
		if segment.Video, err = d.video(t, f); err != nil {
			return err
		}
		size += f.Size
		if audio, track := s.soundtrack(); track != nil {
			segment.Audio, err = s.frames(d, track, interval(stream, audio, i), until)
		}
	} else {
		if segment.Audio, err = newAudio(t); err == nil {
			err = d.appendFrames(segment.Audio, t, f, [2]engine.Ticks{math.MinInt64, math.MaxInt64})
		}
	}
	if err != nil {
		return err
	}
	if segment.Audio != nil {
		for i := range segment.Audio.Frames {
			size += int64(len(segment.Audio.Frames[i].Data)) + 16
		}
	}
	d.segment = d.packer.Append(slices.Grow(d.segment, int(size+size/16+16_384)), segment)
	return nil
}

// interval is the time of a span of video in the ticks of its audio. The first span of an event
// has all audio before it as well, and what is heard between two that all but touch is part of
// the second.
func interval(video, audio *presentation.Stream, i int) [2]engine.Ticks {
	span := video.Spans[i]
	start := span.Start
	if i > 0 && video.Spans[i-1].Jumps == span.Jumps {
		start = video.Spans[i-1].End()
	}
	from := start.Rescale(video.Timescale, audio.Timescale)
	if span.Number == 0 {
		from = math.MinInt64
	}
	return [2]engine.Ticks{from, span.End().Rescale(video.Timescale, audio.Timescale)}
}

// video reads the samples of a fragment of video.
func (d *desk) video(t *presentation.Track, f *presentation.Fragment) (*mpegts.Video, error) {
	samples, err := output.Samples(t, f)
	if err != nil {
		return nil, err
	}
	payload, err := d.read(f, samples.PayloadOffset, samples.PayloadSize)
	if err != nil {
		return nil, err
	}
	scale := t.Init.Timescale
	shift := reordering(t, samples.Samples[0].Duration)
	v := &mpegts.Video{ParameterSets: t.Init.CodecPrivate, Pictures: slices.Grow(d.pictures, len(samples.Samples))}
	at := engine.Ticks(samples.DecodeStart)
	for _, x := range samples.Samples {
		p := mpegts.Sample{Data: payload[:x.Size], Key: x.Sync()}
		payload = payload[x.Size:]
		p.PTS = int64((at + engine.Ticks(x.CTO)).Rescale(scale, clockRate))
		p.DTS = min(int64((at-shift).Rescale(scale, clockRate)), p.PTS)
		v.Pictures = append(v.Pictures, p)
		at += engine.Ticks(x.Duration)
	}
	d.pictures = v.Pictures
	return v, nil
}

// newAudio is the audio of a track before it has frames.
func newAudio(t *presentation.Track) (*mpegts.Audio, error) {
	a := &mpegts.Audio{Codec: mpegts.AAC}
	switch t.Init.SampleEntry {
	case "ac-3":
		a.Codec = mpegts.AC3
	case "ec-3":
		a.Codec = mpegts.EAC3
	default:
		var err error
		if a.Header, err = mpegts.ParseADTS(t.Init.Config); err != nil {
			return nil, &output.Error{Kind: output.Broken, Text: "The audio cannot be carried in MPEG-TS; play the CMAF playlist instead.", Err: err}
		}
	}
	return a, nil
}

// frames reads the audio that is heard from one time to another, as far as it arrived in time;
// nil when there is none.
func (s *show) frames(d *desk, t *presentation.Track, span [2]engine.Ticks, until int64) (*mpegts.Audio, error) {
	a, err := newAudio(t)
	if err != nil {
		return nil, err
	}
	first, _ := slices.BinarySearchFunc(t.Fragments, span[0], func(f presentation.Fragment, from engine.Ticks) int {
		if f.End() <= from {
			return -1
		}
		return 1
	})
	for i := first; i < len(t.Fragments) && t.Fragments[i].Start < span[1]; i++ {
		if f := &t.Fragments[i]; f.Arrived <= until {
			if err := d.appendFrames(a, t, f, span); err != nil {
				return nil, err
			}
		}
	}
	if len(a.Frames) == 0 {
		return nil, nil
	}
	return a, nil
}

// appendFrames adds the frames of a fragment that begin within a span.
func (d *desk) appendFrames(a *mpegts.Audio, t *presentation.Track, f *presentation.Fragment, span [2]engine.Ticks) error {
	samples, err := output.Samples(t, f)
	if err != nil {
		return err
	}
	payload, err := d.read(f, samples.PayloadOffset, samples.PayloadSize)
	if err != nil {
		return err
	}
	at := engine.Ticks(samples.DecodeStart)
	for _, x := range samples.Samples {
		if at >= span[0] && at < span[1] && at+engine.Ticks(x.Duration) > f.Start {
			clock := int64(at.Rescale(t.Init.Timescale, clockRate))
			a.Frames = append(a.Frames, mpegts.Sample{Data: payload[:x.Size], PTS: clock, DTS: clock, Key: true})
		}
		payload = payload[x.Size:]
		at += engine.Ticks(x.Duration)
	}
	return nil
}

// read loads a section of a fragment's payload.
func read(f *presentation.Fragment, off, n int64) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(int(n))
	if _, err := f.Media.WritePayload(&b, off, n); err != nil {
		return nil, &output.Error{Kind: output.Broken, Text: fmt.Sprintf("The fragment at %d cannot be read; see the server's log.", f.Start), Err: err}
	}
	return b.Bytes(), nil
}

// reordering is by how much pictures are decoded before they are shown, at most: a transport
// stream cannot say that one is decoded after it is shown, as encoders have it in MP4. It is the
// same for all fragments of a track, by its sequence parameter set.
func reordering(t *presentation.Track, frame uint32) engine.Ticks {
	_, sps, ok := bytes.Cut(t.Init.CodecPrivate, []byte{0, 0, 0, 1})
	if !ok {
		return 0
	}
	sps, _, _ = bytes.Cut(sps, []byte{0, 0, 0, 1})
	p, err := avc.ParseSPSNALUnit(sps, true)
	const baseline = 66
	if err != nil || p.Profile == baseline {
		return 0
	}
	depth := min(engine.Ticks(p.NumRefFrames), 4)
	length := engine.Ticks(frame)
	if p.VUI != nil {
		if p.VUI.BitstreamRestrictionFlag {
			depth = engine.Ticks(p.VUI.MaxNumReorderFrames)
		}
		if n, d := p.VUI.NumUnitsInTick, p.VUI.TimeScale; p.VUI.TimingInfoPresentFlag && n > 0 && d >= n && d/n <= 600 {
			length = engine.Ticks(2*uint64(n)*uint64(t.Init.Timescale)/uint64(d)) + 1
		}
	}
	return depth * length
}
