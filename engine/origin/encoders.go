package origin

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/encoder"
	"pubpoint/engine/internal/proc"
)

// fleet holds the supervised encoders.
type fleet struct {
	log  *slog.Logger
	tell func(e engine.Event)
	base func() string                                      // of the media listener's URLs
	seen func(point, stream string) func() time.Time        // when the engine last saw a stream arrive
	no   func(point, stream string, since time.Time) string // why the engine refused a stream
	pass func(point, stream string) func() (string, func()) // what an encoder shows a point that asks for credentials
	path string                                             // of ffmpeg, as configured

	ctx   context.Context // of the encoders: ends when start does
	close context.CancelFunc

	mu       sync.Mutex
	tool     encoder.Tool
	missing  string // why there is no tool; empty when there is one
	looked   bool   // for a tool, at least once
	encoders map[string]*supervised
	group    sync.WaitGroup
}

// supervised is one encoder with what it was made of.
type supervised struct {
	spec   engine.EncoderSpec
	parts  []part     // its processes; none while there is no ffmpeg to run them with
	log    *proc.Tail // of all of them
	began  time.Time  // when the ladder was ordered to run: what its timeline begins with
	cancel context.CancelFunc
	done   chan struct{} // closed when the parts have ended
	before chan struct{} // closed when those that they replace have ended; nil for none
}

// part is one process of an encoder.
type part struct {
	stream string // that it posts, without extension
	run    *encoder.Encoder
}

// start looks for ffmpeg, keeps the encoders running until ctx ends, and then waits until
// every one has stopped.
func (f *fleet) start(ctx context.Context) error {
	f.find(ctx)
	<-ctx.Done()
	f.mu.Lock() // launch adds to the group under the lock, and not after this
	f.close()
	f.mu.Unlock()
	f.group.Wait()
	return nil
}

// find looks for ffmpeg.
func (f *fleet) find(ctx context.Context) {
	tool, err := encoder.Find(ctx, f.path)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.tool, f.missing, f.looked = tool, "", true
	if err != nil {
		f.missing = sentence(err)
		if ctx.Err() != nil {
			return // we are stopping: that says nothing about ffmpeg
		}
		f.log.Warn("no ffmpeg can be used", "reason", f.missing)
		return
	}
	f.log.Info("ffmpeg found", "path", tool.Path, "version", tool.Version.Text)
}

// status tells which ffmpeg is used, and nothing before one was looked for.
func (f *fleet) status() engine.ToolStatus {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.looked {
		return engine.ToolStatus{}
	}
	return engine.ToolStatus{Path: f.tool.Path, Version: f.tool.Version.Text, Reason: f.missing}
}

// ffmpeg is the path of the program, or why there is none.
func (f *fleet) ffmpeg() (path, missing string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.tool.Path, f.missing
}

// add makes a supervised encoder.
func (f *fleet) add(spec engine.EncoderSpec) (string, error) {
	const op = "add encoder"
	f.mu.Lock()
	defer f.mu.Unlock()
	if spec.ID == "" {
		spec.ID = f.freeID(spec.Point)
	}
	if f.encoders[spec.ID] != nil {
		return "", &engine.Error{Op: op, Point: spec.Point, Kind: engine.Conflict, Text: "There is an encoder " + spec.ID + " already; choose another name."}
	}
	if err := usable(op, spec); err != nil {
		return "", err
	}
	s := &supervised{spec: cloneSpec(spec), log: proc.NewTail(logLines)}
	f.encoders[spec.ID] = s
	if f.missing == "" {
		if err := f.launch(s); err != nil {
			delete(f.encoders, spec.ID)
			return "", err
		}
	}
	return spec.ID, nil
}

// logLines is how many lines of an encoder's log are kept.
const logLines = 1000

