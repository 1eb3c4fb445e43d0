package origin

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"pubpoint/engine"
	"pubpoint/engine/internal/encoder"
)

// ffmpegSpec is a spec in the words of package encoder. The error is a sentence about a word
// that is none of ours.
func ffmpegSpec(s engine.EncoderSpec) (encoder.Spec, error) {
	spec := encoder.Spec{
		ID: s.ID, Point: s.Point, FPS: s.FPS, GOP: s.GOP, Preset: s.Preset, Copy: s.Copy, MaxRestarts: s.MaxRestarts,
		Audio: encoder.AudioSpec{Bitrate: s.AudioBitrate},
	}
	if s.Method < 0 || s.Method > 2 {
		return spec, fmt.Errorf("sending method %d is not known: choose 1, one process for each rung, or 2, one process for all tracks", s.Method)
	}
	spec.Method = encoder.Method(s.Method)
	in := s.Input
	switch in.Kind {
	case engine.InputTestPattern:
		spec.Input = encoder.Input{Kind: encoder.TestPattern}
	case engine.InputFile:
		spec.Input = encoder.Input{Kind: encoder.File, Path: in.Path, Loop: in.Loop, NativeRate: !in.Fast}
	case engine.InputDevice:
		spec.Input = encoder.Input{Kind: encoder.Device, Device: in.Device, Sound: in.Sound}
	case engine.InputScreen:
		spec.Input = encoder.Input{Kind: encoder.Screen, Device: in.Device, Sound: in.Sound}
	case engine.InputNetwork:
		spec.Input = encoder.Input{Kind: encoder.Network, URL: in.URL, Listen: in.Listen}
	case engine.InputCustom:
		spec.Input = encoder.Input{Kind: encoder.Custom, Args: slices.Clone(in.Args)}
	}
	switch s.Restart {
	case "":
	case engine.RestartAlways:
		spec.Restart = encoder.RestartAlways
	case engine.RestartOnFailure:
		spec.Restart = encoder.RestartOnFailure
	case engine.RestartNever:
		spec.Restart = encoder.RestartNever
	default:
		return spec, fmt.Errorf("there is no restart policy %q: choose always, on-failure or never", s.Restart)
	}
	for _, r := range s.Video {
		spec.Video = append(spec.Video, encoder.Rung{Width: r.Width, Height: r.Height, Bitrate: r.Bitrate})
	}
	return spec.WithDefaults(), nil
}

func cloneSpec(s engine.EncoderSpec) engine.EncoderSpec {
	s.Video, s.Input.Args = slices.Clone(s.Video), slices.Clone(s.Input.Args)
	return s
}

// streamID is the stream id that a process posts, without extension.
func streamID(s encoder.Spec) string {
	id := encoder.StreamID(s)
	return strings.TrimSuffix(id, path.Ext(id))
}

// streamOf is the stream id that an encoder posts, the first of several.
func streamOf(s engine.EncoderSpec) string {
	spec, err := ffmpegSpec(s)
	if err != nil {
		return "" // not reached: a spec of the fleet was looked at
	}
	return streamID(encoder.Parts(spec)[0])
}

// status is one instant of the encoder; missing is why there is no ffmpeg.
func (s *supervised) status(missing string) engine.EncoderStatus {
	out := engine.EncoderStatus{Spec: cloneSpec(s.spec), Stream: streamOf(s.spec), Order: engine.OrderStop, State: engine.EncoderIdle}
	if s.parts == nil { // when ffmpeg was found after the encoder came, nobody has ordered it to run since
		if missing != "" {
			out.State, out.Reason = engine.EncoderFailed, missing
		}
		return out
	}
	all := make([]encoder.Status, len(s.parts))
	worst := 0
	for i, p := range s.parts {
		all[i] = p.run.Status()
		if rank(all[i]) > rank(all[worst]) {
			worst = i
		}
	}
	s.tell(&out, all, worst)
	if s.before != nil {
		select {
		case <-s.before:
		default: // what this one replaces has not ended yet
			out.State = engine.EncoderStopping
		}
	}
	return out
}

// tell fills in what the processes do; the worst speaks for all.
func (s *supervised) tell(out *engine.EncoderStatus, all []encoder.Status, worst int) {
	w := all[worst]
	out.State, out.Reason, out.PID, out.Since, out.Began = encoderState(w.State), reasonOf(w), w.PID, w.Since, w.Started
	out.Progress = progressOf(w.Progress)
	commands := make([]string, len(all))
	for i, st := range all {
		if st.Ordered {
			out.Order = engine.OrderRun
		}
		out.Stalled = out.Stalled || st.Stalled
		out.CPU += st.CPU
		out.Memory += st.Memory
		out.Restarts += st.Restarts
		commands[i] = st.Command
		if len(all) > 1 {
			out.Processes = append(out.Processes, engine.EncoderProcess{
				Stream: s.parts[i].stream, State: encoderState(st.State), Reason: reasonOf(st), PID: st.PID,
				Restarts: st.Restarts, Stalled: st.Stalled, Command: st.Command, Progress: progressOf(st.Progress),
			})
		}
	}
	out.Command = strings.Join(commands, " &\n")
}

// rank orders states from good to bad: one process that is worse off speaks for its encoder.
func rank(st encoder.Status) int {
	order := []encoder.State{encoder.Idle, encoder.Running, encoder.Starting, encoder.Stopping, encoder.Waiting, encoder.Failed}
	at := 2 * slices.Index(order, st.State)
	if st.Stalled {
		at++
	}
	return at
}

func reasonOf(st encoder.Status) string {
	if st.Failure != "" {
		return st.Failure
	}
	return st.LastExit
}

func progressOf(p encoder.Progress) engine.EncoderProgress {
	return engine.EncoderProgress{
		At: p.At, Frame: max(0, p.Frame), FPS: max(0, p.FPS), Speed: max(0, p.Speed),
		OutTime: p.OutTime, Bitrate: float64(max(0, p.Bitrate)),
		Dropped: max(0, p.DropFrames), Doubled: max(0, p.DupFrames),
	}
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
