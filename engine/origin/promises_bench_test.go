package origin_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/enginetest/sender"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/archive/archivetest"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/servermanifest"
	"pubpoint/engine/origin"
)

// BenchmarkLastByteToFirstAnswer measures how long it takes from the last byte of a fragment being
// sent until a viewer who asks without pause has its first 200: of the same fragment in CMAF, and
// of the one that is two before it in Smooth Streaming, which tells of the next two.
func BenchmarkLastByteToFirstAnswer(b *testing.B) {
	for name, c := range map[string]struct {
		behind int
		path   string
	}{
		"CMAF":   {0, "/oceans.isml/cmaf/video-200000/%d.m4s"},
		"Smooth": {2, "/oceans.isml/QualityLevels(200000)/Fragments(video=%d)"},
	} {
		b.Run(name, func(b *testing.B) {
			r := run(b, b.TempDir())
			cfg := engine.DefaultPointConfig()
			cfg.DVRWindow, cfg.ArchiveSegment, cfg.ArchiveKeep = time.Minute, 5*time.Minute, 15*time.Minute
			if err := r.CreatePoint(b.Context(), "oceans", cfg); err != nil {
				b.Fatal(err)
			}
			capture, err := sender.Load(filepath.Join("..", "internal", "fmp4", "testdata", "video-2997-isml.ismv"))
			if err != nil {
				b.Fatal(err)
			}
			e, err := sender.New(capture, sender.Options{Point: r.Addresses().Media + "/oceans.isml", Stream: "x-200k", Loop: 1 << 30})
			if err != nil {
				b.Fatal(err)
			}
			if err := e.Connect(b.Context()); err != nil {
				b.Fatal(err)
			}
			r.steps(e, 6)
			r.taken("oceans", e)
			viewer, err := r.client()
			if err != nil {
				b.Fatal(err)
			}
			defer closing(b, viewer.conn)
			var took []time.Duration
			for b.Loop() {
				f, err := e.Fragment(e.Sent() - c.behind)
				if err != nil {
					b.Fatal(err)
				}
				r.steps(e, 1)
				sent := time.Now()
				r.first(viewer, fmt.Sprintf(c.path, f.Start))
				took = append(took, time.Since(sent))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2])/1e6, "p50-ms")
			b.ReportMetric(float64(took[len(took)*99/100])/1e6, "p99-ms")
		})
	}
}

// first asks until the answer is yes.
func (r *running) first(c *client, path string) {
	r.t.Helper()
	for {
		status, err := c.get(path)
		if err != nil {
			r.t.Fatal(err)
		}
		if status == http.StatusOK {
			return
		}
	}
}

// The archive of BenchmarkRestartOfDays: each channel has two rungs of 24 h in fragments of 2 s.
const (
	channels      = 8
	dayFragments  = 24 * 3600 / 2
	fragmentTicks = 20_000_000
)

// BenchmarkRestartOfDays starts an origin over eight channels that have recorded 24 h each, until
// every one of them has given out its first fragment.
func BenchmarkRestartOfDays(b *testing.B) {
	root := b.TempDir()
	makeDays(b, root)
	var first, all time.Duration
	for b.Loop() {
		began := time.Now()
		o, err := origin.New(origin.Config{Root: root, Listen: "127.0.0.1:0"})
		if err != nil {
			b.Fatal(err)
		}
		if err := o.Listen(b.Context()); err != nil {
			b.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		ran := make(chan error, 1)
		go func() { ran <- o.Run(ctx) }()
		r := &running{Origin: o, t: b, root: root}
		viewer, err := r.client()
		if err != nil {
			b.Fatal(err)
		}
		for n := range channels {
			r.first(viewer, fmt.Sprintf("/day%d.isml/QualityLevels(100000)/Fragments(video=%d)", n, (dayFragments-1)*fragmentTicks))
			if n == 0 {
				first += time.Since(began)
			}
		}
		all += time.Since(began)
		closing(b, viewer.conn)
		cancel()
		if err := <-ran; err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(first.Seconds()/float64(b.N), "s-to-first")
	b.ReportMetric(all.Seconds()/float64(b.N), "s-to-all")
}

// makeDays writes the archive of one channel and gives it to all of them.
func makeDays(b *testing.B, dir string) {
	b.Helper()
	p := openParts(b, "video-2997-isml.ismv")
	names := make([]string, channels)
	for n := range channels {
		names[n] = filepath.Join(dir, fmt.Sprintf("day%d.isml", n))
		if err := os.Mkdir(names[n], 0o755); err != nil {
			b.Fatal(err)
		}
	}
	root, err := os.OpenRoot(names[0])
	if err != nil {
		b.Fatal(err)
	}
	d := archive.On(root)
	defer closing(b, d)
	doc := &servermanifest.Document{Meta: []servermanifest.Pair{{Name: "pubpoint.event", Value: "day"}, {Name: "pubpoint.ended", Value: "2030-01-02T03:04:05Z"}}}
	for r := range 2 {
		name := fmt.Sprintf("x-%d00k.ismv", r+1)
		recordDay(b, d, name, p.header)
		doc.Sources = append(doc.Sources, servermanifest.Source{Type: "video", Src: name, SystemBitrate: uint32(r+1) * 100_000, TrackID: 1, TrackName: "video"})
	}
	files, err := os.ReadDir(names[0])
	if err != nil {
		b.Fatal(err)
	}
	for n, other := range names {
		base := fmt.Sprintf("day%d.ism", n)
		for _, f := range files {
			if n > 0 {
				if err := os.Link(filepath.Join(names[0], f.Name()), filepath.Join(other, f.Name())); err != nil {
					b.Fatal(err)
				}
			}
		}
		if err := os.WriteFile(filepath.Join(other, base), servermanifest.Write(doc), 0o644); err != nil {
			b.Fatal(err)
		}
	}
}

// recordDay writes the file of one rung.
func recordDay(b *testing.B, d archive.Directory, name string, header []byte) {
	b.Helper()
	w, err := archive.Create(d, name, header, archive.Options{Sync: archive.SyncNone})
	if err != nil {
		b.Fatal(err)
	}
	index := fmp4.TrackIndex{TrackID: 1}
	for i := range dayFragments {
		p := archivetest.Fragment(1, uint32(i), uint64(i)*fragmentTicks, fragmentTicks, 200)
		p.Arrived = 1_900_000_000_000_000_000 + int64(i)*2_000_000_000
		m := archive.NewMedia(&p)
		if err := w.Keep(m, &p); err != nil {
			b.Fatal(err)
		}
		index.Entries = append(index.Entries, fmp4.IndexEntry{Time: uint64(i) * fragmentTicks, MoofOffset: uint64(m.Offset())})
	}
	if err := w.Seal([]fmp4.TrackIndex{index}); err != nil {
		b.Fatal(err)
	}
	closing(b, w.File())
}