// usable refuses a spec that makes no sense, or whose file cannot be read.
func usable(op string, spec engine.EncoderSpec) error {
	if err := usableAnywhere(op, spec); err != nil {
		return err
	}
	if err := readable(spec.Input); err != nil {
		return &engine.Error{Op: op, Point: spec.Point, Kind: engine.BadInput, Err: err,
			Text: "The file " + spec.Input.Path + " cannot be read (" + reason(err) + "); choose another."}
	}
	return nil
}

// usableAnywhere refuses a spec that makes no sense on any machine.
func usableAnywhere(op string, spec engine.EncoderSpec) error {
	in, err := ffmpegSpec(spec)
	if err == nil {
		err = in.Validate()
	}
	if err != nil {
		return &engine.Error{Op: op, Point: spec.Point, Kind: engine.BadInput, Text: capital(err.Error()) + ".", Err: err}
	}
	return nil
}

// readable reports why an input file cannot be read. What it holds is for ffmpeg to say.
func readable(in engine.EncoderInput) error {
	if in.Kind != engine.InputFile {
		return nil
	}
	f, err := os.Open(in.Path)
	if err != nil {
		return err
	}
	return f.Close() // nothing was written: it only tells of a broken disk
}

// freeID is an id for the next encoder of a point. The caller holds the lock.
func (f *fleet) freeID(point string) string {
	base := strings.ReplaceAll(point, "/", "-")
	base = base[:min(len(base), 56)]
	for n := 1; ; n++ {
		if id := fmt.Sprintf("%s-%d", base, n); f.encoders[id] == nil {
			return id
		}
	}
}

// launch begins the supervision of an encoder. The caller holds the lock.
func (f *fleet) launch(s *supervised) error {
	const op = "launch encoder"
	if f.ctx.Err() != nil {
		return &engine.Error{Op: op, Point: s.spec.Point, Kind: engine.Unavailable, Text: "The server is shutting down; try again when it runs."}
	}
	parts, err := f.makeParts(s)
	if err != nil {
		return &engine.Error{Op: op, Point: s.spec.Point, Kind: engine.BadInput, Text: capital(err.Error()) + ".", Err: err}
	}
	ctx, cancel := context.WithCancel(f.ctx)
	s.parts, s.cancel, s.done = parts, cancel, make(chan struct{})
	f.group.Go(func() {
		defer close(s.done)
		defer cancel()
		if s.before != nil {
			<-s.before // it ends because it was told to
		}
		var running sync.WaitGroup
		for _, p := range parts {
			running.Go(func() {
				if err := p.run.Run(ctx); err != nil {
					f.log.Error("encoder supervision ended", "encoder", s.spec.ID, "err", err)
				}
			})
		}
		running.Wait()
	})
	return nil
}

// makeParts makes the processes of an encoder, which wait for an order.
func (f *fleet) makeParts(s *supervised) ([]part, error) {
	spec, err := ffmpegSpec(s.spec)
	if err != nil {
		return nil, err
	}
	all := encoder.Parts(spec)
	parts := make([]part, len(all))
	for i, one := range all {
		stream := streamID(one)
		label, name := "", s.spec.ID
		if len(all) > 1 {
			label, name = stream, s.spec.ID+" ("+stream+")"
		}
		told := &announcer{tell: f.tell, point: s.spec.Point, encoder: s.spec.ID, name: name}
		run, err := encoder.New(encoder.Config{
			Spec: one, Tool: f.tool, URL: encoder.IngestURL(f.base(), one), Shared: len(all) > 1, Log: s.log, Label: label,
			Seen: f.seen(s.spec.Point, stream), Refused: f.refusedSince(s.spec.Point, stream), OnChange: told.changed, Logger: f.log,
			Credential: f.pass(s.spec.Point, stream),
		})
		if err != nil {
			return nil, err
		}
		parts[i] = part{stream: stream, run: run}
	}
	return parts, nil
}

