package archive

import (
	"context"
	"fmt"
	"io"
	"sync/atomic"

	"pubpoint/engine"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// always says the same however far a job has come.
func always(text string) func(done, total int64) string {
	return func(int64, int64) string { return text }
}

func (w *Page) clip(about subject, req engine.ClipRequest) {
	say := always(words.F(jobClip, req.Name, w.last.titleOf(about)))
	w.jobs.start(w.host, about, doClip, say, func(ctx context.Context, _ *job) (result, error) {
		c, err := w.operator.ClipArchive(ctx, req)
		if err != nil {
			return result{}, err
		}
		return result{text: words.F(jobClipped, c.Name, look.Clock(c.Duration()), look.Bytes(float64(c.Bytes))), lamp: look.Good, play: previewOf(c.URL)}, nil
	})
}

func (w *Page) verify(about subject) {
	title := w.last.titleOf(about)
	say := func(done, total int64) string {
		if total == 0 {
			return words.F(jobVerify, title)
		}
		return words.F(jobVerifyPart, title, look.Bytes(float64(done)), look.Bytes(float64(total)), look.Percent(float64(done)/float64(total)))
	}
	w.jobs.start(w.host, about, doVerify, say, func(ctx context.Context, one *job) (result, error) {
		v, err := w.operator.VerifyArchive(ctx, about.point, about.event, func(done, total int64) {
			one.done.Store(done)
			one.total.Store(total)
		})
		if err != nil {
			return result{}, err
		}
		w.jobs.found(about, v)
		lamp, _, sentence := verdict(v.Verdict)
		return result{text: words.F(jobVerified, title, sentence), lamp: max(lamp, look.Good)}, nil
	})
}

func (w *Page) export(about subject, req engine.ExportRequest, path string) {
	title := w.last.titleOf(about)
	say := func(done, total int64) string {
		if total == 0 {
			return words.F(jobExport, title, path)
		}
		return words.F(jobExportPart, title, path, look.Bytes(float64(done)), look.Bytes(float64(total)), look.Percent(float64(done)/float64(total)))
	}
	w.jobs.start(w.host, about, doExport, say, func(ctx context.Context, one *job) (result, error) {
		x, err := w.operator.OpenExport(ctx, req)
		if err != nil {
			return result{}, err
		}
		defer x.Release()
		one.total.Store(x.Size)
		whole, err := page.SaveFile(ctx, path, func(out io.Writer) error {
			n, err := x.Body.WriteTo(&counted{out, &one.done})
			if err == nil && n != x.Size {
				err = fmt.Errorf("%d of %d bytes: %w", n, x.Size, io.ErrUnexpectedEOF)
			}
			return err
		})
		if err != nil {
			return result{}, err
		}
		return result{text: words.F(jobExported, whole, look.Bytes(float64(x.Size))), lamp: look.Good}, nil
	})
}

// counted tells how many bytes have been written.
type counted struct {
	w io.Writer
	n *atomic.Int64
}

// Write is for io.Writer.
func (c *counted) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n.Add(int64(n))
	return n, err
}

// purgeEvent deletes one earlier event.
func (w *Page) purgeEvent(about subject) { w.purgeAll(about, engine.Purge{Event: about.event}) }

func (w *Page) purgeAll(about subject, what engine.Purge) {
	w.jobs.start(w.host, about, doPurge, always(words.F(jobPurge, about.point)), func(ctx context.Context, _ *job) (result, error) {
		p, err := w.operator.PurgeArchive(ctx, about.point, what)
		if err != nil {
			return result{}, err
		}
		return result{text: words.F(jobPurged, about.point, textOfEvents(len(p.Events)), look.Bytes(float64(p.Bytes))), lamp: look.Good}, nil
	})
}

// deleteAll deletes a publishing point or a recording.
func (w *Page) deleteAll(about subject, how engine.Deletion) {
	w.jobs.start(w.host, about, doDelete, always(words.F(jobDelete, about.point)), func(ctx context.Context, _ *job) (result, error) {
		var err error
		if about.recording {
			err = w.operator.DeleteRecording(ctx, about.point)
		} else {
			err = w.operator.DeletePoint(ctx, about.point, how)
		}
		return result{text: words.F(jobDeleted, about.point), lamp: look.Good}, err
	})
}
