package api

import "testing"

// TestEncoderWork changes, tries and looks into what encoders are made of.
func TestEncoderWork(t *testing.T) {
	for _, c := range []struct {
		method, path, body string
		status             int
		want               []string
	}{
		{"PATCH", "/api/v1/encoders/one", `{"method":1,"preset":"fast","restart":"never","max_restarts":3,"input":{"kind":"network","url":"srt://127.0.0.1:9","listen":true}}`, 200,
			[]string{`"id":"one"`, `"method":1`, `"preset":"fast"`, `"restart":"never"`, `"max_restarts":3`, `"listen":true`, `"gop_seconds":2`, `"processes":[]`}},
		{"PATCH", "/api/v1/encoders/one", `{"id":"two"}`, 400, []string{"keeps its id"}},
		{"PATCH", "/api/v1/encoders/one", `{"colour":"red"}`, 400, []string{"colour"}},
		{"PATCH", "/api/v1/encoders/none", `{}`, 404, []string{"none"}},
		{"GET", "/api/v1/encoders/devices", "", 200, []string{`{"devices":[{"kind":"camera","id":"/dev/video0","label":"Camera"}]}`}},
		{"POST", "/api/v1/encoders/command", `{"point":"sports/arena","input":{"kind":"test-pattern"},"audio_bitrate":64000}`, 200, []string{`"command":"ffmpeg `}},
		{"POST", "/api/v1/encoders/command", `{"point":"sports/arena","input":{"kind":"teleprinter"}}`, 400, []string{"teleprinter"}},
		{"POST", "/api/v1/encoders/probe", `{"kind":"file","path":"/a.mp4"}`, 200, []string{`"codec":"h264"`, `"duration_seconds":60`, `"copies":true`}},
		{"POST", "/api/v1/encoders/probe", `{"kind":"file","path":"/b.mp4"}`, 404, []string{`"kind":"not found"`}},
		{"POST", "/api/v1/encoders/try", `{"point":"sports/arena","input":{"kind":"test-pattern"},"audio_bitrate":64000,"length_seconds":2}`, 200, []string{`"speed":0.71`, `"ok":false`, `"log":[]`}},
		{"POST", "/api/v1/encoders/try", `{"length_seconds":-1}`, 400, []string{"length_seconds"}},
	} {
		checkRoute(t, c.method, c.path, c.body, c.status, c.want)
	}
}
