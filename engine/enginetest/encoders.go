package enginetest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pubpoint/engine"
)

// SetEncoder adds an encoder, or replaces the one of the same id. An empty State becomes
// idle, an empty Order stop.
func (f *Fake) SetEncoder(e engine.EncoderStatus) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if e.State == "" {
		e.State = engine.EncoderIdle
	}
	if e.Order == "" {
		e.Order = engine.OrderStop
	}
	f.encoders[e.Spec.ID] = cloneEncoder(e)
}

// ChangeEncoder lets change edit the encoder called id. It does nothing when there is none.
func (f *Fake) ChangeEncoder(id string, change func(*engine.EncoderStatus)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	e, ok := f.encoders[id]
	if !ok {
		return
	}
	e = cloneEncoder(e)
	change(&e)
	f.encoders[id] = cloneEncoder(e)
}

// SetTool sets the answer of EncoderTool.
func (f *Fake) SetTool(t engine.ToolStatus) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.tool = t
}

// Print appends lines to the log of an encoder.
func (f *Fake) Print(id string, lines ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, text := range lines {
		seq := int64(len(f.logs[id]) + 1)
		f.logs[id] = append(f.logs[id], engine.LogLine{Seq: seq, At: f.now(), Text: text})
	}
}

// Encoders implements engine.Encoders.
func (f *Fake) Encoders() []engine.EncoderStatus {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := make([]engine.EncoderStatus, 0, len(f.encoders))
	for _, e := range f.encoders {
		all = append(all, cloneEncoder(e))
	}
	slices.SortFunc(all, func(a, b engine.EncoderStatus) int { return cmp.Compare(a.Spec.ID, b.Spec.ID) })
	return all
}

// AddEncoder implements engine.Encoders.
func (f *Fake) AddEncoder(_ context.Context, spec engine.EncoderSpec) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.enter("AddEncoder", spec); err != nil {
		return "", err
	}
	if spec.ID == "" {
		spec.ID = f.freeID(spec.Point)
	}
	command, err := f.command(spec)
	if err != nil {
		return "", err
	}
	if _, ok := f.points[spec.Point]; !ok {
		return "", noPoint("add encoder", spec.Point)
	}
	if _, ok := f.encoders[spec.ID]; ok {
		return "", &engine.Error{Op: "add encoder", Point: spec.Point, Kind: engine.Conflict,
			Text: "There is an encoder " + spec.ID + " already; choose another id."}
	}
	spec.Video = slices.Clone(spec.Video)
	f.encoders[spec.ID] = engine.EncoderStatus{Spec: spec, Order: engine.OrderStop, State: engine.EncoderIdle, Since: f.now(), Command: command}
	return spec.ID, nil
}

func (f *Fake) freeID(point string) string {
	base := point[strings.LastIndexByte(point, '/')+1:]
	for n := 1; ; n++ {
		id := base + "-" + strconv.Itoa(n)
		if _, taken := f.encoders[id]; !taken {
			return id
		}
	}
}

// RemoveEncoder implements engine.Encoders.
func (f *Fake) RemoveEncoder(_ context.Context, id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.enter("RemoveEncoder", id); err != nil {
		return err
	}
	if _, ok := f.encoders[id]; !ok {
		return noEncoder("remove encoder", id)
	}
	delete(f.encoders, id)
	delete(f.logs, id)
	return nil
}

// OrderEncoder implements engine.Encoders. An encoder that shall run is starting until the
// test says that it runs; one that shall stop is idle at once.
func (f *Fake) OrderEncoder(_ context.Context, id string, order engine.Order) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.enter("OrderEncoder", id, order); err != nil {
		return err
	}
	e, ok := f.encoders[id]
	if !ok {
		return noEncoder("order encoder", id)
	}
	switch {
	case order == engine.OrderStop:
		e.State, e.PID = engine.EncoderIdle, 0
	case order != engine.OrderRun:
		return &engine.Error{Op: "order encoder", Kind: engine.BadInput,
			Text: fmt.Sprintf("An encoder can be ordered to run or to stop, not to %q.", order)}
	case f.tool.Reason != "":
		return &engine.Error{Op: "order encoder", Kind: engine.Unavailable, Text: f.tool.Reason}
	case e.State != engine.EncoderRunning:
		e.State = engine.EncoderStarting
	}
	e.Order, e.Since = order, f.now()
	f.encoders[id] = e
	return nil
}

// RestartEncoder implements engine.Encoders.
func (f *Fake) RestartEncoder(_ context.Context, id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.enter("RestartEncoder", id); err != nil {
		return err
	}
	e, ok := f.encoders[id]
	if !ok {
		return noEncoder("restart encoder", id)
	}
	if f.tool.Reason != "" {
		return &engine.Error{Op: "restart encoder", Kind: engine.Unavailable, Text: f.tool.Reason}
	}
	e.Order, e.State, e.Since = engine.OrderRun, engine.EncoderStarting, f.now()
	e.Restarts++
	f.encoders[id] = e
	return nil
}

