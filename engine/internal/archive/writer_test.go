package archive

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"slices"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
)

func TestArchiveIsTheAcceptedBytes(t *testing.T) {
	for _, name := range []string{"av-isml.ismv", "av-plain.ismv", "2v1a-isml.ismv", "av-ac3-delaymoov-isml.ismv",
		"av-prft-isml.ismv", "1s-fragments-midgop-isml.ismv", "audio-only-2s-isml.ismv", "av-cmaf.mp4", "av-fmp4-basedataoffset.mp4"} {
		t.Run(name, func(t *testing.T) {
			root, c := openRoot(t), readCapture(t, name)
			w, err := Create(On(root), "s.ismv", c.header, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer closeFile(t, w.File())
			for i, p := range c.pieces {
				if err := w.Mark(Mark{}); err != nil {
					t.Fatal(err)
				}
				m, err := w.Append(p.moof, p.mdatHeader, p.payload)
				if err != nil {
					t.Fatal(err)
				}
				if m.Size() != int64(len(p.bytes())) || m.Offset() != w.Size()-m.Size() || !m.Hot() {
					t.Errorf("fragment %d: Size %d, Offset %d, Hot %v", i, m.Size(), m.Offset(), m.Hot())
				}
				checkMedia(t, m, p)
				m.Cool()
				if m.Hot() {
					t.Error("the media is in memory after Cool")
				}
				checkMedia(t, m, p)
			}
			if got := readFile(t, root, "s.ismv"); !bytes.Equal(got, c.file()) {
				t.Fatal("the archive is not header and fragments byte for byte")
			}
			unsealed := scanFile(t, root, "s.ismv")
			if unsealed.Sealed || unsealed.Torn != 0 || unsealed.Fault != nil || unsealed.Good != w.Size() {
				t.Errorf("before sealing: sealed %v, torn %d, good %d of %d, fault %v", unsealed.Sealed, unsealed.Torn, unsealed.Good, w.Size(), unsealed.Fault)
			}
			index := unsealed.TrackIndex()
			if err := w.Seal(index); err != nil {
				t.Fatal(err)
			}
			if got, want := readFile(t, root, "s.ismv"), fmp4.AppendMfra(c.file(), index); !bytes.Equal(got, want) {
				t.Fatal("the sealed archive is not its fragments and the index")
			}
			sealed := scanFile(t, root, "s.ismv")
			checkRecords(t, sealed, c.pieces)
			if !sealed.Sealed || sealed.Torn != 0 || sealed.Good != int64(len(c.file())) || !bytes.Equal(sealed.Header, c.header) {
				t.Errorf("after sealing: sealed %v, torn %d, good %d, header as sent %v", sealed.Sealed, sealed.Torn, sealed.Good, bytes.Equal(sealed.Header, c.header))
			}
			if !slices.EqualFunc(sealed.Index, index, equalIndex) {
				t.Error("the index read back is not the one written")
			}
		})
	}
}

func equalIndex(a, b fmp4.TrackIndex) bool {
	return a.TrackID == b.TrackID && slices.Equal(a.Entries, b.Entries)
}

func TestCreateRefuses(t *testing.T) {
	root := openRoot(t)
	w, err := Create(On(root), "s.ismv", []byte("header"), Options{Sync: SyncEvery})
	if err != nil {
		t.Fatal(err)
	}
	defer closeFile(t, w.File())
	tests := []struct {
		name, file string
		opt        Options
		kind       engine.Kind
	}{
		{"a file that exists", "s.ismv", Options{}, engine.Conflict},
		{"a policy nobody knows", "t.ismv", Options{Sync: "often"}, engine.BadInput},
		{"a directory that does not exist", "no/t.ismv", Options{}, engine.Storage},
		{"a way out of the root", "../t.ismv", Options{}, engine.Storage},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Create(On(root), tt.file, []byte("header"), tt.opt)
			var e *engine.Error
			if !errors.As(err, &e) || e.Kind != tt.kind || e.Text == "" {
				t.Errorf("error %v of kind %v, want %v with a sentence", err, engine.KindOf(err), tt.kind)
			}
		})
	}
	if got := readFile(t, root, "s.ismv"); string(got) != "header" {
		t.Errorf("the file that existed is now %q", got)
	}
	if got := names(t, root.FS(), "."); !slices.Equal(got, []string{"s.ismv", "s.ismx"}) {
		t.Errorf("left in the directory: %v", got)
	}
}

