//go:build !cgo

package main

import (
	"context"
	"os"
	"runtime"

	"pubpoint/app/node"
	"pubpoint/app/program"
)

// main of a build without C: there is no window, and it says so.
func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Getenv, os.Stdout, os.Stderr, runtime.GOOS, nil, node.Deps{Version: program.Version}))
}
