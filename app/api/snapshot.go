package api

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"pubpoint/engine"
)

// VersionHeader and NowHeader are set on every answer to GET /api/v1/snapshot: the version of this
// API, whose first number changes when programs have to, and the server's clock in RFC 3339.
const (
	VersionHeader = "Pubpoint-Api"
	NowHeader     = "Pubpoint-Now"
)

// Major is the first number of the version of this API.
const Major = 1

// apiVersion is what VersionHeader says.
const apiVersion = "1.0"

// maxLevels is how many points one snapshot tells the levels of.
const maxLevels = 256

// Compressing less than this saves no packet.
const leastCompressed = 1400 // bytes

// Snapshot is one instant of an engine, as the window of a control room shows it.
type Snapshot struct {
	Version    string // of the program
	Points     []engine.PointStatus
	Links      map[string][]engine.Link // of each point, by its name
	Levels     map[string]engine.AudioLevel
	Encoders   []engine.EncoderStatus
	Unresumed  []engine.EncoderSpec
	Tool       engine.ToolStatus
	Alarms     []engine.Alarm
	System     engine.SystemStatus
	Recordings []engine.Recording
	Addresses  engine.Addresses
}

// snapshot is a Snapshot in JSON.
type snapshot struct {
	Version    string          `json:"version"`
	Points     []snapshotPoint `json:"points"`
	Encoders   []encoder       `json:"encoders"`
	Unresumed  []encoderSpec   `json:"unresumed"`
	Tool       tool            `json:"tool"`
	Alarms     []alarm         `json:"alarms"`
	System     system          `json:"system"`
	Recordings []recording     `json:"recordings"`
	Addresses  addresses       `json:"addresses"`
}

// snapshotPoint is all that is known of a publishing point.
type snapshotPoint struct {
	point
	Statistics statistics `json:"statistics"`
	Findings   []finding  `json:"findings"`
}

type tool struct {
	Path    string `json:"path"`
	Version string `json:"version"`
	Reason  string `json:"reason"`
}

type addresses struct {
	Media string `json:"media"`
	Admin string `json:"admin"`
	Local string `json:"local"`
	Bound string `json:"bound"`
}

// snapshotOf tells all, with the levels of the points that are named.
func (s *Server) snapshotOf(levels []string, reach func(string) string) snapshot {
	d := s.desk
	a := d.Addresses()
	out := snapshot{Version: s.version, Points: []snapshotPoint{}, Encoders: []encoder{}, Unresumed: []encoderSpec{}, Tool: tool(d.Tool()),
		Alarms: []alarm{}, System: systemOf(d.System(), s.limits()), Recordings: recordingsOf(d.Recordings(), reach),
		Addresses: addresses{Media: reach(a.Media), Admin: reach(a.Admin), Local: a.Local, Bound: a.Bound}}
	for _, p := range d.Points() {
		one := snapshotPoint{point: pointOf(p, reached(d.Links(p.Name), reach)), Statistics: statisticsOf(p), Findings: findingsOf(p.Findings)}
		if slices.Contains(levels, p.Name) {
			one.Statistics.Level = levelOf(d.AudioLevel(p.Name))
		}
		out.Points = append(out.Points, one)
	}
	for _, e := range d.Encoders() {
		out.Encoders = append(out.Encoders, encoderOf(e))
	}
	for _, e := range d.Unresumed() {
		out.Unresumed = append(out.Unresumed, encoderSpecOf(e))
	}
	now := time.Now()
	for _, a := range d.Alarms() {
		out.Alarms = append(out.Alarms, alarmOf(a, now))
	}
	return out
}

// getSnapshot tells everything that a control room shows in one answer, which is empty for whoever
// has it already (If-None-Match).
func (s *Server) getSnapshot(w http.ResponseWriter, r *http.Request) error {
	levels := r.URL.Query()["level"]
	if len(levels) > maxLevels {
		return badInput("level is given %d times; ask for %d points at most.", len(levels), maxLevels)
	}
	body, err := json.Marshal(s.snapshotOf(levels, s.reacher(r)))
	if err != nil {
		return &engine.Error{Op: "encode snapshot", Text: "The answer could not be written; the log says more.", Err: err}
	}
	sum := sha256.Sum256(body)
	tag := strconv.Quote(hex.EncodeToString(sum[:12]))
	h := w.Header()
	h.Set("ETag", tag)
	h.Set("Cache-Control", "no-cache")
	h.Set("Vary", "Accept-Encoding")
	h.Set(VersionHeader, apiVersion)
	h.Set(NowHeader, time.Now().UTC().Format(time.RFC3339Nano))
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", "application/json")
	if len(body) >= leastCompressed && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		if body, err = compressed(body); err != nil {
			return err
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	// A client that has gone cannot be told anything.
	_, _ = w.Write(body)
	return nil
}

func compressed(body []byte) ([]byte, error) {
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err == nil {
		_, err = z.Write(body)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		return nil, &engine.Error{Op: "compress snapshot", Text: "The answer could not be written; the log says more.", Err: err}
	}
	return out.Bytes(), nil
}
