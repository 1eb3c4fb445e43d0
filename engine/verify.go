package engine

import (
	"context"
	"time"
)

// Verifier checks archives.
type Verifier interface {
	// VerifyArchive reads every byte that a point has on disk of one event, holds it against
	// its checksums and one thing against the other, and changes nothing. The event is named
	// by its id; empty stands for the one that the point shows now, which may be on air, or for a
	// recording of that name.
	// Progress, unless nil, is called now and then with the bytes read and to be read; it must
	// not block. Kinds: NotFound, Storage when the directory cannot be read, Unavailable when
	// ctx ends first.
	VerifyArchive(ctx context.Context, point, event string, progress func(done, total int64)) (Verification, error)
}

// Verdict is what a check of an archive comes to. The zero value is not used.
type Verdict string

// The verdicts, from good to bad.
const (
	// VerdictComplete: every byte is the one that was written, and nothing is missing.
	VerdictComplete Verdict = "complete"
	// VerdictGap: complete; media is missing on the timeline because it was never taken in.
	VerdictGap Verdict = "gap"
	// VerdictUnchecked: there is nothing to hold the file against, as with files of others.
	VerdictUnchecked Verdict = "unchecked"
	// VerdictRepaired: a crash has left something that recovery cuts or makes again, or that
	// it has made again; all media that is there is right.
	VerdictRepaired Verdict = "repaired"
	// VerdictHole: media that was taken in is missing.
	VerdictHole Verdict = "hole"
	// VerdictAltered: bytes are not the ones that were written.
	VerdictAltered Verdict = "altered"
)

// Complete reports whether nothing is wrong with what was recorded.
func (v Verdict) Complete() bool { return v == VerdictComplete || v == VerdictGap }

// Worse returns the worse of two verdicts.
func (v Verdict) Worse(o Verdict) Verdict {
	if o.rank() > v.rank() {
		return o
	}
	return v
}

func (v Verdict) rank() int {
	for i, known := range [...]Verdict{VerdictComplete, VerdictGap, VerdictUnchecked, VerdictRepaired, VerdictHole, VerdictAltered} {
		if v == known {
			return i
		}
	}
	return -1
}

// Verification is what the check of one event's files has found.
type Verification struct {
	Dir     string    // the directory that was read
	Event   string    // its id; empty when nothing tells it
	Verdict Verdict   // the worst of all
	Open    bool      // it is being written, or waits for its encoder after a crash
	Zero    time.Time // wall clock of presentation time zero; zero when nothing tells it
	Bytes   int64     // read
	Files   []VerifiedFile
	Flaws   []Flaw // by file, then by place
}

// VerifiedFile is one file that was checked.
type VerifiedFile struct {
	Name      string
	Stream    string // stream id; empty for manifests
	Verdict   Verdict
	Writing   bool // it grew meanwhile
	Bytes     int64
	Fragments int64
	Start     time.Duration // of its media on the timeline
	End       time.Duration // 0 when there is none
}

// Flaw is one thing that a check has found.
type Flaw struct {
	Verdict  Verdict
	File     string
	Stream   string // stream id; empty for manifests
	Text     string // one sentence: what is wrong, and what to do if anything can be done
	From, To int64  // bytes concerned, To excluded; both 0 when it is not about bytes
	// Timed says that Start and End are known: the presentation times concerned.
	Timed      bool
	Start, End time.Duration
}

// At is the wall clock of a presentation time; zero when it is not known.
func (v *Verification) At(t time.Duration) time.Time {
	if v.Zero.IsZero() {
		return time.Time{}
	}
	return v.Zero.Add(t)
}
