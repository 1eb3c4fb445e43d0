package main

import (
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
)

// sources is where what a program is made of can be found.
type sources struct {
	program string // the built program
	modules string // Go's module cache; empty: licences are not looked up
	player  string // folder with package-lock.json and node_modules; empty: no player is embedded
	fonts   string // folder with OFL-NAME.txt for each family; empty: none is embedded
	goroot  string // Go itself
}

// part is something that a program is made of.
type part struct {
	name, version string
	purl          string // package URL
	algorithm     string // of the checksum, as CycloneDX calls it; empty without one
	checksum      string // in hexadecimal
	licences      []licence
}

// parts lists what a program is made of, ordered by package URL: Go's standard library, the modules that
// are linked into it, and the packages of the player.
func parts(from sources) ([]part, error) {
	info, err := buildinfo.ReadFile(from.program)
	if err != nil {
		return nil, fmt.Errorf("%s does not say what it is built from: %w", from.program, err)
	}
	goVersion := strings.TrimPrefix(info.GoVersion, "go")
	std := part{name: "std", version: goVersion, purl: "pkg:golang/std@" + goVersion}
	if from.goroot != "" {
		// Some systems have Go's own files elsewhere; its source has them always.
		if std.licences, err = licencesIn(from.goroot, false); err == nil && len(std.licences) == 0 {
			std.licences, err = licencesIn(filepath.Join(from.goroot, "src"), true)
		}
		if err != nil {
			return nil, err
		}
	}
	all := []part{std}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		p := part{name: m.Path, version: m.Version, purl: "pkg:golang/" + m.Path + "@" + m.Version}
		if sum, ok := strings.CutPrefix(m.Sum, "h1:"); ok {
			p.algorithm = "SHA-256"
			if p.checksum, err = hexadecimal(sum); err != nil {
				return nil, fmt.Errorf("checksum of %s: %w", m.Path, err)
			}
		}
		if from.modules != "" {
			dir := filepath.Join(from.modules, filepath.FromSlash(escaped(m.Path)+"@"+escaped(m.Version)))
			if p.licences, err = licencesIn(dir, true); err != nil {
				return nil, err
			}
		}
		all = append(all, p)
	}
	if from.player != "" {
		packages, err := playerParts(from.player, from.modules != "")
		if err != nil {
			return nil, err
		}
		all = append(all, packages...)
	}
	slices.SortFunc(all, func(a, b part) int { return strings.Compare(a.purl, b.purl) })
	return all, nil
}

// playerParts lists the npm packages that the player is built from; those that only build it are left out.
func playerParts(dir string, licences bool) ([]part, error) {
	text, err := os.ReadFile(filepath.Join(dir, "package-lock.json"))
	if err != nil {
		return nil, fmt.Errorf("read what the player is built from: %w", err)
	}
	var lock struct {
		Packages map[string]struct {
			Version, Integrity string
			Dev                bool
		}
	}
	if err := json.Unmarshal(text, &lock); err != nil {
		return nil, fmt.Errorf("package-lock.json of the player: %w", err)
	}
	var all []part
	for place, p := range lock.Packages {
		i := strings.LastIndex(place, "node_modules/")
		if i < 0 || p.Dev {
			continue
		}
		name := place[i+len("node_modules/"):]
		one := part{name: name, version: p.Version, purl: "pkg:npm/" + strings.Replace(name, "@", "%40", 1) + "@" + p.Version}
		if sum, ok := strings.CutPrefix(p.Integrity, "sha512-"); ok {
			one.algorithm = "SHA-512"
			if one.checksum, err = hexadecimal(sum); err != nil {
				return nil, fmt.Errorf("checksum of %s: %w", name, err)
			}
		}
		if licences {
			if one.licences, err = npmLicences(filepath.Join(dir, filepath.FromSlash(place))); err != nil {
				return nil, err
			}
		}
		all = append(all, one)
	}
	return all, nil
}

// npmLicences are the licences that lie in a package; one without a file names its licence in package.json.
func npmLicences(dir string) ([]licence, error) {
	all, err := licencesIn(dir, false)
	if err != nil || len(all) > 0 {
		return all, err
	}
	text, err := os.ReadFile(filepath.Join(dir, "package.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is not there; make player fetches it", dir)
	}
	if err != nil {
		return nil, fmt.Errorf("read licence: %w", err)
	}
	var manifest struct {
		License string
		Author  any
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		return nil, fmt.Errorf("package.json in %s: %w", dir, err)
	}
	if manifest.License == "" {
		return nil, nil
	}
	said, err := json.Marshal(manifest.Author)
	if err != nil {
		return nil, fmt.Errorf("author in %s: %w", dir, err)
	}
	return []licence{{ids: manifest.License, text: "Its package.json says: licence " + manifest.License + ", author " + string(said) + "\n"}}, nil
}

func hexadecimal(base string) (string, error) {
	raw, err := base64.StdEncoding.DecodeString(base)
	return hex.EncodeToString(raw), err
}

// escaped is a module's path or version as the module cache spells it: capitals as "!" and the small letter.
func escaped(path string) string {
	var b strings.Builder
	for _, r := range path {
		if unicode.IsUpper(r) {
			b.WriteByte('!')
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}
