package verify

import (
	"context"
	"fmt"
	"io"
	"time"

	"pubpoint/engine"
)

// finish judges how media and index end.
func (m *media) finish(indexSize int64) error {
	m.remade()
	if m.untold { // up to the end
		m.told(m.until(0))
		return nil
	}
	torn := m.indexAt < indexSize
	if m.covered >= m.size && !torn {
		if !m.sealed && !m.open {
			m.flaw(engine.Flaw{Verdict: engine.VerdictRepaired, File: m.file.Name, Stream: m.s.id,
				Text: "The file was not completed when the event ended; what it holds is whole and plays."})
		}
		return nil
	}
	if m.open && !m.sealed {
		grows, err := m.grows(indexSize)
		if err != nil || grows {
			m.file.Writing, m.index.Writing = grows, grows
			return err
		}
	}
	if torn {
		start, timed := m.s.end()
		m.flaw(engine.Flaw{Verdict: engine.VerdictRepaired, File: m.index.Name, Stream: m.s.id, From: m.indexAt, To: indexSize,
			Timed: timed, Start: start, End: start, Text: "The index file ends inside a record, as after a crash; the next start of the point makes its end again."})
	}
	if m.covered < m.size {
		return m.tail()
	}
	return nil
}

// remade tells of fragments whose records are not those that were written when they arrived.
func (m *media) remade() {
	if m.stale == 0 {
		return
	}
	start, timed := m.s.end()
	m.flaw(engine.Flaw{Verdict: engine.VerdictRepaired, File: m.index.Name, Stream: m.s.id, Timed: timed, Start: m.file.Start, End: start,
		Text: fmt.Sprintf("The index of %d fragments was made again from the media: it is whole, but what was altered before that cannot be told.", m.stale)})
}

// grows waits a moment for somebody to go on with the files.
func (m *media) grows(indexSize int64) (bool, error) {
	for until := time.Now().Add(m.patience); ; {
		info, err := m.f.Stat()
		if err != nil {
			return false, err
		}
		index, err := m.x.Stat()
		if err != nil {
			return false, err
		}
		if info.Size() != m.size || index.Size() != indexSize {
			return true, nil
		}
		if !time.Now().Before(until) {
			return false, nil
		}
		timer := time.NewTimer(m.patience / 20)
		select {
		case <-timer.C:
		case <-m.ctx.Done():
			timer.Stop()
			return false, context.Cause(m.ctx)
		}
	}
}

// tail tells what lies behind all that the index knows of.
func (m *media) tail() error {
	w, err := m.walk(m.covered, nil)
	if err != nil {
		return err
	}
	start, timed := m.s.end()
	flaw := engine.Flaw{Stream: m.s.id, File: m.file.Name, From: m.covered, To: m.size, Timed: timed, Start: start, End: m.until(start)}
	switch {
	case m.sealed:
		flaw.Verdict, flaw.Text, flaw.End = engine.VerdictAltered, "There are bytes behind the end of the file that were never written here.", start
	case w.strange:
		flaw.From, flaw.Verdict = w.at, engine.VerdictAltered
		flaw.Text = "There are bytes behind the last fragment that no crash explains; the next start of the point leaves the file as it is."
	case !m.open:
		flaw.File, flaw.Verdict, flaw.From, flaw.To = m.index.Name, engine.VerdictAltered, m.index.Bytes, m.index.Bytes
		flaw.Text = fmt.Sprintf("The index file is too short or an old one: %d bytes of media from byte %d on are not checked.", m.size-m.covered, m.covered)
	case w.at == m.size:
		flaw.File, flaw.Verdict, flaw.From, flaw.To = m.index.Name, engine.VerdictRepaired, m.index.Bytes, m.index.Bytes
		flaw.Text = fmt.Sprintf("The index file does not know the last %d fragments, as after a crash; the next start of the point adds them.", w.fragments)
	default:
		flaw.From, flaw.Verdict = w.at, engine.VerdictRepaired
		flaw.Text = "The file ends inside a fragment, as after a crash; the next start of the point cuts the end off."
	}
	m.flaw(flaw)
	return nil
}

// until is the end of the event as its manifest tells it, if that is later.
func (m *media) until(start time.Duration) time.Duration {
	return max(start, engine.Ticks(m.number(metaEnd)).Duration(shiftScale))
}

// gone tells of a media file that is not there.
func (m *media) gone() error {
	if m.x == nil {
		start, timed := m.s.end()
		flaw := engine.Flaw{Verdict: engine.VerdictHole, File: m.file.Name, Stream: m.s.id, Timed: timed, Start: start, End: m.until(start),
			Text: "The file is missing."}
		if m.open && m.file.Name == m.s.files[len(m.s.files)-1] {
			flaw.Verdict = engine.VerdictRepaired
			flaw.Text = "The file is not there and has no index, as when the program dies just when it was to be begun."
		}
		m.flaw(flaw)
		m.s.blind()
		return nil
	}
	info, err := m.x.Stat()
	if err != nil {
		return err
	}
	reader := newIndexReader(io.NewSectionReader(m.x, 0, info.Size()))
	flaw := engine.Flaw{Verdict: engine.VerdictHole, File: m.file.Name, Stream: m.s.id, Text: "The file is missing; its index file is still there."}
	err = reader.head()
	for err == nil {
		var p *piece
		if p, err = reader.next(); err != nil {
			break // what can be read of it is enough for the times
		}
		start, end, ok := m.s.when(p)
		if ok && !flaw.Timed {
			flaw.Timed, flaw.Start, flaw.End = true, start, end
		}
		flaw.To, flaw.End = p.end(), max(flaw.End, end)
	}
	m.flaw(flaw)
	m.s.blind()
	return nil
}

// unindexed reads a media file that has no index: for its place on the timeline, and for
// whether it is a sequence of boxes at all.
func (m *media) unindexed() error {
	flaw := engine.Flaw{Verdict: engine.VerdictUnchecked, File: m.file.Name, Stream: m.s.id,
		Text: "There is no index file and so no checksum: the file is read but not checked."}
	if m.ours {
		flaw.File = indexName(m.file.Name)
		flaw.Text = "The index file is missing, so that " + m.file.Name + " cannot be checked."
	}
	w, err := m.walk(0, func(p *piece) { m.follow(m.s, m.file, p) })
	if err != nil {
		return err
	}
	if flaw.Timed = m.file.Fragments > 0; flaw.Timed {
		flaw.Start, flaw.End = m.file.Start, m.file.End
	}
	m.flaw(flaw)
	if w.at < m.size {
		start, timed := m.s.end()
		torn := engine.Flaw{Verdict: engine.VerdictRepaired, File: m.file.Name, Stream: m.s.id, From: w.at, To: m.size, Timed: timed, Start: start, End: start,
			Text: "The file ends inside a fragment, as after a crash."}
		if w.strange {
			torn.Verdict, torn.Text = engine.VerdictAltered, "From here on the file is no sequence of boxes."
		}
		m.flaw(torn)
	}
	return nil
}
