package origin_test

import (
	"bytes"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/servermanifest"
)

// clipRate is how much an hour of material is, in kbit/s; 4600 is a ladder, and 2 GB on disk.
var clipRate = flag.Int("clip.rate", 464, "kbit/s of the material that BenchmarkClipAnHour cuts")

// clipFiles is how many encoders it came from.
var clipFiles = flag.Int("clip.files", 1, "encoders that the material of BenchmarkClipAnHour came from")

// hour records an hour of two-second fragments of made-up pictures as files in dir.
func hour(b *testing.B, dir string) {
	b.Helper()
	if err := os.Mkdir(dir, 0o755); err != nil {
		b.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		b.Fatal(err)
	}
	head := vector(b, "video-2997-isml.ismv")
	head = head[:bytes.Index(head, []byte("moof"))-4]
	payload := bytes.Repeat([]byte("media"), *clipRate*1000/8*2 / *clipFiles / 5)
	doc := &servermanifest.Document{ClientManifest: "hour.ismc"}
	for n := range *clipFiles {
		name := fmt.Sprintf("hour-%dk.ismv", n+1)
		doc.Sources = append(doc.Sources, servermanifest.Source{Type: "video", Src: name, SystemBitrate: uint32(n+1) * 1000, TrackID: 1, TrackName: "video"})
		w, err := archive.Create(archive.On(root), name, head, archive.Options{Sync: archive.SyncNone})
		if err != nil {
			b.Fatal(err)
		}
		index := fmp4.TrackIndex{TrackID: 1}
		for i := range int64(1800) {
			f := &fmp4.Fragment{TrackID: 1}
			for s := range 50 {
				flags, size := fmp4.FlagsNonSync, len(payload)/50
				if s == 0 {
					flags, size = fmp4.FlagsSync, size+len(payload)%50
				}
				f.Samples = append(f.Samples, fmp4.Sample{Duration: 400_000, Size: uint32(size), Flags: flags})
			}
			moof := fmp4.SmoothMoof(f, fmp4.Rewrite{TrackID: 1, Sequence: uint32(i + 1), Start: i * 20_000_000, Duration: 20_000_000})
			index.Entries = append(index.Entries, fmp4.IndexEntry{Time: uint64(i * 20_000_000), MoofOffset: uint64(w.Size())})
			if _, err := w.Append(moof, append(binary.BigEndian.AppendUint32(nil, uint32(len(payload)+8)), "mdat"...), payload); err != nil {
				b.Fatal(err)
			}
		}
		if err := w.Seal([]fmp4.TrackIndex{index}); err != nil {
			b.Fatal(err)
		}
		if err := w.File().Close(); err != nil {
			b.Fatal(err)
		}
	}
	if err := archive.WriteFile(archive.On(root), "hour.ism", servermanifest.Write(doc)); err != nil {
		b.Fatal(err)
	}
	if err := root.Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkClipAnHour cuts an hour out of a recording, until it is served.
func BenchmarkClipAnHour(b *testing.B) {
	root := b.TempDir()
	hour(b, filepath.Join(root, "hour.ism"))
	r := run(b, root)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		name := fmt.Sprint("clip", i)
		c, err := r.Clip(b.Context(), engine.ClipRequest{Point: "hour", Name: name})
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(c.Bytes)
		b.StopTimer()
		b.Logf("%d fragments, %d bytes in %v", c.Fragments, c.Bytes, c.Took)
		if err := os.RemoveAll(filepath.Join(r.root, name+".ism")); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

// BenchmarkExportAnHour makes a plain MP4 of an hour, for a reader that is as fast as can be.
func BenchmarkExportAnHour(b *testing.B) {
	root := b.TempDir()
	hour(b, filepath.Join(root, "hour.ism"))
	r := run(b, root)
	b.ReportAllocs()
	for b.Loop() {
		x, err := r.OpenExport(b.Context(), engine.ExportRequest{Point: "hour"})
		if err != nil {
			b.Fatal(err)
		}
		if n, err := x.Body.WriteTo(io.Discard); err != nil || n != x.Size {
			b.Fatal(n, err)
		}
		b.SetBytes(x.Size)
		x.Release()
	}
}
