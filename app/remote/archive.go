package remote

import (
	"bufio"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"pubpoint/app/api"
	"pubpoint/engine"
)

// Recordings returns the directories of finished files over there. It returns at once.
func (e *Engine) Recordings() []engine.Recording {
	return current(e, func(s *api.Snapshot, _ time.Time) []engine.Recording { return slices.Clone(s.Recordings) })
}

// DeleteRecording deletes a recording for good.
func (e *Engine) DeleteRecording(ctx context.Context, name string) error {
	_, err := e.order(ctx, question{op: "delete recording", method: http.MethodDelete, path: []string{"recordings", name}})
	return err
}

// ArchivedEvents are what a point has recorded.
func (e *Engine) ArchivedEvents(ctx context.Context, point string) ([]engine.ArchivedEvent, error) {
	body, err := e.read(ctx, question{op: "list archive", method: http.MethodGet, path: []string{"points", point, "archive"}})
	if err != nil {
		return nil, err
	}
	return api.ReadArchive(body)
}

// PurgeArchive deletes earlier events of a point for good.
func (e *Engine) PurgeArchive(ctx context.Context, point string, what engine.Purge) (engine.Purged, error) {
	a, err := e.order(ctx, question{op: "purge archive", method: http.MethodPost, path: []string{"points", point, "archive"}, body: api.PurgeBody(what)})
	if err != nil {
		return engine.Purged{}, err
	}
	return api.ReadPurged(a.body)
}

// ClipArchive makes a recording of a range of an event.
func (e *Engine) ClipArchive(ctx context.Context, req engine.ClipRequest) (engine.Clip, error) {
	a, err := e.order(ctx, question{op: "clip", method: http.MethodPost, path: []string{"points", req.Point, "archive"}, body: api.ClipBody(req)})
	if err != nil {
		return engine.Clip{}, err
	}
	return api.ReadClip(a.body)
}

// VerifyArchive checks an event over there, as long as it takes.
func (e *Engine) VerifyArchive(ctx context.Context, point, event string, progress func(done, total int64)) (engine.Verification, error) {
	const op = "verify archive"
	if err := e.silenced(op); err != nil {
		return engine.Verification{}, err
	}
	resp, err := e.open(ctx, question{op: op, method: http.MethodPost, path: []string{"points", point, "archive"}, body: api.VerifyBody(event),
		header: http.Header{"Accept": {"application/x-ndjson"}}})
	if err != nil {
		return engine.Verification{}, err
	}
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, maxAnswer)
	var last api.VerifyLine
	for err == nil && !last.Done && lines.Scan() {
		if last, err = api.ReadVerifyLine(lines.Bytes()); err == nil && !last.Done && progress != nil {
			progress(last.Read, last.Total)
		}
	}
	switch ended := errors.Join(lines.Err(), resp.Body.Close()); {
	case err != nil || last.Done:
		return last.Result, err
	case ended != nil:
		return engine.Verification{}, e.unreached(op, ended)
	}
	return engine.Verification{}, e.unreached(op, io.ErrUnexpectedEOF)
}

// OpenExport prepares a range of an event as a plain MP4 file, which comes over the network while it
// is written here.
func (e *Engine) OpenExport(ctx context.Context, req engine.ExportRequest) (*engine.Export, error) {
	const op = "export"
	if err := e.silenced(op); err != nil {
		return nil, err
	}
	values := url.Values{"from": {req.Range.From.String()}, "to": {req.Range.To.String()}, "event": {req.Event}}
	switch {
	case req.Video == engine.NoVideo:
		values.Set("video", "none")
	case req.Video != 0:
		values.Set("video", strconv.Itoa(req.Video))
	}
	if req.NoAudio {
		values.Set("audio", "none")
	} else if len(req.Audio) > 0 {
		values.Set("audio", strings.Join(req.Audio, ","))
	}
	resp, err := e.open(ctx, question{op: op, method: http.MethodGet, path: []string{"points", req.Point, "export.mp4"}, query: values})
	if err != nil {
		return nil, err
	}
	seconds := func(name string) time.Duration {
		s, err := strconv.ParseFloat(resp.Header.Get(name), 64)
		if err != nil {
			return 0 // of a version that does not tell
		}
		return time.Duration(s * float64(time.Second))
	}
	x := &engine.Export{Type: resp.Header.Get("Content-Type"), Size: resp.ContentLength, From: seconds(api.FromHeader), To: seconds(api.ToHeader),
		FileName: req.Point + ".mp4", Body: copied{resp.Body}}
	if _, about, err := mime.ParseMediaType(resp.Header.Get("Content-Disposition")); err == nil && about["filename"] != "" {
		x.FileName = about["filename"]
	}
	x.Release = sync.OnceFunc(func() {
		if err := resp.Body.Close(); err != nil {
			e.log.Debug("export not closed", "err", err)
		}
	})
	return x, nil
}

// copied is the body of an answer.
type copied struct{ from io.Reader }

// WriteTo is for io.WriterTo.
func (c copied) WriteTo(w io.Writer) (int64, error) { return io.Copy(w, c.from) }
