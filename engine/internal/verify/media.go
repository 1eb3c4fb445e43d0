package verify

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/fmp4"
)

// bufferSize is how much of a media file is in memory at a time, but for a moof.
const bufferSize = 64 << 10

// media is the check of one media file and its index.
type media struct {
	*checker
	s     *stream
	file  *engine.VerifiedFile
	index *engine.VerifiedFile
	f     *os.File
	x     *os.File
	size  int64 // of f when it was opened
	// covered is up to where records have been read, and lost whether some before could not be.
	covered int64
	sealed  bool  // a record of an mfra has been read
	untold  bool  // records behind covered could not be read
	stale   int64 // fragments of which the index was made again
	shift   int64 // in force at covered
	indexAt int64 // up to where the index has been read
	ftyp    []byte
}

// checkMedia checks one media file of a stream against its index.
func (c *checker) checkMedia(s *stream, name string) (err error) {
	m := &media{checker: c, s: s, file: c.addFile(name, s.id)}
	s.beginFile()
	// The index first: while both grow, the media then has at least what the index tells of.
	var indexSize int64
	m.x, indexSize, err = c.openFile(indexName(name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if m.x != nil {
		defer func() { err = errors.Join(err, m.x.Close()) }()
	}
	if m.f, m.size, err = c.openFile(name); errors.Is(err, fs.ErrNotExist) {
		return m.gone()
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.f.Close()) }()
	m.file.Bytes = m.size
	if m.x == nil {
		return m.unindexed()
	}
	m.index = c.addFile(indexName(name), s.id)
	m.index.Bytes = indexSize
	if err := m.records(newIndexReader(io.NewSectionReader(m.x, 0, indexSize))); err != nil {
		return err
	}
	return m.finish(indexSize)
}

// records goes through the index and the media side by side. What the index ends in, whole or
// torn, is left to finish.
func (m *media) records(x *indexReader) error {
	defer func() {
		m.indexAt = x.at
		m.advance(x.at)
	}()
	if err := x.head(); err != nil {
		if end, ioErr := m.damaged(x, 0, err); end || ioErr != nil {
			return ioErr
		}
	}
	for {
		if err := context.Cause(m.ctx); err != nil {
			return err
		}
		at := x.at
		p, err := x.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			if end, ioErr := m.damaged(x, at, err); end || ioErr != nil {
				return ioErr
			}
			continue
		}
		if err := m.take(p); err != nil {
			return err
		}
	}
}

// damaged notes that a record at a place of the index cannot be read, and goes on behind it;
// end says that nothing follows.
func (m *media) damaged(x *indexReader, at int64, why error) (end bool, err error) {
	if errors.Is(why, errTorn) && m.open && !m.sealed {
		return true, nil // see finish
	}
	err = x.resync()
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, errTorn) {
		return true, err
	}
	start, timed := m.s.end()
	m.flaw(engine.Flaw{Verdict: engine.VerdictAltered, File: m.index.Name, Stream: m.s.id, From: at, To: x.at,
		Timed: timed || m.covered <= headerRoom, Start: start, End: start,
		Text: "The index file was altered here (" + why.Error() + "); the media that it told of is not checked."})
	m.s.blind()
	m.untold = true
	return err != nil, nil
}

// take checks the media that a record tells of.
func (m *media) take(p *piece) error {
	if p.offset != m.covered && !m.untold || p.offset < m.covered || m.sealed {
		start, end, timed := m.s.when(p)
		m.flaw(engine.Flaw{Verdict: engine.VerdictAltered, File: m.index.Name, Stream: m.s.id, From: p.at, To: p.at + p.size,
			Timed: timed, Start: start, End: end, Text: "A record of the index file does not belong here: records were taken out, put in or exchanged."})
		m.s.blind()
		if p.offset < m.covered {
			return nil
		}
	}
	if m.untold {
		m.untold = false
		if start, _, ok := m.s.when(p); ok {
			m.told(start)
		}
	}
	m.covered, m.sealed, m.shift = p.end(), p.kind == pieceMfra, p.shift
	if p.end() > m.size {
		return m.cutOff(p)
	}
	moof, sum, err := m.read(p)
	if err != nil {
		return err
	}
	if sum != p.sum {
		if p.kind == pieceHeader {
			m.header(p, moof)
		}
		m.altered(p)
	} else {
		m.content(p, moof)
	}
	if p.kind == pieceFragment {
		m.follow(m.s, m.file, p)
		if p.arrived == 0 {
			m.stale++
		}
	}
	return nil
}

// told ends the stretch of media of which the index has lost the records.
func (m *media) told(end time.Duration) {
	for i := len(m.out.Flaws) - 1; i >= 0; i-- {
		if f := &m.out.Flaws[i]; f.File == m.index.Name {
			f.End = max(f.End, end)
			return
		}
	}
}

