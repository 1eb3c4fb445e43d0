package encoder

import (
	"fmt"
	"strconv"
	"strings"
)

// Version is an ffmpeg's version.
type Version struct {
	Major, Minor int
	Snapshot     bool   // built from the repository between releases: Major and Minor say nothing
	Text         string // as ffmpeg says it: "5.1.9-0+deb12u1", "n6.0", "N-109542-g7e3d6d6"
}

// AtLeast reports whether the version is major.minor or newer. A snapshot is taken for new.
func (v Version) AtLeast(major, minor int) bool {
	return v.Snapshot || v.Major > major || v.Major == major && v.Minor >= minor
}

// ParseVersion reads the first line that `ffmpeg -version` prints: "ffmpeg version 5.1.9-...".
// Releases are numbered, with or without an n in front; everything else that follows the
// words is a snapshot, of which there are many spellings.
func ParseVersion(line string) (Version, error) {
	fields := strings.Fields(line)
	if len(fields) < 3 || fields[0] != "ffmpeg" || fields[1] != "version" {
		return Version{}, fmt.Errorf("%.60q is not how ffmpeg tells its version", line)
	}
	v := Version{Text: fields[2]}
	numbers := strings.FieldsFunc(strings.TrimPrefix(v.Text, "n"), func(r rune) bool { return r < '0' || r > '9' })
	released := len(numbers) > 0 && strings.HasPrefix(strings.TrimPrefix(v.Text, "n"), numbers[0])
	if !released || len(numbers[0]) > 3 { // "2024-05-02-git-..." is a date
		v.Snapshot = true
		return v, nil
	}
	var err error
	if v.Major, err = strconv.Atoi(numbers[0]); err != nil {
		return Version{}, fmt.Errorf("read the version %q: %w", v.Text, err)
	}
	// The minor number counts only when a dot joins it: "7-full" is 7.0.
	rest := strings.TrimPrefix(strings.TrimPrefix(v.Text, "n"), numbers[0])
	if len(numbers) > 1 && strings.HasPrefix(rest, "."+numbers[1]) {
		if v.Minor, err = strconv.Atoi(numbers[1]); err != nil {
			return Version{}, fmt.Errorf("read the version %q: %w", v.Text, err)
		}
	}
	return v, nil
}
