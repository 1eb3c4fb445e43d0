// Bench measures pubpointd beside its peers: nginx for bytes, and itself for what has no peer. Both sides run
// on the same machine in the same run, one after the other and in turns, and the table shows ratios: they
// mean the same on a busy machine and on a quiet one, where requests per second do not.
//
//	go run ./packaging/bench -pubpointd bin/pubpointd [-rows fragment,ingest] [-rounds 3] [-long]
//
// It needs ffmpeg, nginx and wrk in PATH. It starts servers on free ports of the loopback interface, with files
// in a temporary directory, and ends all that it has started. The exit code is 1 when something could not be
// measured; a goal that is missed is a row that says so.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

// row is one measurement of the table.
type row struct {
	name string
	what string // for -help
	run  func(ctx context.Context) error
}

func rows(b *bench) []row {
	return []row{
		{"fragment", "goal 1: hot fragments of 17 and 250 kB, beside nginx with sendfile", b.fragments},
		{"ingest", "goal 2: ingest with archive, beside a plain copy, and 100 channels in real time", b.ingest},
		{"latency", "goal 3: last byte of a fragment sent to first 200", b.latency},
		{"memory", "goal 4: memory of the index of a channel and hour", b.memory},
		{"players", "goal 5: 10,000 connections that follow one point", b.players},
		{"manifest", "goal 6: manifests, beside nginx and as the window grows", b.manifests},
		{"remux", "goal 7: HLS-TS and HDS made on request, beside the same bytes static", b.remux},
		{"start", "goal 8: start with 24 h of 8 channels archived", b.start},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	set := flag.NewFlagSet("bench", flag.ContinueOnError)
	set.SetOutput(stderr)
	program := set.String("pubpointd", "bin/pubpointd", "the program that is measured")
	wanted := set.String("rows", "", "rows to measure, with commas between; empty means all")
	rounds := set.Int("rounds", 3, "how often each side of a comparison is measured, in turns")
	second := set.Duration("round", 4*time.Second, "how long a round is")
	long := set.Bool("long", false, "measure what takes minutes at its full size: an hour and a day of media")
	if err := set.Parse(args); err != nil {
		return 2
	}
	b := &bench{program: *program, rounds: *rounds, round: *second, long: *long, out: stdout}
	if err := b.begin(ctx); err != nil {
		say(stderr, err)
		return 1
	}
	code := 0
	for _, r := range rows(b) {
		if *wanted != "" && !slices.Contains(strings.Split(*wanted, ","), r.name) {
			continue
		}
		if err := r.run(ctx); err != nil {
			say(stderr, fmt.Errorf("%s (%s): %w", r.name, r.what, err))
			code = 1
		}
	}
	if err := b.end(); err != nil {
		say(stderr, err)
		code = 1
	}
	b.table()
	return code
}

// say tells the person who started the program; when stderr is closed there is nobody.
func say(stderr io.Writer, err error) { _, _ = fmt.Fprintln(stderr, "bench:", err) }