// EncoderLog implements engine.Encoders.
func (f *Fake) EncoderLog(id string, after int64) ([]engine.LogLine, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.refuse("EncoderLog"); err != nil {
		return nil, err
	}
	if _, ok := f.encoders[id]; !ok {
		return nil, noEncoder("read log", id)
	}
	var lines []engine.LogLine
	for _, l := range f.logs[id] {
		if l.Seq > after {
			lines = append(lines, l)
		}
	}
	return lines, nil
}

// EncoderCommand implements engine.Encoders. The line looks like ffmpeg's and is not meant
// to be run.
func (f *Fake) EncoderCommand(spec engine.EncoderSpec) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.enter("EncoderCommand", spec); err != nil {
		return "", err
	}
	return f.command(spec)
}

func (f *Fake) command(spec engine.EncoderSpec) (string, error) {
	bad := func(text string) (string, error) {
		return "", &engine.Error{Op: "encoder command", Point: spec.Point, Kind: engine.BadInput, Text: text}
	}
	switch {
	case spec.ID != "" && !engine.ValidElement(spec.ID):
		return bad("An encoder's id is made of letters, digits, '.', '_' and '-'; choose another.")
	case !engine.ValidName(spec.Point):
		return bad("The encoder names no publishing point; choose one.")
	case !knownInput(spec.Input.Kind):
		return bad(fmt.Sprintf("An encoder reads no %q; choose an input.", spec.Input.Kind))
	case spec.Input.Kind == engine.InputNetwork && spec.Input.URL == "":
		return bad("No address was given for the encoder to read; write one.")
	case spec.Input.Kind == engine.InputNetwork && !knownAddress(spec.Input.URL):
		return bad("Inputs are read by rtmp, rtmps, srt, rtsp, rtsps, http, https and udp; choose one of them.")
	case spec.Input.Kind == engine.InputDevice && spec.Input.Device == "" && spec.Input.Sound == "":
		return bad("No device is chosen; choose a camera or a microphone.")
	case spec.Method < 0 || spec.Method > 2:
		return bad("There are the methods 1 and 2; choose one.")
	case !slices.Contains([]engine.RestartPolicy{"", engine.RestartAlways, engine.RestartOnFailure, engine.RestartNever}, spec.Restart):
		return bad(fmt.Sprintf("There is no restart policy %q; choose always, on-failure or never.", spec.Restart))
	case spec.Input.Kind == engine.InputCustom && len(spec.Input.Args) == 0:
		return bad("The encoder has no arguments; write them.")
	case spec.Input.Kind == engine.InputFile && spec.Input.Path == "":
		return bad("No file was chosen for the encoder to read; choose one.")
	case spec.Input.Kind != engine.InputCustom && len(spec.Video) == 0 && spec.AudioBitrate == 0:
		return bad("The encoder has neither video nor audio; give it one of them.")
	}
	input := "-f lavfi -i testsrc2"
	switch spec.Input.Kind {
	case engine.InputFile:
		input = "-re -i '" + strings.ReplaceAll(spec.Input.Path, "'", `'\''`) + "'"
	case engine.InputDevice, engine.InputScreen:
		input = "-f device -i '" + spec.Input.Device + "'"
	case engine.InputNetwork:
		input = "-i '" + spec.Input.URL + "'"
	case engine.InputCustom:
		input = strings.Join(spec.Input.Args, " ")
	}
	return "ffmpeg " + input + " -f ismv " + f.addresses.Media + "/" + spec.Point + ".isml/Streams(" + spec.ID + ")", nil
}

func knownAddress(url string) bool {
	scheme, _, _ := strings.Cut(url, "://")
	return slices.Contains([]string{"rtmp", "rtmps", "srt", "rtsp", "rtsps", "http", "https", "udp"}, scheme)
}

func knownInput(k engine.InputKind) bool {
	return slices.Contains([]engine.InputKind{engine.InputTestPattern, engine.InputFile, engine.InputDevice,
		engine.InputScreen, engine.InputNetwork, engine.InputCustom}, k)
}

// EncoderTool implements engine.Encoders.
func (f *Fake) EncoderTool() engine.ToolStatus {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.tool
}

func noEncoder(op, id string) error {
	return &engine.Error{Op: op, Kind: engine.NotFound, Text: "There is no encoder " + id + "; add it first."}
}

func cloneEncoder(e engine.EncoderStatus) engine.EncoderStatus {
	e.Spec.Video = slices.Clone(e.Spec.Video)
	e.Spec.Input.Args = slices.Clone(e.Spec.Input.Args)
	e.Processes = slices.Clone(e.Processes)
	return e
}
