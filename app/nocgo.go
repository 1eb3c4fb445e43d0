//go:build !cgo

// Pubpoint is the control room; without C there is no window, and this build says so.
package main

import (
	"context"
	"os"
	"runtime"

	"pubpoint/app/node"
	"pubpoint/app/program"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Getenv, os.Stdout, os.Stderr, runtime.GOOS, nil, node.Deps{Version: program.Version}))
}