// remove stops an encoder, waits for its end, and forgets it.
func (f *fleet) remove(ctx context.Context, id string) error {
	f.mu.Lock()
	s := f.encoders[id]
	delete(f.encoders, id)
	var stop context.CancelFunc
	var done chan struct{}
	if s != nil {
		stop, done = s.cancel, s.done
	}
	f.mu.Unlock()
	if s == nil {
		return noEncoder(id)
	}
	if stop == nil {
		return nil // it never ran
	}
	stop()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return &engine.Error{Op: "remove encoder", Kind: engine.Unavailable, Text: "Encoder " + id + " takes longer to stop; it goes on stopping.", Err: ctx.Err()}
	}
}

// order gives an encoder an order.
func (f *fleet) order(ctx context.Context, id string, give func(*supervised)) error {
	f.mu.Lock()
	s, search := f.encoders[id], false
	if s != nil {
		search = s.parts == nil && f.missing != ""
	}
	f.mu.Unlock()
	if s == nil {
		return noEncoder(id)
	}
	if search {
		f.find(ctx) // it has not been looked for yet, or may have been installed since
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.encoders[id] != s {
		return noEncoder(id) // removed meanwhile
	}
	if s.parts == nil {
		if f.missing != "" {
			return &engine.Error{Op: "start encoder", Point: s.spec.Point, Kind: engine.Unavailable, Text: f.missing}
		}
		if err := f.launch(s); err != nil {
			return err
		}
	}
	give(s)
	return nil
}

// all returns every encoder, ordered by id.
func (f *fleet) all() []engine.EncoderStatus {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := make([]engine.EncoderStatus, 0, len(f.encoders))
	for _, s := range f.encoders {
		st := s.status(f.missing)
		if !f.looked {
			st.State = engine.EncoderIdle
		}
		out = append(out, st)
	}
	slices.SortFunc(out, func(a, b engine.EncoderStatus) int { return strings.Compare(a.Spec.ID, b.Spec.ID) })
	return out
}

// lines returns what an encoder printed after a line.
func (f *fleet) lines(id string, after int64) ([]engine.LogLine, error) {
	f.mu.Lock()
	s := f.encoders[id]
	f.mu.Unlock()
	if s == nil {
		return nil, noEncoder(id)
	}
	// Our lines count from 1, so that 0 asks for all of them.
	kept := s.log.Lines(uint64(max(0, after)))
	out := make([]engine.LogLine, len(kept))
	for i, l := range kept {
		out[i] = engine.LogLine{Seq: int64(l.Seq) + 1, At: l.At, Text: l.Text}
	}
	return out, nil
}

// command is the exact command line of a spec.
func (f *fleet) command(spec engine.EncoderSpec) (string, error) {
	if spec.ID == "" {
		spec.ID = "new"
	}
	if err := usableAnywhere("show command", spec); err != nil {
		return "", err
	}
	in, err := ffmpegSpec(spec)
	if err != nil {
		return "", err
	}
	f.mu.Lock()
	tool := f.tool
	f.mu.Unlock()
	if tool.Path == "" {
		tool.Path = "ffmpeg"
	}
	parts, now := encoder.Parts(in), time.Now()
	lines := make([]string, len(parts))
	for i, one := range parts {
		if len(parts) > 1 {
			one.Timeline = encoder.NewTimeline(now, now, one.GOP)
		}
		args := encoder.Args(one, encoder.IngestURL(f.base(), one), tool)
		lines[i] = encoder.CommandLine(tool.Path, encoder.MaskArgs(one, args))
	}
	return strings.Join(lines, " &\n"), nil
}

func noEncoder(id string) error {
	return &engine.Error{Op: "find encoder", Kind: engine.NotFound, Text: "There is no encoder " + id + "."}
}

// sentence is an error as a sentence for people.
func sentence(err error) string { return capital(err.Error()) + "." }

// capital makes the first letter of a sentence a capital one; ffmpeg keeps its name.
func capital(s string) string {
	if s == "" || strings.HasPrefix(s, "ffmpeg") {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
