package remote

import (
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"pubpoint/engine"
)

// BenchmarkSnapshot is what one look at sixteen points on air costs, server and client together, when
// something has changed, and when nothing has. "bytes" is what goes over the network.
func BenchmarkSnapshot(b *testing.B) {
	r := newRack(b)
	for i := range 16 {
		r.SetPoint(onAir(fmt.Sprintf("channel-%02d", i)))
		r.SetEncoder(engine.EncoderStatus{Spec: engine.EncoderSpec{ID: fmt.Sprintf("encoder-%02d", i), Point: "channel-00", Video: engine.Ladder(3)},
			State: engine.EncoderRunning, Order: engine.OrderRun, Command: "ffmpeg -re -f lavfi -i testsrc2=size=1280x720:rate=25 -c:v libx264 -preset veryfast -f ismv http://127.0.0.1:8088/"})
	}
	e, err := New(Config{URL: r.server.URL, TokenFile: tokenFile(b, token)})
	if err != nil {
		b.Fatal(err)
	}
	for name, changes := range map[string]bool{"changed": true, "same": false} {
		b.Run(name, func(b *testing.B) {
			for i := range b.N {
				if changes {
					r.ChangePoint("channel-03", func(p *engine.PointStatus) { p.Requests = int64(i) })
				}
				if err := e.poll(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(weight(b, e, r, changes)), "bytes")
		})
	}
}

// onAir is a point with three rungs and sound.
func onAir(name string) engine.PointStatus {
	now := time.Now()
	p := engine.PointStatus{Name: name, Title: "The " + name, State: engine.StateStarted, Since: now, Config: engine.DefaultPointConfig(),
		Event: engine.EventStatus{ID: "20260504T120000.000Z", Began: now, Duration: time.Hour}, Viewers: 12, Requests: 123456, Arriving: 4_321_000}
	for i := range 4 {
		p.Tracks = append(p.Tracks, engine.TrackStatus{Stream: "video", Type: engine.Video, Source: name + "-800k-400k-200k-64k", Bitrate: 200_000 << i, Arriving: 199_871 << i,
			Codec: "avc1.64001f", Width: 1280, Height: 720, Timescale: 10_000_000, LastStart: 36_000_000_000, LastLength: 20_000_000, LastArrival: now, Fragments: 1800, Bytes: 1 << 30})
	}
	p.Sources = []engine.SourceStatus{{ID: "17", Stream: name + "-800k-400k-200k-64k", Remote: "192.0.2.7:50123", UserAgent: "Lavf/59.27.100", Began: now, LastByte: now, Bytes: 1 << 30, Fragments: 7200, Connected: true}}
	return p
}

// weight is how many bytes of a body one snapshot has on the network.
func weight(b *testing.B, e *Engine, r *rack, changes bool) int64 {
	b.Helper()
	q, err := http.NewRequestWithContext(b.Context(), http.MethodGet, r.server.URL+"/api/v1/snapshot", nil)
	if err != nil {
		b.Fatal(err)
	}
	q.Header.Set("Authorization", "Bearer "+token)
	q.Header.Set("Accept-Encoding", "gzip")
	if !changes {
		q.Header.Set("If-None-Match", e.known.etag)
	}
	resp, err := http.DefaultClient.Do(q)
	if err != nil {
		b.Fatal(err)
	}
	n, err := io.Copy(io.Discard, resp.Body)
	if err != nil {
		b.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		b.Fatal(err)
	}
	return n
}
