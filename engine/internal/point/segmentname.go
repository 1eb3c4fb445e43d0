package point

import (
	"fmt"
	"strconv"
	"strings"
)

// segmentDigits is how many digits the number of a segment has at least.
const segmentDigits = 4

// segmentName is the name of a stream's archive file. The first of a stream that is not
// divided has no number, unless its name would then be that of another's segment.
func segmentName(stream string, number int, plain bool) string {
	if _, n := cutNumber(stream); plain && number == 1 && n == 0 {
		return stream + ".ismv"
	}
	return fmt.Sprintf("%s.%0*d.ismv", stream, segmentDigits, number)
}

// cutNumber parts a name, less ".ismv", from the number of the segment; 0 without one.
func cutNumber(name string) (stream string, number int) {
	i := strings.LastIndexByte(name, '.')
	if i <= 0 || len(name)-i-1 < segmentDigits || len(name)-i-1 > 9 {
		return name, 0
	}
	for _, c := range name[i+1:] {
		if c < '0' || c > '9' {
			return name, 0
		}
	}
	n, err := strconv.Atoi(name[i+1:])
	if err != nil || n == 0 {
		return name, 0
	}
	return name[:i], n
}

// streamID is the stream id that an archive file is named for.
func streamID(src string) string {
	id, _ := cutNumber(strings.TrimSuffix(src, ".ismv"))
	return id
}

// segmentNumber is the number of an archive file; one without counts as the first.
func segmentNumber(src string) int {
	_, n := cutNumber(strings.TrimSuffix(src, ".ismv"))
	return max(1, n)
}

// listed says for the server manifest in which files a stream is: the first, and the numbers
// of all when there are others.
func (st *stream) listed() (src, numbers string) {
	var all []int
	for _, sg := range st.segments {
		if sg.made && !sg.gone {
			if src == "" {
				src = sg.name
			}
			all = append(all, sg.number)
		}
	}
	if len(all) > 1 {
		return src, formatRanges(all)
	}
	if src == "" {
		src = st.id + ".ismv" // it may be there one day
	}
	return src, ""
}

// formatRanges writes ascending numbers as "1-3 5".
func formatRanges(numbers []int) string {
	var b strings.Builder
	for i := 0; i < len(numbers); {
		last := i
		for last+1 < len(numbers) && numbers[last+1] == numbers[last]+1 {
			last++
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(strconv.Itoa(numbers[i]))
		if last > i {
			b.WriteString("-" + strconv.Itoa(numbers[last]))
		}
		i = last + 1
	}
	return b.String()
}

// maxSegments is how many files of a stream a server manifest may name: a year of hours.
const maxSegments = 10_000

// parseRanges reads what formatRanges writes.
func parseRanges(s string) ([]int, error) {
	var out []int
	for _, part := range strings.Fields(s) {
		first, last, found := strings.Cut(part, "-")
		if !found {
			last = first
		}
		a, err := strconv.Atoi(first)
		b, again := strconv.Atoi(last)
		if err != nil || again != nil || a < 1 || b < a || b-a >= maxSegments || len(out)+b-a >= maxSegments ||
			len(out) > 0 && a <= out[len(out)-1] {
			return nil, fmt.Errorf("%q is no list of segments", s)
		}
		for n := a; n <= b; n++ {
			out = append(out, n)
		}
	}
	return out, nil
}
