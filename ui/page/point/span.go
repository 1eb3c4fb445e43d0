package point

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// longestSpan is the longest span of time that a setting may have.
const longestSpan = 100 * 365 * 24 * time.Hour

// writeSpan writes a span of time as people do, so that readSpan gives the same; 0 is empty.
func writeSpan(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	if d%time.Second != 0 {
		return d.String()
	}
	var parts []string
	for _, u := range []struct {
		of   time.Duration
		word string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "min"}, {time.Second, "s"}} {
		if n := d / u.of; n > 0 {
			parts = append(parts, strconv.FormatInt(int64(n), 10)+" "+u.word)
			d -= n * u.of
		}
	}
	return strings.Join(parts, " ")
}

// readSpan reads a span of time: "30 min", "1 h 30 min", "90s", "2d"; empty and "0" are none.
func readSpan(text string) (time.Duration, bool) {
	text = strings.ToLower(strings.Join(strings.Fields(text), ""))
	if text == "" || text == "0" {
		return 0, true
	}
	text = strings.ReplaceAll(text, "min", "m")
	var days time.Duration
	if number, rest, ok := strings.Cut(text, "d"); ok {
		n, err := strconv.ParseFloat(number, 64)
		if err != nil || !(n >= 0 && n <= longestSpan.Hours()/24) {
			return 0, false
		}
		days, text = time.Duration(n*24*float64(time.Hour)), rest
	}
	if text == "" {
		return days, true
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 || d+days > longestSpan || d > longestSpan {
		return 0, false
	}
	return d + days, true
}

// sizeUnits are those that an amount of bytes may be written in, the largest first.
func sizeUnits() []sizeUnit {
	return []sizeUnit{{"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"KB", 1e3}, {"TIB", 1 << 40}, {"GIB", 1 << 30}, {"MIB", 1 << 20}, {"KIB", 1 << 10}, {"B", 1}}
}

type sizeUnit struct {
	word string
	of   int64
}

// writeSize writes an amount of bytes so that readSize gives the same; 0 is empty.
func writeSize(n int64) string {
	if n <= 0 {
		return ""
	}
	for _, u := range sizeUnits()[:3] {
		if n >= u.of && n%(u.of/100) == 0 {
			return strconv.FormatFloat(float64(n/(u.of/100))/100, 'f', -1, 64) + " " + u.word
		}
	}
	return strconv.FormatInt(n, 10) + " B"
}

// readSize reads an amount of bytes: "20 GB", "1.5TB", "500 MiB"; empty and "0" are none.
func readSize(text string) (int64, bool) {
	text = strings.ToUpper(strings.Join(strings.Fields(text), ""))
	if text == "" || text == "0" {
		return 0, true
	}
	for _, u := range sizeUnits() {
		number, ok := strings.CutSuffix(text, u.word)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(number, 64)
		if err != nil || !(n >= 0) || n*float64(u.of) > math.MaxInt64/2 {
			return 0, false
		}
		return int64(math.Round(n * float64(u.of))), true
	}
	return 0, false
}
