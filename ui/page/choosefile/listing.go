package choosefile

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/words"
)

// entry is a file or a directory.
type entry struct {
	name  string
	dir   bool
	size  int64
	at    time.Time
	media bool
}

// listing is what a directory holds, or the file that was named instead.
type listing struct {
	dir     string
	file    string
	entries []entry
}

// media are the ends of names of files that ffmpeg is likely to read.
func media() []string {
	return []string{".mp4", ".mov", ".mkv", ".ts", ".m2ts", ".mts", ".avi", ".webm", ".flv", ".mpg", ".mpeg", ".m4v", ".mxf", ".ismv", ".isma",
		".wmv", ".ogv", ".3gp", ".m4a", ".mp3", ".wav", ".aac", ".flac", ".ogg", ".y4m", ".m3u8"}
}

// read lists a directory; an empty path is the user's own. It may block.
func read(path string) (listing, error) {
	if path = strings.TrimSpace(path); path == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			home = string(filepath.Separator)
		}
		path = home
	}
	info, err := os.Stat(path)
	if err != nil {
		return listing{}, err
	}
	if path, err = filepath.Abs(path); err != nil {
		return listing{}, err
	}
	if !info.IsDir() {
		return listing{file: path}, nil
	}
	all, err := os.ReadDir(path)
	if err != nil {
		return listing{}, err
	}
	l := listing{dir: path}
	for _, a := range all {
		if strings.HasPrefix(a.Name(), ".") {
			continue
		}
		info, err := os.Stat(filepath.Join(path, a.Name()))
		if err != nil { // a link that leads nowhere, or gone since
			continue
		}
		l.entries = append(l.entries, entry{a.Name(), info.IsDir(), info.Size(), info.ModTime(), slices.Contains(media(), strings.ToLower(filepath.Ext(a.Name())))})
	}
	slices.SortStableFunc(l.entries, func(x, y entry) int {
		if x.dir != y.dir {
			if x.dir {
				return -1
			}
			return 1
		}
		return cmp.Compare(strings.ToLower(x.name), strings.ToLower(y.name))
	})
	return l, nil
}

// shown are the entries that are listed: directories, media, and everything when all is wanted.
func (l listing) shown(all bool) []entry {
	var some []entry
	for _, e := range l.entries {
		if all || e.dir || e.media {
			some = append(some, e)
		}
	}
	return some
}

func (l listing) at(row int, all bool) (entry, bool) {
	some := l.shown(all)
	if row < 0 || row >= len(some) {
		return entry{}, false
	}
	return some[row], true
}

func (l listing) rows(all bool) [][]kit.Cell {
	var rows [][]kit.Cell
	for _, e := range l.shown(all) {
		cells := []kit.Cell{{Text: e.name}, {Text: look.Bytes(float64(e.size)), Tone: look.ToneSoft}, {Text: words.Date(e.at.Local(), "2 Jan 2006 15:04"), Tone: look.ToneSoft}}
		if e.dir {
			cells[0] = kit.Cell{Text: e.name + "/", Tone: look.ToneAccent}
			cells[1].Text = ""
		}
		rows = append(rows, cells)
	}
	return rows
}

// sentenceOf says why a directory cannot be read.
func sentenceOf(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return words.T(textGone)
	case errors.Is(err, fs.ErrPermission):
		return words.T(textForbidden)
	}
	return words.F(formatFailed, err)
}
