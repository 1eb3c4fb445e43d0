package archive_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"syscall"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/archive/archivetest"
	"pubpoint/engine/internal/fmp4"
)

const name = "s.ismv"

// recording is an archive that is being written.
type recording struct {
	disk   *archivetest.Disk
	w      *archive.Writer
	header []byte
	pieces []archive.Piece
	ends   []int64 // of the media, behind each fragment
}

func header(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "audio-only-2s-isml.ismv"))
	if err != nil {
		t.Fatal(err)
	}
	return archivetest.Header(b)
}

// record writes n fragments of 2 s; a clock begins again in front of every fifth.
func record(t testing.TB, n int, policy archive.SyncPolicy) *recording {
	t.Helper()
	r := &recording{disk: archivetest.New(), header: header(t)}
	var err error
	if r.w, err = archive.Create(r.disk, name, r.header, archive.Options{Sync: policy}); err != nil {
		t.Fatal(err)
	}
	for range n {
		r.add(t)
	}
	return r
}

func (r *recording) add(t testing.TB) {
	t.Helper()
	i := len(r.pieces)
	p := archivetest.Fragment(1, uint32(i), uint64(i)*20_000_000, 20_000_000, 40+i)
	p.Arrived = 1_700_000_000_123_456_789 + int64(i)
	m := archive.Mark{Shift: int64(i/5) * 70_000_000, Discontinuity: i > 0 && i%5 == 0}
	if err := r.w.Mark(m); err != nil {
		t.Fatal(err)
	}
	media := archive.NewMedia(&p)
	if err := r.w.Keep(media, &p); err != nil {
		t.Fatal(err)
	}
	r.pieces, r.ends = append(r.pieces, p), append(r.ends, r.w.Size())
}

func scan(t testing.TB, d archive.Directory) *archive.Scan {
	t.Helper()
	s, err := archive.ScanFile(d, name, fmp4.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.File.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// bare is a disk without the index file, so that everything is scanned.
func bare(d *archivetest.Disk) *archivetest.Disk {
	out := archivetest.New()
	out.Put(name, d.Bytes(name))
	return out
}

// alike makes sure that two scans tell the same of the media.
func alike(t *testing.T, got, want *archive.Scan, arrivals bool) {
	t.Helper()
	if len(got.Records) != len(want.Records) || got.Sealed != want.Sealed || got.Good != want.Good || got.Torn != want.Torn || !bytes.Equal(got.Header, want.Header) {
		t.Fatalf("%d records, sealed %v, good %d, torn %d; want %d, %v, %d, %d",
			len(got.Records), got.Sealed, got.Good, got.Torn, len(want.Records), want.Sealed, want.Good, want.Torn)
	}
	for i := range got.Records {
		a, b := got.Records[i], want.Records[i]
		if arrivals && a.Arrived == 0 {
			t.Fatalf("record %d has no time of arrival", i)
		}
		a.Media, b.Media, a.Arrived, b.Arrived = nil, nil, 0, 0
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("record %d:\n%+v %+v\nwant\n%+v %+v", i, a, a.Fragments[0], b, b.Fragments[0])
		}
	}
}

func TestIndexEqualsScan(t *testing.T) {
	for _, policy := range []archive.SyncPolicy{archive.SyncNone, archive.SyncInterval, archive.SyncEvery} {
		for _, sealed := range []bool{false, true} {
			t.Run(fmt.Sprint(policy, sealed), func(t *testing.T) {
				r := record(t, 23, policy)
				if sealed {
					if err := r.w.Seal(scan(t, bare(r.disk)).TrackIndex()); err != nil {
						t.Fatal(err)
					}
				}
				got := scan(t, r.disk)
				alike(t, got, scan(t, bare(r.disk)), true)
				want := 0
				switch {
				case sealed:
					want = 23
				case policy == archive.SyncEvery:
					want = 23
				}
				if got.Believed != want {
					t.Errorf("%d of 23 records were believed, want %d", got.Believed, want)
				}
				covered(t, r.disk)
			})
		}
	}
}

// covered makes sure that the index covers every byte of the media, with the right sums, and
// is the one that is made from the media alone.
func covered(t *testing.T, d *archivetest.Disk) {
	t.Helper()
	x, err := archive.LoadIndex(d, name)
	if err != nil {
		t.Fatal(err)
	}
	media := d.Bytes(name)
	if n := len(x.Entries); x.Fault != nil || n == 0 || x.Entries[n-1].End() != int64(len(media)) {
		t.Fatalf("%d entries, fault %v, media of %d bytes", n, x.Fault, len(media))
	}
	again := bare(d)
	if err := archive.RebuildIndex(again, name, fmp4.DefaultLimits()); err != nil {
		t.Fatal(err)
	}
	y, err := archive.LoadIndex(again, name)
	if err != nil {
		t.Fatal(err)
	}
	if len(y.Entries) != len(x.Entries) {
		t.Fatalf("%d entries rebuilt, %d written", len(y.Entries), len(x.Entries))
	}
	for i := range x.Entries {
		a, b := x.Entries[i], y.Entries[i]
		a.Arrived, a.Durable, b.Durable = 0, 0, 0
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("entry %d is %+v, rebuilt %+v", i, a, b)
		}
	}
}

