package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// licence is one text that says on what terms something may be used.
type licence struct {
	ids  string // SPDX identifiers, with blanks between them; empty when none is known here
	text string
}

// licenceFile matches the names that licences and notices have.
func licenceFile(name string) bool {
	return regexp.MustCompile(`(?i)^(licen[cs]es?|copying|notices?|patents|ofl)([-_.].*)?$`).MatchString(name) &&
		!slices.Contains([]string{".go", ".js", ".ts", ".json", ".html"}, strings.ToLower(filepath.Ext(name)))
}

// licencesIn reads the licences in a folder, with deep also below it, each text once. Folders of examples
// and tests are not what is linked, so they are left out.
func licencesIn(dir string, deep bool) ([]licence, error) {
	var all []licence
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != dir && (!deep || slices.Contains([]string{"testdata", "node_modules", "examples", "_examples", "cmd"}, entry.Name())):
			return fs.SkipDir
		case !entry.Type().IsRegular() || !licenceFile(entry.Name()):
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		one := licence{ids: identify(string(text)), text: string(text)}
		if !slices.Contains(all, one) {
			all = append(all, one)
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is not there; build the programs on this machine first", dir)
	}
	if err != nil {
		return nil, fmt.Errorf("look for licences: %w", err)
	}
	return all, nil
}

// identify tells the SPDX identifiers of the licences in a text, by the words that each has and others lack.
func identify(text string) string {
	var ids []string
	words := strings.ToLower(strings.Join(strings.Fields(text), " "))
	for _, one := range []struct{ id, words string }{
		{"Apache-2.0", "apache license version 2.0"},
		{"Apache-2.0", "apache license, version 2.0"},
		{"MPL-2.0", "mozilla public license version 2.0"},
		{"MPL-2.0", "mozilla public license, version 2.0"},
		{"OFL-1.1", "sil open font license version 1.1"},
		{"MIT", "permission is hereby granted, free of charge"},
		{"ISC", "permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted, provided"},
		{"ISC", "permission to use, copy, modify, and distribute this software for any purpose with or without fee is hereby granted, provided"},
		{"BSD-3-Clause", "may be used to endorse or promote products"},
		{"BSD-2-Clause", "redistribution and use in source and binary forms"},
		{"Zlib", "the origin of this software must not be misrepresented"},
	} {
		// What the clauses of BSD have in common is in the longer one too.
		if strings.Contains(words, one.words) && !slices.Contains(ids, one.id) && !(one.id == "BSD-2-Clause" && slices.Contains(ids, "BSD-3-Clause")) {
			ids = append(ids, one.id)
		}
	}
	return strings.Join(ids, " ")
}

// writeNotices writes the licences of everything in a program, in full. Something without one is an error:
// it must be looked at before it is given to anybody.
func writeNotices(w io.Writer, from sources) error {
	if from.modules == "" || from.goroot == "" {
		return errors.New("notices: say where licences are, with -modules and -goroot")
	}
	all, err := parts(from)
	if err != nil {
		return err
	}
	if from.fonts != "" {
		fonts, err := licencesIn(from.fonts, false)
		if err != nil {
			return err
		}
		all = append(all, part{name: "Fonts: Inter and Fira Code", licences: fonts})
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s contains the work of others, on the terms below.\n", strings.TrimSuffix(filepath.Base(from.program), ".exe"))
	for _, p := range all {
		if len(p.licences) == 0 {
			return fmt.Errorf("notices: no licence lies in %s %s; look at it, and at what it is called in licence.go", p.name, p.version)
		}
		name := strings.TrimSpace(p.name + " " + p.version)
		if p.name == "std" {
			name = "Go " + p.version
		}
		fmt.Fprintf(&b, "\n%s\n%s\n", strings.Repeat("=", 80), name)
		for _, l := range p.licences {
			fmt.Fprintf(&b, "%s\n%s\n", strings.Repeat("-", 80), strings.TrimRight(strings.ReplaceAll(l.text, "\r\n", "\n"), "\n"))
		}
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write notices: %w", err)
	}
	return nil
}
