package main

import (
	"context"
	"io"

	"pubpoint/app/node"
	"pubpoint/app/program"
	"pubpoint/app/systemd"
)

// name is what the program is called in its own words.
const name = "pubpointd"

// run does everything that the program does until ctx ends, and returns its exit code.
func run(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer, deps node.Deps) int {
	if len(args) > 0 && args[0] == "verify" {
		return verifyCommand(ctx, args[1:], stdout, stderr)
	}
	if len(args) > 0 && args[0] == "doctor" {
		return doctorCommand(ctx, args[1:], stdout, stderr)
	}
	s, code, ok := program.Configure(name, args, env, stdout, stderr)
	if !ok {
		return code
	}
	log := s.Logger(stderr)
	manager, err := systemd.New(env)
	if err != nil {
		log.Warn("service manager not understood", "err", err)
	}
	deps.Manager = manager
	if err := node.New(s, log, deps).Run(ctx); err != nil {
		program.Say(stderr, name, err.Error())
		return program.ExitFailed
	}
	return program.ExitOK
}