func TestIndexOfCaptures(t *testing.T) {
	for _, capture := range []string{"av-isml.ismv", "av-plain.ismv", "2v1a-isml.ismv", "av-cmaf.mp4", "av-fmp4-basedataoffset.mp4", "1s-fragments-midgop-isml.ismv"} {
		t.Run(capture, func(t *testing.T) {
			b, err := os.ReadFile(filepath.Join("testdata", capture))
			if err != nil {
				t.Fatal(err)
			}
			foreign := archivetest.New()
			foreign.Put(name, b)
			from, d := scan(t, foreign), archivetest.New()
			w, err := archive.Create(d, name, from.Header, archive.Options{Sync: archive.SyncEvery})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range from.Records {
				moof, err := r.Media.Moof()
				if err != nil {
					t.Fatal(err)
				}
				at := r.Offset + int64(r.MoofSize)
				head := at + int64(r.MdatHeader)
				if _, err := w.Append(moof, b[at:head], b[head:head+r.Payload]); err != nil {
					t.Fatal(err)
				}
			}
			got := scan(t, d)
			alike(t, got, scan(t, bare(d)), true)
			if got.Believed != len(from.Records) {
				t.Errorf("%d of %d records were believed", got.Believed, len(from.Records))
			}
			covered(t, d)
		})
	}
}

