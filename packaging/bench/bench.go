package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"
)

// bench is one run of the program: what it measures with, and what it has found.
type bench struct {
	program string
	rounds  int
	round   time.Duration
	long    bool
	out     io.Writer

	dir     string
	results []result
}

// result is a line of the table.
type result struct {
	goal, what string
	ours       string // with its unit
	peer       string // likewise; empty without one
	ratio      float64
	spread     string // lowest and highest of the rounds
	limit      float64
	least      bool // the limit is the least that is good, not the most
	unit       string
}

// begin makes sure that everything is there.
func (b *bench) begin(ctx context.Context) error {
	for _, tool := range []string{"ffmpeg", "nginx", "wrk"} {
		if _, err := exec.LookPath(tool); err != nil {
			return fmt.Errorf("%s is not in PATH: packaging/setup.sh bench installs what is missing", tool)
		}
	}
	if err := exec.CommandContext(ctx, b.program, "-version").Run(); err != nil {
		return fmt.Errorf("%s cannot be run: %w; make bin/pubpointd builds it", b.program, err)
	}
	var err error
	if b.dir, err = os.MkdirTemp("", "pubpoint-bench-"); err != nil {
		return err
	}
	// All players and encoders here share one address, and are more than a server takes from one by itself.
	const limits = "[limits]\nconnections = 20000\nconnections-per-address = -1\nrequests = 20000\nrequests-per-address = -1\n"
	if err := os.WriteFile(b.settings(), []byte(limits), 0o600); err != nil {
		return errors.Join(err, b.end())
	}
	// nginx's workers are another user's.
	if err := os.Chmod(b.dir, 0o755); err != nil {
		return errors.Join(err, b.end())
	}
	return nil
}

// settings is the settings file of the program that is measured.
func (b *bench) settings() string { return filepath.Join(b.dir, "pubpoint.toml") }

// end removes what was made.
func (b *bench) end() error { return os.RemoveAll(b.dir) }

// sub makes a directory for one measurement.
func (b *bench) sub(name string) (string, error) {
	dir := filepath.Join(b.dir, name)
	return dir, os.MkdirAll(dir, 0o755)
}

// add notes a measurement without a peer: a value against a limit.
func (b *bench) add(goal, what string, value float64, unit string, limit float64) {
	b.results = append(b.results, result{goal: goal, what: what, ours: figure(value) + " " + unit, ratio: value, limit: limit, unit: unit})
	b.progress()
}

// ratio notes values of rounds beside those of a peer in the same rounds.
func (b *bench) ratio(goal, what, unit string, ours, peer []float64, limit float64, least bool) {
	each := make([]float64, len(ours))
	for i := range ours {
		each[i] = ours[i] / peer[i]
	}
	b.results = append(b.results, result{goal: goal, what: what, ours: figure(median(ours)) + " " + unit, peer: figure(median(peer)) + " " + unit,
		ratio: median(each), spread: figure(slices.Min(each)) + "–" + figure(slices.Max(each)), limit: limit, least: least, unit: "×"})
	b.progress()
}

// progress shows the newest result at once; the table comes at the end.
func (b *bench) progress() {
	r := b.results[len(b.results)-1]
	_, _ = fmt.Fprintf(os.Stderr, "bench: %s: %s %s %s, %s\n", r.what, r.ours, r.peer, r.spread, r.verdict())
}

func (r result) verdict() string {
	good := r.ratio <= r.limit
	sign := "≤"
	if r.least {
		good, sign = r.ratio >= r.limit, "≥"
	}
	if r.limit == 0 {
		return "no goal"
	}
	word := "met"
	if !good {
		word = "MISSED"
	}
	return fmt.Sprintf("%s (%s %s %s)", word, sign, figure(r.limit), r.unit)
}

// table prints all results.
func (b *bench) table() {
	w := tabwriter.NewWriter(b.out, 2, 8, 2, ' ', 0)
	line := func(cells ...any) { _, _ = fmt.Fprintf(w, "%v\t%v\t%v\t%v\t%v\t%v\t%v\n", cells...) }
	line("goal", "what", "Pubpoint", "peer", "ratio", "spread", "verdict")
	for _, r := range b.results {
		ratio := ""
		if r.peer != "" {
			ratio = figure(r.ratio) + "×"
		}
		line(r.goal, r.what, r.ours, r.peer, ratio, r.spread, r.verdict())
	}
	// Whoever closed the output does not want the table.
	_ = w.Flush()
}

// figure writes a number with three figures.
func figure(v float64) string {
	switch {
	case v >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case v >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	if n == 0 {
		return 0
	}
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// quantile is the value below which a share of the values lies.
func quantile(values []float64, share float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, int(share*float64(len(sorted))))]
}
