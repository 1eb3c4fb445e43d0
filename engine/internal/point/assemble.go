package point

import (
	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

// mode is what a track's newest pieces tell of its encoder.
type mode int

const (
	unsettled mode = iota // one short piece has come, or none
	whole                 // each piece is a fragment
	chunked               // pieces belong together
)

// Limits of what is joined, so that an encoder that never sends a key frame holds up neither
// the live edge nor our memory for ever.
const (
	maxJoinedSeconds = 60
	maxJoinedSamples = 65535 // of a moof, see fmp4.DefaultLimits
	maxJoinedBytes   = 64 << 20
)

// settledAfter is how many fragments in a row have to come in one piece before the next is
// published at once again.
const settledAfter = 3

// learnt is what the pieces so far tell of those to come.
type learnt struct {
	mode    mode
	singles int // in mode chunked, fragments of one piece in a row; of audio in mode whole, short ones
}

// assembly is how far a track's fragments have come together. It depends on what the track
// has taken alone, in its order: the same live and read back.
type assembly struct {
	learnt
	open    *presentation.Fragment // as shown; nil when nothing is open. A new one for each chunk
	body    *archive.Composite     // its pieces and chunks, with room for more behind them
	samples int
	cut     engine.Ticks // by how much its start was moved, because the one before reached beyond
	begins  bool         // the encoder's clock began again at its start
	fine    bool         // it has nothing but very short pieces of sync samples
	shift   engine.Ticks // of the newest piece
	part    int          // of the newest piece
	usual   engine.Ticks // length of the newest fragment that is complete
	pieces  int          // in which that came
}

// finished is a fragment that has become complete.
type finished struct {
	presentation.Fragment
	payload       int64 // bytes of its samples
	discontinuity bool
}

// assembled is what became of a piece.
type assembled struct {
	done  [2]finished
	n     int          // of done
	begun bool         // a fragment begins with it
	gap   engine.Ticks // of media that is missing before it
}

func (r *assembled) add(f finished) {
	r.done[r.n] = f
	r.n++
}

// finished are the fragments that are complete now, in order.
func (r *assembled) finished() []finished { return r.done[:r.n] }

// assemble makes a piece part of the track: it joins the open fragment, or completes it and
// begins another, or is one by itself. The piece is told which.
func (t *track) assemble(a *accepted, media *archive.Media, size, arrived int64) assembled {
	var r assembled
	a.segment.meet(t)
	if t.fragments == 0 || t.shift != a.shift {
		t.run = a.start
	}
	c := presentation.Chunk{Sync: a.f.Sync, Size: size, Arrived: arrived}
	c.Decode, c.DecodeLength = archive.Decoded(a.f, a.shift)
	if t.joins(a) {
		t.extend(a, media, c)
	} else {
		if t.open != nil {
			r.add(t.complete(a))
		}
		r.begun, r.gap = true, t.gapBefore(a)
		if t.alone(a.f) {
			r.add(t.single(a, media, c))
		} else {
			t.begin(a, media, c)
		}
		t.fragments++
		a.segment.add(t, a.start, media)
	}
	t.decode = a.decode() + engine.Ticks(a.f.Duration)
	t.shift, t.part = a.shift, a.part
	t.bytes += a.f.PayloadSize
	return r
}

// single makes a fragment of a piece that is one by itself.
func (t *track) single(a *accepted, media *archive.Media, c presentation.Chunk) finished {
	a.fragment = a.start
	t.end, t.length, t.usual, t.pieces = a.start+a.length, a.length, a.length, 1
	var kept presentation.Media = media
	if a.to > 0 || a.late > 0 {
		kept = archive.NewComposite(t.stream.header.Init, a.piece(media, 0))
	}
	return finished{payload: a.f.PayloadSize, discontinuity: a.discontinuity, Fragment: presentation.Fragment{
		Start: a.start, Duration: a.length, Decode: c.Decode, DecodeLength: c.DecodeLength, Shift: a.shift,
		Sync: c.Sync, Size: c.Size, Arrived: c.Arrived, Session: a.by, Media: kept,
	}}
}

// begin opens a fragment with its first piece.
func (t *track) begin(a *accepted, media *archive.Media, c presentation.Chunk) {
	raw, _ := published(a.f, a.shift)
	p := a.piece(media, 0)
	c.Media = media
	if a.partial || a.late > 0 {
		c.Media = archive.NewComposite(t.stream.header.Init, p)
	}
	t.body = archive.NewChunked(t.stream.header.Init, p, c)
	t.samples, t.cut, t.begins, t.fine = a.f.Count, a.start-raw, a.discontinuity, t.fineStep(a.f)
	t.open = &presentation.Fragment{
		Start: a.start, Duration: a.length, Decode: c.Decode, DecodeLength: c.DecodeLength, Shift: a.shift,
		Sync: c.Sync, Size: c.Size, Arrived: c.Arrived, Session: a.by, Media: t.body, Chunks: t.body,
	}
	a.fragment = a.start
	t.end, t.length = t.open.End(), a.length
}

// extend joins a piece to the open fragment. What was shown of it stays as it is.
func (t *track) extend(a *accepted, media *archive.Media, c presentation.Chunk) {
	c.Media = media
	if a.partial || a.late > 0 {
		c.Media = archive.NewComposite(t.stream.header.Init, a.piece(media, 0))
	}
	t.body = t.body.With(a.piece(media, a.decode()-t.decode), c)
	t.samples += a.f.Count
	t.fine = t.fine && t.fineStep(a.f)
	f := *t.open
	f.DecodeLength = a.decode() + engine.Ticks(a.f.Duration) - f.Decode
	f.Duration = max(1, f.DecodeLength-t.cut)
	f.Size += c.Size
	f.Arrived, f.Media, f.Chunks = c.Arrived, t.body, t.body
	t.open = &f
	a.fragment = f.Start
	t.end, t.length = f.End(), f.Duration
}

// complete ends the open fragment. It reaches to the start of next, the piece with which
// another begins, when that adjoins it; next is nil when none follows.
func (t *track) complete(next *accepted) finished {
	f := *t.open
	if next != nil {
		switch {
		case next.start <= f.Start: // no encoder means that
			next.length = max(1, next.length-(f.End()-next.start))
			next.start = f.End()
		case t.adjoins(next) || next.start < f.End():
			f.Duration = next.start - f.Start
		}
	}
	t.settleMode(t.body.Len(), f.Sync)
	joined := t.body.Complete(t.init.ID, f.Shift, f.Arrived)
	f.Chunks, f.Media = joined, joined
	done := finished{Fragment: f, payload: t.body.PayloadSize(), discontinuity: t.begins}
	t.open, t.body = nil, nil
	t.end, t.length, t.usual, t.pieces = f.End(), f.Duration, f.Duration, f.Chunks.Len()
	return done
}

// settleMode learns from a fragment that was open and is complete.
func (t *track) settleMode(pieces int, sync bool) {
	if pieces > 1 || !sync || t.init.Type == string(engine.Audio) {
		t.mode, t.singles = chunked, 0
		return
	}
	if t.singles++; t.mode == unsettled || t.singles >= settledAfter {
		t.mode, t.singles = whole, 0
	}
}

// alone decides whether a piece with which a fragment begins is all of it, and learns from it.
func (t *track) alone(f *fmp4.Fragment) bool {
	second := int64(t.init.Timescale)
	switch {
	case t.init.Type == string(engine.Audio) && f.Duration >= second*3/4:
		t.mode, t.singles = whole, 0
	case t.init.Type == string(engine.Audio):
		// One short piece may come where a stream ends or its pictures change.
		if t.singles++; t.mode == whole && t.singles > 1 {
			t.mode = chunked
		}
	case t.init.Type != string(engine.Video):
		return true
	case !f.Sync:
		t.mode, t.singles = chunked, 0
		return false
	case t.mode == unsettled && f.Duration >= second:
		t.mode = whole
	}
	return t.mode == whole
}

// joins reports whether a piece belongs to the open fragment.
func (t *track) joins(a *accepted) bool {
	if t.open == nil || !t.adjoins(a) || !t.roomFor(a.f) {
		return false
	}
	switch {
	case t.init.Type == string(engine.Audio):
		return a.f.Duration < int64(t.init.Timescale)*3/4 && t.sameCell(a.start)
	case a.f.Sync:
		return t.fine && t.fineStep(a.f) && t.sameCell(a.start)
	}
	return true
}

// adjoins reports whether a piece follows the newest one of the track without a gap. A
// picture that lasted longer than its encoder foresaw is none.
func (t *track) adjoins(a *accepted) bool {
	patience := engine.Ticks(sameTime)
	if t.init.Type == string(engine.Video) {
		patience = max(patience, engine.Ticks(t.init.Timescale/10))
	}
	return t.fragments > 0 && !a.discontinuity && a.shift == t.shift && a.part == t.part && a.decode()-t.decode <= patience
}

func (t *track) roomFor(f *fmp4.Fragment) bool {
	return t.open.DecodeLength+engine.Ticks(f.Duration) <= maxJoinedSeconds*engine.Ticks(t.init.Timescale) &&
		t.samples+f.Count <= maxJoinedSamples && t.body.PayloadSize()+f.PayloadSize <= maxJoinedBytes
}

// fineStep reports whether a piece is so short, and all of sync samples, that key frames do
// not tell where fragments of video begin.
func (t *track) fineStep(f *fmp4.Fragment) bool {
	return f.Count > 0 && f.Syncs == f.Count && f.Duration < int64(t.init.Timescale)/4
}

// sameCell reports whether a time lies in the same cell as the open fragment's start.
func (t *track) sameCell(at engine.Ticks) bool {
	cell := presentation.CellSeconds * engine.Ticks(t.init.Timescale)
	return at/cell == t.open.Start/cell
}

// gapBefore is how much media is missing before a piece with which a fragment begins.
func (t *track) gapBefore(a *accepted) engine.Ticks {
	gap := a.start - t.end
	if t.fragments == 0 || a.discontinuity || gap <= a.length/engine.Ticks(max(1, a.f.Count, len(a.f.Samples))) {
		return 0
	}
	return gap
}

// sections cuts a piece that does not begin with a sync sample where the first one comes, so
// that a fragment can begin there. What lies before the cut, and follows nothing, is left
// out: no player could decode it.
func (t *track) sections(a accepted, to []accepted) []accepted {
	n := a.f.NextSync
	if t.init.Type != string(engine.Video) || a.f.Sync || n == 0 || len(a.f.Samples) <= n {
		return append(to, a)
	}
	tail := a
	tail.f, tail.from, tail.to, tail.partial = a.f.Section(n, len(a.f.Samples)), int32(n), int32(len(a.f.Samples)), true
	tail.start, tail.length = published(tail.f, a.shift)
	if t.open == nil {
		tail.start, tail.length = t.behind(tail.start, tail.length)
	}
	if t.adjoins(&a) {
		a.f, a.to, a.partial = a.f.Section(0, n), int32(n), true
		a.length = min(a.length, engine.Ticks(a.f.Duration))
		tail.discontinuity = false
		to = append(to, a)
	}
	if tail.length > 0 {
		to = append(to, tail)
	}
	return to
}

// decode is when the first sample of a piece is decoded, on the point's timeline.
func (a *accepted) decode() engine.Ticks { return engine.Ticks(a.f.DecodeStart) + a.shift }

// size is how many bytes belong to a piece of what was accepted, which has so many in all.
func (a *accepted) size(all int64, tracks []*fmp4.Fragment) int64 {
	return archive.Share(a.f, a.from, a.to, all, tracks)
}

// piece says where the samples are; lead is by how many ticks the piece before is too short.
func (a *accepted) piece(media *archive.Media, lead engine.Ticks) archive.Piece {
	return archive.Piece{
		Media: media, Offset: a.f.PayloadOffset, Size: a.f.PayloadSize,
		Traf: a.traf, From: a.from, To: a.to, Lead: int32(lead), Late: a.late,
	}
}
