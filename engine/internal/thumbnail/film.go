package thumbnail

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/Eyevinn/mp4ff/bits"
	"github.com/Eyevinn/mp4ff/mp4"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
)

// film puts reels side by side into one MP4, each on the track of its place, counted from 1.
func film(reels []reel) ([]byte, error) {
	header := mp4.CreateEmptyInit()
	var ids []uint32
	for i, r := range reels {
		trak := header.AddEmptyTrack(r.init.Timescale, r.init.Type, "und")
		trak.Tkhd.Width, trak.Tkhd.Height = mp4.Fixed32(r.init.DisplayWidth<<16), mp4.Fixed32(r.init.DisplayHeight<<16)
		entry, err := mp4.DecodeBoxSR(0, bits.NewFixedSliceReader(r.init.Entry))
		if err != nil {
			return nil, fmt.Errorf("read the sample entry of track %d: %w", i+1, err)
		}
		trak.Mdia.Minf.Stbl.Stsd.AddChild(entry)
		ids = append(ids, uint32(i+1))
	}
	fragment, err := mp4.CreateMultiTrackFragment(1, ids)
	if err != nil {
		return nil, fmt.Errorf("make a film: %w", err)
	}
	for i, r := range reels {
		if err := wind(fragment, ids[i], r); err != nil {
			return nil, fmt.Errorf("put track %d on a film: %w", i+1, err)
		}
	}
	var b bytes.Buffer
	if err := header.Encode(&b); err != nil {
		return nil, fmt.Errorf("write the header of a film: %w", err)
	}
	if err := fragment.Encode(&b); err != nil {
		return nil, fmt.Errorf("write a film: %w", err)
	}
	return b.Bytes(), nil
}

// wind puts the samples of a reel on a track, one behind the other from time zero on.
func wind(fragment *mp4.Fragment, id uint32, r reel) error {
	var at uint64
	data := r.data
	for _, s := range r.samples {
		n := int(s.Size)
		if n > len(data) {
			return fmt.Errorf("a sample of %d bytes is longer than what is left, %d", n, len(data))
		}
		one := mp4.FullSample{Sample: mp4.NewSample(fmp4.FlagsSync, s.Duration, s.Size, 0), DecodeTime: at, Data: data[:n]}
		if err := fragment.AddFullSampleToTrack(one, id); err != nil {
			return err
		}
		at += uint64(s.Duration)
		data = data[n:]
	}
	return nil
}

// frame is the size of the picture that is made of a track.
func frame(t *fmp4.TrackInit) (w, h int) {
	w, h = t.DisplayWidth, t.DisplayHeight
	if w <= 0 || h <= 0 {
		w, h = max(1, t.Width), max(1, t.Height)
	}
	even := func(n int) int { return max(16, min(width, n)) &^ 1 }
	if w >= h {
		return width, even(h * width / w)
	}
	return even(w * width / h), width
}

// arguments are those of the ffmpeg that develops a film of such reels. Pictures and sounds come
// out on tracks in the order of the reels.
func arguments(reels []reel) []string {
	args := []string{"-hide_banner", "-nostats", "-loglevel", "error", "-threads", "1", "-filter_threads", "1", "-protocol_whitelist", "pipe",
		"-f", "mp4", "-i", "pipe:0", "-threads", "1", "-c:v", "mjpeg", "-q:v", "4", "-c:a", "pcm_s16le"}
	pictures, sounds := 0, 0
	for i, r := range reels {
		args = append(args, "-map", "0:"+strconv.Itoa(i))
		if r.init.Type == string(engine.Video) {
			w, h := frame(r.init)
			n := strconv.Itoa(pictures)
			args = append(args, "-filter:v:"+n, fmt.Sprintf("scale=%d:%d,setsar=1", w, h))
			pictures++
			continue
		}
		// Parametric stereo is told as mono, and would come out as stereo.
		args = append(args, "-ac:a:"+strconv.Itoa(sounds), strconv.Itoa(max(1, r.init.Channels)))
		sounds++
	}
	return append(args, "-movflags", "empty_moov+default_base_moof", "-frag_duration", "60000000", "-f", "mov", "pipe:1")
}
