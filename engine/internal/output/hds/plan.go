package hds

import (
	"fmt"
	"math"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/presentation"
)

// tag is one FLV tag of a sample. Times are milliseconds of the event.
type tag struct {
	offset int64 // of the sample in its payload
	time   int64 // decode time; of sound when it is heard
	size   uint32
	ahead  int32  // from decode time to when a picture is shown
	media  uint16 // index in plan.media
	kind   tagKind
}

// tagKind is what a tag carries, and the first byte of its data.
type tagKind byte

const (
	keyPicture tagKind = 0x17 // AVC, key frame
	picture    tagKind = 0x27 // AVC, inter frame
	voice      tagKind = 0xaf // AAC, and flags that AAC does not use
)

// plan is a fragment before its bytes are put together.
type plan struct {
	pictureSetup, voiceSetup []byte // avcC and AudioSpecificConfig; empty without
	setupTime                int64
	tags                     []tag
	media                    []presentation.Media
	keys                     int   // tags of kind keyPicture
	payload                  int64 // bytes of all tags of samples
	newest                   int64 // when the last of it arrived, in ns since 1970
}

// plan lays out the fragment of a step.
func (p *playing) plan(s step) (*plan, error) {
	out := &plan{setupTime: p.since(s.start)}
	var pictures, voices []tag
	var err error
	track := p.sound
	if video(p.lead) {
		out.pictureSetup = parameterSets(p.lead.Init)
		if pictures, err = p.pictures(out, s); err != nil {
			return nil, err
		}
	} else {
		track = p.lead
	}
	if track != nil {
		out.voiceSetup = track.Init.CodecPrivate
		if voices, err = p.voiceTags(out, track, s); err != nil {
			return nil, err
		}
	}
	out.tags = merge(pictures, voices)
	if len(out.tags) > 0 {
		out.setupTime = out.tags[0].time
	}
	return out, out.measure(s)
}

// pictures returns the tags of what the rendition's track has in a step, in decode order.
func (p *playing) pictures(out *plan, s step) ([]tag, error) {
	var tags []tag
	delay := reordering(p.lead.Init)
	scale := p.stream.Timescale
	for i := range s.spans {
		f, ok := p.fragment(p.lead, s.first+i)
		if !ok {
			continue
		}
		samples, err := out.add(p.lead, f)
		if err != nil {
			return nil, err
		}
		if tags == nil {
			tags = make([]tag, 0, len(s.spans)*(len(samples.Samples)+1))
		}
		at, offset := engine.Ticks(samples.DecodeStart), samples.PayloadOffset
		for _, one := range samples.Samples {
			shown := p.since(millis(at+engine.Ticks(one.CTO), scale))
			// An encoder that reorders more than it says still gets no negative offsets.
			decoded := min(p.since(millis(at-delay, scale)), shown)
			t := tag{offset: offset, time: decoded, size: one.Size, ahead: int32(shown - decoded), media: out.last(), kind: picture}
			if one.Sync() {
				t.kind = keyPicture
				out.keys++
			}
			tags = append(tags, t)
			at += engine.Ticks(one.Duration)
			offset += int64(one.Size)
		}
	}
	return tags, nil
}

// voiceTags returns the tags of the sound from the start of a step up to its end.
func (p *playing) voiceTags(out *plan, track *presentation.Track, s step) ([]tag, error) {
	if s.end <= s.start {
		return nil, nil
	}
	var tags []tag
	found, scale := voices(track, s.start, s.end), track.Init.Timescale
	for i := range found {
		samples, err := out.add(track, &found[i])
		if err != nil {
			return nil, err
		}
		if tags == nil {
			tags = make([]tag, 0, len(found)*(len(samples.Samples)+1))
		}
		at, offset := engine.Ticks(samples.DecodeStart), samples.PayloadOffset
		for _, one := range samples.Samples {
			if heard := millis(at+engine.Ticks(one.CTO), scale); heard >= s.start && heard < s.end && at >= 0 {
				tags = append(tags, tag{offset: offset, time: p.since(heard), size: one.Size, media: out.last(), kind: voice})
			}
			at += engine.Ticks(one.Duration)
			offset += int64(one.Size)
		}
	}
	return tags, nil
}

// add makes a fragment's media part of the plan and reads its samples.
func (out *plan) add(t *presentation.Track, f *presentation.Fragment) (*fmp4.Fragment, error) {
	samples, err := output.Samples(t, f)
	if err != nil {
		return nil, err
	}
	if len(out.media) > math.MaxUint16 {
		return nil, &output.Error{Kind: output.Broken, Text: fmt.Sprintf("Too much begins at %d to be served as one fragment.", f.Start)}
	}
	out.media = append(out.media, f.Media)
	out.newest = max(out.newest, f.Arrived)
	return samples, nil
}

// last is the index of the media that was added last.
func (out *plan) last() uint16 { return uint16(len(out.media) - 1) }

// merge puts pictures and sound in the order of their times; pictures first.
func merge(pictures, voices []tag) []tag {
	if len(pictures) == 0 || len(voices) == 0 {
		return append(pictures, voices...)
	}
	all := make([]tag, 0, len(pictures)+len(voices))
	for len(pictures) > 0 && len(voices) > 0 {
		if pictures[0].time <= voices[0].time {
			all, pictures = append(all, pictures[0]), pictures[1:]
		} else {
			all, voices = append(all, voices[0]), voices[1:]
		}
	}
	return append(append(all, pictures...), voices...)
}

// measure adds up the tags. FLV has 24 bits for the size of one, and the box 32.
func (out *plan) measure(s step) error {
	for i := range out.tags {
		t := &out.tags[i]
		if t.size > 1<<24-1-pictureHeader {
			return tooLarge(s)
		}
		out.payload += t.bytes()
	}
	if out.size() > math.MaxUint32 {
		return tooLarge(s)
	}
	return nil
}

func tooLarge(s step) error {
	return &output.Error{Kind: output.Broken, Text: fmt.Sprintf("Fragment %d is too large to be served as FLV.", s.number)}
}

// arrived is when the last of the fragment arrived.
func (out *plan) arrived() time.Time {
	if out.newest == 0 {
		return time.Time{}
	}
	return time.Unix(0, out.newest)
}
