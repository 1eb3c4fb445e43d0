package remote

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"time"

	"pubpoint/app/api"
	"pubpoint/engine"
)

// Encoders returns every supervised encoder as it was last told, ordered by id. It returns at once.
func (e *Engine) Encoders() []engine.EncoderStatus {
	return current(e, func(s *api.Snapshot, asOf time.Time) []engine.EncoderStatus {
		all := slices.Clone(s.Encoders)
		for i := range all {
			all[i].Spec = copyOf(all[i].Spec)
			all[i].Processes = slices.Clone(all[i].Processes)
			all[i].AsOf = asOf
		}
		return all
	})
}

func copyOf(s engine.EncoderSpec) engine.EncoderSpec {
	s.Video, s.Input.Args = slices.Clone(s.Video), slices.Clone(s.Input.Args)
	return s
}

// Tool tells which ffmpeg is used over there. It returns at once.
func (e *Engine) Tool() engine.ToolStatus {
	return current(e, func(s *api.Snapshot, _ time.Time) engine.ToolStatus { return s.Tool })
}

// Unresumed are encoders that wait for a word since the last end of the program over there.
func (e *Engine) Unresumed() []engine.EncoderSpec {
	return current(e, func(s *api.Snapshot, asOf time.Time) []engine.EncoderSpec {
		if !asOf.IsZero() {
			return nil // nobody could carry the answer out now
		}
		all := slices.Clone(s.Unresumed)
		for i := range all {
			all[i] = copyOf(all[i])
		}
		return all
	})
}

// Resume starts them all.
func (e *Engine) Resume(ctx context.Context) error { return e.decide(ctx, true) }

// DeclineResume leaves them stopped.
func (e *Engine) DeclineResume(ctx context.Context) error { return e.decide(ctx, false) }

func (e *Engine) decide(ctx context.Context, start bool) error {
	_, err := e.order(ctx, question{op: "resume", method: http.MethodPost, path: []string{"resume"}, body: map[string]bool{"start": start}})
	return err
}

// AddEncoder records an encoder and, with start, launches it. One that was recorded and cannot be
// started is told with its id and the error.
func (e *Engine) AddEncoder(ctx context.Context, spec engine.EncoderSpec, start bool) (string, error) {
	a, err := e.order(ctx, question{op: "add encoder", method: http.MethodPost, path: []string{"encoders"}, body: api.NewEncoderBody(spec, start)})
	id, bad := url.PathUnescape(path.Base(a.header.Get("Location")))
	if bad != nil || a.header.Get("Location") == "" {
		id = ""
	}
	return id, err
}

// UpdateEncoder changes what an encoder is.
func (e *Engine) UpdateEncoder(ctx context.Context, spec engine.EncoderSpec) error {
	_, err := e.order(ctx, question{op: "change encoder", method: http.MethodPatch, path: []string{"encoders", spec.ID}, body: api.EncoderBody(spec)})
	return err
}

// RemoveEncoder stops an encoder and forgets it.
func (e *Engine) RemoveEncoder(ctx context.Context, id string) error {
	_, err := e.order(ctx, question{op: "remove encoder", method: http.MethodDelete, path: []string{"encoders", id}})
	return err
}

// StartEncoder orders an encoder to run.
func (e *Engine) StartEncoder(ctx context.Context, id string) error {
	return e.orderEncoder(ctx, id, "start")
}

// StopEncoder orders an encoder to stop.
func (e *Engine) StopEncoder(ctx context.Context, id string) error {
	return e.orderEncoder(ctx, id, "stop")
}

// RestartEncoder ends its process and starts it again.
func (e *Engine) RestartEncoder(ctx context.Context, id string) error {
	return e.orderEncoder(ctx, id, "restart")
}

func (e *Engine) orderEncoder(ctx context.Context, id, order string) error {
	_, err := e.order(ctx, question{op: order + " encoder", method: http.MethodPost, path: []string{"encoders", id, order}})
	return err
}

// EncoderLog returns lines with a Seq greater than after, about half a second old.
func (e *Engine) EncoderLog(id string, after int64) ([]engine.LogLine, error) {
	exact := strconv.FormatInt(after, 10)
	lines, err := lookUp(e, "log "+id, exact, 400*time.Millisecond, 0, func(ctx context.Context) ([]engine.LogLine, error) {
		a, err := e.ask(ctx, question{op: "read log", method: http.MethodGet, path: []string{"encoders", id, "log"}, query: url.Values{"after": {exact}}})
		if err != nil {
			return nil, err
		}
		return api.ReadLog(a.body)
	})
	// What is known may be the answer to an earlier question.
	first := slices.IndexFunc(lines, func(l engine.LogLine) bool { return l.Seq > after })
	if first < 0 {
		return nil, err
	}
	return slices.Clone(lines[first:]), err
}

// EncoderCommand is the exact command line of a spec over there.
func (e *Engine) EncoderCommand(spec engine.EncoderSpec) (string, error) {
	body := api.EncoderBody(spec)
	key, err := json.Marshal(body)
	if err != nil {
		return "", &engine.Error{Op: "encoder command", Kind: engine.BadInput, Err: err, Text: "This encoder cannot be written down: " + err.Error() + "."}
	}
	return lookUp(e, "command "+string(key), "", 10*time.Minute, time.Second, func(ctx context.Context) (string, error) {
		a, err := e.ask(ctx, question{op: "encoder command", method: http.MethodPost, path: []string{"encoders", "command"}, body: body})
		if err != nil {
			return "", err
		}
		return api.ReadWord(a.body, "command")
	})
}

// ProbeInput looks into an input over there.
func (e *Engine) ProbeInput(ctx context.Context, in engine.EncoderInput) (engine.InputProbe, error) {
	a, err := e.work(ctx, question{op: "probe input", method: http.MethodPost, path: []string{"encoders", "probe"}, body: in})
	if err != nil {
		return engine.InputProbe{}, err
	}
	return api.ReadProbe(a.body)
}

// CaptureDevices lists the cameras, microphones and screens of the other machine.
func (e *Engine) CaptureDevices(ctx context.Context) ([]engine.CaptureDevice, error) {
	a, err := e.work(ctx, question{op: "list devices", method: http.MethodGet, path: []string{"encoders", "devices"}})
	if err != nil {
		return nil, err
	}
	return api.ReadDevices(a.body)
}

// TryEncoder runs a spec over there for a while with its output thrown away.
func (e *Engine) TryEncoder(ctx context.Context, spec engine.EncoderSpec, length time.Duration) (engine.EncoderTrial, error) {
	a, err := e.work(ctx, question{op: "try encoder", method: http.MethodPost, path: []string{"encoders", "try"}, body: api.TrialBody(spec, length)})
	if err != nil {
		return engine.EncoderTrial{}, err
	}
	return api.ReadTrial(a.body)
}

// work has something looked into that takes its time and changes nothing.
func (e *Engine) work(ctx context.Context, q question) (answer, error) {
	if err := e.silenced(q.op); err != nil {
		return answer{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, orderTime)
	defer cancel()
	return e.ask(ctx, q)
}