// read reads the bytes of a piece for their checksum, and keeps those that are to be parsed.
func (m *media) read(p *piece) (kept []byte, sum uint32, err error) {
	keep := p.length
	switch p.kind {
	case pieceFragment:
		keep = p.moofSize
	case pieceMfra:
		keep = min(keep, m.limits.Mdat)
	}
	if keep > max(m.limits.Moof, m.limits.Moov+4*m.limits.Other, m.limits.Mdat) {
		keep = 0
	}
	kept = make([]byte, keep)
	if err := m.readFull(kept, p.offset); err != nil {
		return nil, 0, err
	}
	sum = crc32.Checksum(kept, castagnoli())
	for at := p.offset + keep; at < p.end(); {
		part := m.buf[:min(int64(len(m.buf)), p.end()-at)]
		if err := m.readFull(part, at); err != nil {
			return nil, 0, err
		}
		sum = crc32.Update(sum, castagnoli(), part)
		at += int64(len(part))
	}
	return kept, sum, nil
}

func (m *media) readFull(b []byte, at int64) error {
	if err := context.Cause(m.ctx); err != nil {
		return err
	}
	n, err := m.f.ReadAt(b, at)
	m.advance(int64(n))
	if n == len(b) {
		return nil
	}
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%s became shorter while it was read: %w", m.file.Name, io.ErrUnexpectedEOF)
	}
	return err
}

// altered tells of a piece whose bytes are others.
func (m *media) altered(p *piece) {
	start, end, timed := m.s.when(p)
	what := map[byte]string{pieceHeader: "The header of the file was altered.", pieceMark: "A mark of the timeline was altered.",
		pieceFragment: "Media was altered.", pieceMfra: "The index of fragments at the end of the file was altered."}[p.kind]
	if !timed {
		start, timed = m.s.end()
		end = start
	}
	m.flaw(engine.Flaw{Verdict: engine.VerdictAltered, File: m.file.Name, Stream: m.s.id, From: p.offset, To: p.end(),
		Timed: timed, Start: start, End: end, Text: what})
}

// cutOff tells of a piece that the media file is too short for.
func (m *media) cutOff(p *piece) error {
	start, end, timed := m.s.when(p)
	if p.kind == pieceFragment || p.kind == pieceHeader {
		m.flaw(engine.Flaw{Verdict: engine.VerdictHole, File: m.file.Name, Stream: m.s.id, From: min(m.size, p.offset), To: p.end(),
			Timed: timed, Start: start, End: end, Text: "The file is too short: media that was written is gone from its end."})
	} else {
		start, timed = m.s.end()
		m.flaw(engine.Flaw{Verdict: engine.VerdictHole, File: m.file.Name, Stream: m.s.id, From: min(m.size, p.offset), To: p.end(),
			Timed: timed, Start: start, End: start, Text: "The file is too short: its end is gone."})
	}
	m.s.blind()
	return nil
}

// content holds a record against what its bytes say themselves.
func (m *media) content(p *piece, b []byte) {
	var why string
	switch p.kind {
	case pieceHeader:
		why = m.header(p, b)
	case pieceFragment:
		why = m.moof(p, b)
	case pieceMfra:
		why = m.mfra(b)
	case pieceMark:
		if mark, ok := archive.ParseMark(b); !ok || mark.Shift != p.shift {
			why = "it is no mark, or one of another shift"
		}
	}
	if why == "" {
		return
	}
	start, end, timed := m.s.when(p)
	m.flaw(engine.Flaw{Verdict: engine.VerdictAltered, File: m.index.Name, Stream: m.s.id, From: p.at, To: p.at + p.size,
		Timed: timed, Start: start, End: end, Text: "The index says something else than the media: " + why + "."})
}

// moof holds the facts of a record against the moof.
func (m *media) moof(p *piece, b []byte) string {
	if m.s.init == nil || len(b) == 0 {
		return ""
	}
	fragments, err := archive.ParseMoof(b, m.s.init, m.limits, p.offset)
	if err != nil {
		return err.Error()
	}
	if len(fragments) != len(p.tracks) {
		return fmt.Sprintf("%d tracks in place of %d", len(p.tracks), len(fragments))
	}
	for i, f := range fragments {
		if got, want := p.tracks[i], factsOf(f); got != want {
			return fmt.Sprintf("track %d at %d in place of track %d at %d", got.track, got.start, want.track, want.start)
		}
	}
	return ""
}

func factsOf(f *fmp4.Fragment) facts {
	return facts{track: f.TrackID, sync: f.Sync, tfxd: f.HasTfxd, start: f.Start, duration: f.Duration, decode: f.DecodeStart,
		tfxdDuration: f.TfxdDuration, payloadSize: f.PayloadSize, sequence: f.Sequence}
}
