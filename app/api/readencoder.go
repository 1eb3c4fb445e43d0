package api

import (
	"time"

	"pubpoint/engine"
)

func (e encoder) status() engine.EncoderStatus {
	s := e.encoderSpec
	return engine.EncoderStatus{
		Spec: engine.EncoderSpec{ID: s.ID, Point: s.Point, Input: s.Input, Video: s.Video, AudioBitrate: s.AudioBitrate, FPS: s.FPS, GOP: span(s.GOP),
			Method: s.Method, Copy: s.Copy, Preset: s.Preset, Restart: engine.RestartPolicy(s.Restart), MaxRestarts: s.MaxRestarts},
		Stream: e.Stream, Order: engine.Order(e.Order), State: engine.EncoderState(e.State), Reason: e.Reason, PID: e.PID, Since: e.Since,
		Began: e.Began, Restarts: e.Restarts, Stalled: e.Stalled, Command: e.Command, Progress: e.Progress.progress(), CPU: e.CPU, Memory: e.Memory,
		Processes: list(e.Processes, encoderProcess.status),
	}
}

func (p encoderProcess) status() engine.EncoderProcess {
	return engine.EncoderProcess{Stream: p.Stream, State: engine.EncoderState(p.State), Reason: p.Reason, PID: p.PID, Restarts: p.Restarts,
		Stalled: p.Stalled, Command: p.Command, Progress: p.Progress.progress()}
}

func (p progress) progress() engine.EncoderProgress {
	return engine.EncoderProgress{At: p.At, Frame: p.Frame, FPS: p.FPS, Speed: p.Speed, OutTime: span(p.OutTime), Bitrate: p.Bitrate,
		Dropped: p.Dropped, Doubled: p.Doubled}
}

// EncoderBody is what PATCH /encoders/{id} and POST /encoders/command take.
func EncoderBody(s engine.EncoderSpec) any { return encoderSpecOf(s) }

// NewEncoderBody is what POST /encoders takes.
func NewEncoderBody(s engine.EncoderSpec, start bool) any {
	return struct {
		encoderSpec
		Start bool `json:"start"`
	}{encoderSpecOf(s), start}
}

// TrialBody is what POST /encoders/try takes.
func TrialBody(s engine.EncoderSpec, length time.Duration) any {
	return struct {
		encoderSpec
		Length float64 `json:"length_seconds"`
	}{encoderSpecOf(s), length.Seconds()}
}

// ReadLog reads the answer to GET /encoders/{id}/log.
func ReadLog(body []byte) ([]engine.LogLine, error) {
	var in struct {
		Lines []logLine `json:"lines"`
	}
	err := read(body, &in)
	return list(in.Lines, func(l logLine) engine.LogLine { return engine.LogLine(l) }), err
}

// ReadDevices reads the answer to GET /encoders/devices.
func ReadDevices(body []byte) ([]engine.CaptureDevice, error) {
	var in struct {
		Devices []device `json:"devices"`
	}
	err := read(body, &in)
	return list(in.Devices, func(d device) engine.CaptureDevice {
		return engine.CaptureDevice{Kind: engine.DeviceKind(d.Kind), ID: d.ID, Label: d.Label}
	}), err
}

// ReadProbe reads the answer to POST /encoders/probe.
func ReadProbe(body []byte) (engine.InputProbe, error) {
	var in inputProbe
	err := read(body, &in)
	return engine.InputProbe{Format: in.Format, Duration: span(in.Duration), Bitrate: in.Bitrate, Copies: in.Copies, Why: in.Why,
		Streams: list(in.Streams, func(s inputStream) engine.InputStream {
			return engine.InputStream{Type: engine.MediaType(s.Type), Codec: s.Codec, Profile: s.Profile, Bitrate: s.Bitrate, Width: s.Width,
				Height: s.Height, FPS: s.FPS, SamplingRate: s.SamplingRate, Channels: s.Channels, Language: s.Language}
		})}, err
}

// ReadTrial reads the answer to POST /encoders/try.
func ReadTrial(body []byte) (engine.EncoderTrial, error) {
	var in trial
	err := read(body, &in)
	return engine.EncoderTrial{Took: span(in.Took), Speed: in.Speed, FPS: in.FPS, CPU: in.CPU, OK: in.OK, Text: in.Text, Action: in.Action, Log: in.Log}, err
}