// TestDiskThatFails lets each kind of failure happen twice while fragments go on coming.
func TestDiskThatFails(t *testing.T) {
	c := readCapture(t, "1s-fragments-midgop-isml.ismv")
	full := &os.PathError{Op: "write", Path: "mem.ismv", Err: syscall.ENOSPC}
	tests := []struct {
		name string
		arm  func(d *memDisk, failing *bool)
	}{
		{"nothing is written", func(d *memDisk, failing *bool) {
			d.write = func(n int) (int, error) {
				if *failing {
					return 0, full
				}
				return n, nil
			}
		}},
		{"half is written", func(d *memDisk, failing *bool) {
			d.write = func(n int) (int, error) {
				if *failing {
					return n / 2, full
				}
				return n, nil
			}
		}},
		{"half is written, without an error", func(d *memDisk, failing *bool) {
			d.write = func(n int) (int, error) {
				if *failing {
					return n / 2, nil
				}
				return n, nil
			}
		}},
		{"half is written and cannot be cut off", func(d *memDisk, failing *bool) {
			d.write = func(n int) (int, error) {
				if *failing {
					return n / 2, full
				}
				return n, nil
			}
			d.cut = func() error {
				if *failing {
					return syscall.EIO
				}
				return nil
			}
		}},
		{"sync fails", func(d *memDisk, failing *bool) {
			d.sync = func() error {
				if *failing {
					return syscall.EIO
				}
				return nil
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, failing := &memDisk{}, false
			w := memWriter(t, d, c.header, SyncEvery)
			tt.arm(d, &failing)
			want := capture{header: c.header}
			for i, p := range c.pieces {
				failing = i == 1 || i == 2
				m, err := w.Append(p.moof, p.mdatHeader, p.payload)
				if failing {
					var e *engine.Error
					if !errors.As(err, &e) || e.Kind != engine.Storage || e.Text == "" || m != nil {
						t.Fatalf("fragment %d: %v, %v, want a storage error with a sentence", i, m, err)
					}
					checkMedia(t, NewMemory(p.moof, p.payload), p)
				} else if err != nil {
					t.Fatalf("fragment %d: %v", i, err)
				} else {
					want.pieces = append(want.pieces, p)
					m.Cool()
					checkMedia(t, m, p)
				}
				if w.Size() != int64(len(want.file())) {
					t.Errorf("fragment %d: Size %d, want %d", i, w.Size(), len(want.file()))
				}
			}
			if !bytes.Equal(d.data, want.file()) {
				t.Error("the file is not the header and the fragments that were taken")
			}
		})
	}
}

func TestMarkIsRepeatedAfterFailure(t *testing.T) {
	c := readCapture(t, "1s-fragments-midgop-isml.ismv")
	d := &memDisk{}
	w := memWriter(t, d, c.header, SyncNone)
	d.write = func(n int) (int, error) { return n / 2, syscall.ENOSPC }
	m := Mark{Shift: 12345, Discontinuity: true}
	if err := w.Mark(m); engine.KindOf(err) != engine.Storage {
		t.Fatalf("Mark on a full disk: %v", err)
	}
	d.write = nil
	if err := w.Mark(m); err != nil {
		t.Fatal(err)
	}
	if want := appendMark(bytes.Clone(c.header), m); !bytes.Equal(d.data, want) {
		t.Error("the file is not header and mark")
	}
}

func TestCloseCutsWhatAFailureLeft(t *testing.T) {
	c := readCapture(t, "1s-fragments-midgop-isml.ismv")
	d := &memDisk{}
	w := memWriter(t, d, c.header, SyncNone)
	d.write = func(n int) (int, error) { return n / 2, syscall.ENOSPC }
	d.cut = func() error { return syscall.EIO }
	p := c.pieces[0]
	if _, err := w.Append(p.moof, p.mdatHeader, p.payload); !errors.Is(err, syscall.ENOSPC) || !errors.Is(err, syscall.EIO) {
		t.Errorf("error %v, want both causes", err)
	}
	d.cut = nil
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(d.data, c.header) {
		t.Error("half a fragment is left")
	}
	if _, err := w.Append(p.moof, p.mdatHeader, p.payload); !errors.Is(err, ErrSealed) {
		t.Errorf("append after close: %v", err)
	}
}

func TestSealFailsAndIsRepeated(t *testing.T) {
	c := readCapture(t, "1s-fragments-midgop-isml.ismv")
	d := &memDisk{}
	w := memWriter(t, d, c.header, SyncNone)
	d.sync = func() error { return syscall.EIO }
	if err := w.Seal(nil); engine.KindOf(err) != engine.Storage {
		t.Fatalf("seal: %v", err)
	}
	if !bytes.Equal(d.data, c.header) {
		t.Error("an index is left of a failed seal")
	}
	d.sync = nil
	if err := w.Seal(nil); err != nil {
		t.Fatal(err)
	}
	if want := fmp4.AppendMfra(bytes.Clone(c.header), nil); !bytes.Equal(d.data, want) {
		t.Error("the file is not header and index")
	}
	if err := w.Seal(nil); !errors.Is(err, ErrSealed) {
		t.Errorf("second seal: %v", err)
	}
	if err := w.Close(); err != nil {
		t.Errorf("close after seal: %v", err)
	}
}

func TestSyncPolicies(t *testing.T) {
	c := readCapture(t, "1s-fragments-midgop-isml.ismv")
	p := c.pieces[0]
	for _, tt := range []struct {
		policy SyncPolicy
		want   int // syncs after header and ten fragments at 300 ms
	}{{SyncNone, 0}, {SyncInterval, 1 + 2}, {SyncEvery, 1 + 10}, {"", 1 + 2}} {
		synctest.Test(t, func(t *testing.T) {
			d := &memDisk{}
			w := memWriter(t, d, c.header, tt.policy)
			for range 10 {
				time.Sleep(300 * time.Millisecond) // of the bubble's clock
				if _, err := w.Append(p.moof, p.mdatHeader, p.payload); err != nil {
					t.Fatal(err)
				}
			}
			if d.syncs != tt.want {
				t.Errorf("policy %q: %d syncs, want %d", tt.policy, d.syncs, tt.want)
			}
		})
	}
}

// TestAnyOrder appends the fragments of two tracks in random order with random shifts,
// and expects the scan to tell the same.
func TestAnyOrder(t *testing.T) {
	c := readCapture(t, "av-isml.ismv")
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 1))
		d := &memDisk{}
		w := memWriter(t, d, c.header, SyncNone)
		var want []piece
		var marks []Mark
		shift := int64(0)
		for range 30 {
			m := Mark{Shift: shift}
			if rng.IntN(4) == 0 {
				shift = rng.Int64N(1<<50) - 1<<49
				m = Mark{Shift: shift, Discontinuity: rng.IntN(2) == 0}
			}
			if err := w.Mark(m); err != nil {
				t.Fatal(err)
			}
			p := c.pieces[rng.IntN(len(c.pieces))]
			if _, err := w.Append(p.moof, p.mdatHeader, p.payload); err != nil {
				t.Fatal(err)
			}
			want, marks = append(want, p), append(marks, m)
		}
		scan, err := scanDisk(w.File(), int64(len(d.data)), fmp4.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		checkRecords(t, scan, want)
		var rejoined map[uint32]bool
		for i, r := range scan.Records {
			if marks[i].Discontinuity {
				rejoined = map[uint32]bool{}
			}
			track := r.Fragments[0].TrackID
			discontinuity := rejoined != nil && !rejoined[track]
			if discontinuity {
				rejoined[track] = true
			}
			if r.Shift != marks[i].Shift || r.Discontinuity != discontinuity {
				t.Fatalf("seed %d, fragment %d: shift %d, discontinuity %v, want %d, %v", seed, i, r.Shift, r.Discontinuity, marks[i].Shift, discontinuity)
			}
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	root, c := openRoot(b), readCapture(b, "av-isml.ismv")
	w, err := Create(On(root), "s.ismv", c.header, Options{Sync: SyncNone})
	if err != nil {
		b.Fatal(err)
	}
	defer closeFile(b, w.File())
	p := c.pieces[0]
	b.SetBytes(int64(len(p.bytes())))
	b.ReportAllocs()
	for b.Loop() {
		m, err := w.Append(p.moof, p.mdatHeader, p.payload)
		if err != nil {
			b.Fatal(err)
		}
		m.Cool()
	}
}
