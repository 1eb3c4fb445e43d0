// Pubpointd is the origin without a window: the same engine, desk and admin API as the
// control room, in one static file.
//
// It logs "listening" with the real addresses once both listeners are bound, and ends on
// SIGTERM or SIGINT after sealing what is open. It exits with 0 then, with 2 for bad flags
// and with 1 when it cannot start or does not end well; one line on stderr says why.
//
// pubpointd verify DIR... checks archives instead (verify.go), pubpointd doctor FILE|URL...
// examines what an encoder sends (doctor.go), pubpointd shield nginx|varnish prints the
// configuration of a cache in front (shield.go), pubpointd health asks a running one how it is
// (health.go), and pubpointd check looks for what is wrong before a start (check.go). SIGHUP reads
// settings and certificate again.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"pubpoint/app/node"
	"pubpoint/app/program"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the program at once.
	context.AfterFunc(ctx, stop)
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr, node.Deps{Version: program.Version, Hangup: hangup})
	os.Exit(code)
}