// TestKilledBetweenMediaAndIndex cuts media and index at every byte, alone and together, as a
// kill in the middle of either write leaves them.
func TestKilledBetweenMediaAndIndex(t *testing.T) {
	r := record(t, 7, archive.SyncEvery)
	media, index := r.disk.Bytes(name), r.disk.Bytes(archive.IndexName(name))
	check := func(t *testing.T, m, x int) {
		t.Helper()
		d := archivetest.New()
		d.Put(name, media[:m])
		d.Put(archive.IndexName(name), index[:x])
		got, err := archive.ScanFile(d, name, fmp4.DefaultLimits())
		if m < len(r.header) {
			if err == nil {
				t.Fatalf("%d bytes of a header were enough", m)
			}
			return
		}
		if err != nil {
			t.Fatalf("media %d, index %d: %v", m, x, err)
		}
		whole := 0
		for whole < len(r.ends) && r.ends[whole] <= int64(m) {
			whole++
		}
		if len(got.Records) != whole || len(got.Damaged) != 0 {
			t.Fatalf("media %d, index %d: %d records, want %d; %d damaged", m, x, len(got.Records), whole, len(got.Damaged))
		}
		if err := archive.Recover(d, got); err != nil {
			t.Fatal(err)
		}
		w, err := archive.Reopen(d, got, archive.Options{})
		if err != nil {
			t.Fatal(err)
		}
		on := &recording{disk: d, w: w, header: r.header, pieces: slices.Clone(r.pieces[:whole])}
		for len(on.pieces) < len(r.pieces) {
			on.add(t)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(d.Bytes(name), media) {
			t.Fatalf("media %d, index %d: what was gone on with is not what would have been", m, x)
		}
		if (m+x)%11 == 0 { // it takes long
			covered(t, d)
		}
	}
	for m := range media {
		check(t, m, len(index))
		check(t, m, 0)
	}
	for x := range index {
		check(t, len(media), x)
		check(t, int(r.ends[3])+10, x)
	}
}

// TestPowerCuts lets the power fail after random numbers of fragments: what was forced to the
// disk is there again, nothing that is shown is other than it was, and writing goes on.
func TestPowerCuts(t *testing.T) {
	for _, policy := range []archive.SyncPolicy{archive.SyncNone, archive.SyncInterval, archive.SyncEvery} {
		t.Run(string(policy), func(t *testing.T) {
			for seed := range uint64(300) {
				rng := rand.New(rand.NewPCG(seed, 7))
				r := record(t, 1+rng.IntN(12), policy)
				d := r.disk.PowerCut(rng)
				if d.Bytes(name) == nil {
					if policy == archive.SyncNone {
						continue // not even its name was on disk
					}
					t.Fatalf("seed %d: the file is gone", seed)
				}
				got, err := archive.ScanFile(d, name, fmp4.DefaultLimits())
				if err != nil {
					if policy == archive.SyncNone {
						continue
					}
					t.Fatalf("seed %d: %v", seed, err)
				}
				if policy == archive.SyncEvery && len(got.Records) < len(r.pieces) {
					t.Fatalf("seed %d: %d of %d fragments are left", seed, len(got.Records), len(r.pieces))
				}
				for i := range got.Records {
					var b bytes.Buffer
					m := got.Records[i].Media
					if _, err := m.WritePayload(&b, 0, m.PayloadSize()); err != nil {
						t.Fatal(err)
					}
					known := slices.ContainsFunc(r.pieces, func(p archive.Piece) bool { return bytes.Equal(p.Payload, b.Bytes()) })
					if !known && policy == archive.SyncEvery {
						t.Fatalf("seed %d: fragment %d holds what was never written", seed, i)
					}
				}
			}
		})
	}
}

func TestDamageBehindWhatIsDurableIsLeftOut(t *testing.T) {
	r := record(t, 6, archive.SyncNone)
	media := r.disk.Bytes(name)
	clear(media[r.ends[3]+110 : r.ends[3]+120]) // in the payload of the fifth
	r.disk.Put(name, media)
	got := scan(t, r.disk)
	if len(got.Records) != 5 || len(got.Damaged) != 1 || got.Damaged[0].Offset != r.ends[3] || got.Torn != 0 {
		t.Fatalf("%d records, damaged %+v, torn %d", len(got.Records), got.Damaged, got.Torn)
	}
}

func TestIndexThatIsOfNoUse(t *testing.T) {
	r := record(t, 6, archive.SyncEvery)
	index := r.disk.Bytes(archive.IndexName(name))
	other := bytes.Clone(index)
	other[8+3]++ // version
	early := bytes.Clone(index)
	early[16+63]++ // in the first record
	late := bytes.Clone(index)
	late[len(late)-9]++ // in the last
	shifted := slices.Concat(index[:16], index[16+64:])
	for what, b := range map[string][]byte{
		"empty": {}, "text": []byte("this is no index at all"), "of a version to come": other, "damaged early": early, "damaged late": late, "without its first record": shifted,
	} {
		t.Run(what, func(t *testing.T) {
			d := bare(r.disk)
			d.Put(archive.IndexName(name), b)
			got := scan(t, d)
			alike(t, got, scan(t, bare(r.disk)), false)
			w, err := archive.Reopen(d, got, archive.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			covered(t, d)
		})
	}
}

// TestIndexThatCannotBeWritten costs nothing but the index, which catches up.
func TestIndexThatCannotBeWritten(t *testing.T) {
	r := record(t, 2, archive.SyncNone)
	r.disk.Fault(func(op archivetest.Op) error {
		if op.Name == archive.IndexName(name) && op.Kind == "write" {
			return archivetest.Short{N: op.Size / 2, Err: syscall.ENOSPC}
		}
		return nil
	})
	for range 5 {
		r.add(t)
	}
	if r.w.IndexFault() == nil {
		t.Error("nothing is said of the index")
	}
	alike(t, scan(t, r.disk), scan(t, bare(r.disk)), false)
	r.disk.Fault(nil)
	r.add(t)
	if err := r.w.IndexFault(); err != nil {
		t.Error(err)
	}
	covered(t, r.disk)
	alike(t, scan(t, r.disk), scan(t, bare(r.disk)), true)
}

func TestRebuildKeepsArrivals(t *testing.T) {
	r := record(t, 6, archive.SyncNone)
	if err := archive.RebuildIndex(r.disk, name, fmp4.DefaultLimits()); err != nil {
		t.Fatal(err)
	}
	alike(t, scan(t, r.disk), scan(t, bare(r.disk)), true)
	foreign, err := os.ReadFile(filepath.Join("testdata", "av-prft-isml.ismv"))
	if err != nil {
		t.Fatal(err)
	}
	r.disk.Put(name, foreign)
	if err := archive.RebuildIndex(r.disk, name, fmp4.DefaultLimits()); engine.KindOf(err) != engine.BadInput {
		t.Errorf("a file with boxes of others got an index: %v", err)
	}
}

func FuzzIndex(f *testing.F) {
	r := record(f, 3, archive.SyncEvery)
	media := r.disk.Bytes(name)
	f.Add(r.disk.Bytes(archive.IndexName(name)))
	f.Add([]byte("PPISMX\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		d := archivetest.New()
		d.Put(name, media)
		d.Put(archive.IndexName(name), b)
		scan(t, d) // must not panic, nor fail: the media is whole
	})
}

// day writes 24 h of one rung, in fragments of 2 s with small payloads.
func day(b testing.TB, root *os.Root, n int) {
	b.Helper()
	w, err := archive.Create(archive.On(root), name, header(b), archive.Options{Sync: archive.SyncNone})
	if err != nil {
		b.Fatal(err)
	}
	index := fmp4.TrackIndex{TrackID: 1}
	for i := range n {
		p := archivetest.Fragment(1, uint32(i), uint64(i)*20_000_000, 20_000_000, 1000)
		p.Arrived = time.Now().UnixNano()
		m := archive.NewMedia(&p)
		if err := w.Keep(m, &p); err != nil {
			b.Fatal(err)
		}
		index.Entries = append(index.Entries, fmp4.IndexEntry{Time: uint64(i) * 20_000_000, MoofOffset: uint64(m.Offset())})
	}
	if err := w.Seal([]fmp4.TrackIndex{index}); err != nil {
		b.Fatal(err)
	}
	if err := w.File().Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkOpenDay opens one rung of a day, with its index and without.
func BenchmarkOpenDay(b *testing.B) {
	const fragments = 24 * 3600 / 2
	root, err := os.OpenRoot(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := root.Close(); err != nil {
			b.Error(err)
		}
	}()
	day(b, root, fragments)
	open := func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			s, err := archive.ScanFile(archive.On(root), name, fmp4.DefaultLimits())
			if err != nil || len(s.Records) != fragments {
				b.Fatalf("%d records, %v", len(s.Records), err)
			}
			if err := s.File.Close(); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("index", open)
	if err := root.Remove(archive.IndexName(name)); err != nil {
		b.Fatal(err)
	}
	b.Run("scan", open)
}
