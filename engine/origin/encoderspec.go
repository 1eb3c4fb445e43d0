package origin

import (
	"path"
	"slices"
	"strings"

	"pubpoint/engine"
	"pubpoint/engine/internal/encoder"
)

// ffmpegSpec is a spec in the words of package encoder.
func ffmpegSpec(s engine.EncoderSpec) encoder.Spec {
	spec := encoder.Spec{
		ID: s.ID, Point: s.Point, FPS: s.FPS, GOP: s.GOP, Method: encoder.OneProcess,
		Input: encoder.Input{Path: s.Input.Path, Loop: s.Input.Loop, NativeRate: true},
		Audio: encoder.AudioSpec{Bitrate: s.AudioBitrate},
	}
	switch s.Input.Kind {
	case engine.InputTestPattern:
		spec.Input = encoder.Input{Kind: encoder.TestPattern}
	case engine.InputFile:
		spec.Input.Kind = encoder.File
	}
	for _, r := range s.Video {
		spec.Video = append(spec.Video, encoder.Rung{Width: r.Width, Height: r.Height, Bitrate: r.Bitrate})
	}
	return spec.WithDefaults()
}

// streamOf is the stream id that an encoder posts, without extension.
func streamOf(s engine.EncoderSpec) string {
	id := encoder.StreamID(ffmpegSpec(s))
	return strings.TrimSuffix(id, path.Ext(id))
}

// status is one instant of the encoder; missing is why there is no ffmpeg.
func (s *supervised) status(missing string) engine.EncoderStatus {
	spec := s.spec
	spec.Video = slices.Clone(spec.Video)
	if s.run == nil && missing == "" { // ffmpeg was found after the encoder came; nobody has ordered it to run since
		return engine.EncoderStatus{Spec: spec, Stream: streamOf(s.spec), Order: engine.OrderStop, State: engine.EncoderIdle}
	}
	if s.run == nil {
		return engine.EncoderStatus{Spec: spec, Stream: streamOf(s.spec), Order: engine.OrderStop, State: engine.EncoderFailed, Reason: missing}
	}
	st := s.run.Status()
	out := engine.EncoderStatus{
		Spec: spec, Stream: streamOf(s.spec), Order: engine.OrderStop, State: encoderState(st.State), Reason: st.Failure, PID: st.PID, Since: st.Since,
		Began: st.Started, Restarts: st.Restarts, Stalled: st.Stalled, Command: st.Command,
		Progress: engine.EncoderProgress{
			At: st.Progress.At, Frame: max(0, st.Progress.Frame), FPS: max(0, st.Progress.FPS), Speed: max(0, st.Progress.Speed),
			OutTime: st.Progress.OutTime, Bitrate: float64(max(0, st.Progress.Bitrate)),
			Dropped: max(0, st.Progress.DropFrames), Doubled: max(0, st.Progress.DupFrames),
		},
	}
	if st.Ordered {
		out.Order = engine.OrderRun
	}
	if out.Reason == "" {
		out.Reason = st.LastExit
	}
	return out
}

func encoderState(s encoder.State) engine.EncoderState {
	switch s {
	case encoder.Starting:
		return engine.EncoderStarting
	case encoder.Running:
		return engine.EncoderRunning
	case encoder.Stopping:
		return engine.EncoderStopping
	case encoder.Waiting:
		return engine.EncoderWaiting
	case encoder.Failed:
		return engine.EncoderFailed
	}
	return engine.EncoderIdle
}

// stop orders an encoder not to run. One that was never launched does not run: that needs
// no ffmpeg.
func (f *fleet) stop(id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.encoders[id]
	if s == nil {
		return noEncoder(id)
	}
	if s.run != nil {
		s.run.Stop()
	}
	return nil
}
