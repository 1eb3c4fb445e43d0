// Release makes what goes into packages beside the programs: lists of what they are built from, licences,
// manual pages, completions and icons. packaging/package.sh calls it.
//
//	release sbom -program BINARY [-player DIR] [-modules DIR]              CycloneDX 1.6, to standard output
//	release notices -program BINARY [-player DIR] [-fonts DIR] -modules DIR -goroot DIR   licences in full, to standard output
//	release manual NAME <HELP                                       pubpointd.1 of what pubpointd -help says
//	release completion NAME <HELP                                   the same for bash
//	release icons -from PNG -to DIR -name NAME                      the sizes of the hicolor theme
//
// What a program is built from is read out of the program itself, where Go has written it, and from the
// lock file of the player that is embedded in it. All output depends on the input alone: with the same
// input the same bytes.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// run does what args say. A failure may leave part of the output written.
func run(args []string, stdin io.Reader, stdout io.Writer) error {
	if len(args) == 0 {
		return errors.New("say what to make: sbom, notices, manual, completion or icons")
	}
	set := flag.NewFlagSet(args[0], flag.ContinueOnError)
	set.SetOutput(io.Discard) // the error says what is wrong
	var from sources
	set.StringVar(&from.program, "program", "", "a built program")
	set.StringVar(&from.modules, "modules", "", "Go's module cache")
	set.StringVar(&from.player, "player", "", "folder of the player's package-lock.json and node_modules")
	set.StringVar(&from.fonts, "fonts", "", "folder of the fonts and their licences")
	set.StringVar(&from.goroot, "goroot", "", "Go itself")
	png := set.String("from", "", "a square picture")
	to := set.String("to", "", "folder of a data directory, share")
	name := set.String("name", "", "what the icons are called")
	if err := set.Parse(args[1:]); err != nil {
		return fmt.Errorf("%s: %w", args[0], err)
	}
	switch args[0] {
	case "sbom":
		return writeBill(stdout, from)
	case "notices":
		return writeNotices(stdout, from)
	case "icons":
		return writeIcons(*png, *to, *name)
	case "manual", "completion":
		text, err := io.ReadAll(stdin)
		if err != nil {
			return fmt.Errorf("read help: %w", err)
		}
		h, err := readHelp(set.Arg(0), string(text))
		if err != nil {
			return err
		}
		if args[0] == "manual" {
			return h.manual(stdout)
		}
		return h.completion(stdout)
	}
	return fmt.Errorf("%q is nothing that is made here", args[0])
}
