package point

import (
	"strconv"
	"strings"

	"pubpoint/engine"
	"pubpoint/engine/internal/index"
	"pubpoint/engine/internal/servermanifest"
)

// formatCounts writes counts as paramCounts has them.
func formatCounts(counts []index.Count) string {
	var fields []string
	for _, c := range counts {
		fields = append(fields, strconv.FormatInt(int64(c.Start), 10), strconv.FormatUint(uint64(c.Number), 10), strconv.FormatUint(uint64(c.Jumps), 10))
	}
	return strings.Join(fields, " ")
}

// countsOf reads the counts of a source's stream. What makes no sense, and what comes behind it,
// is left out: spans are counted on from there.
func countsOf(s servermanifest.Source) (counts []index.Count) {
	var fields []string
	for _, p := range s.Params {
		if p.Name == paramCounts {
			fields = strings.Fields(p.Value)
		}
	}
	for ; len(fields) >= 3; fields = fields[3:] {
		start, errS := strconv.ParseInt(fields[0], 10, 64)
		number, errN := strconv.ParseUint(fields[1], 10, 32)
		jumps, errJ := strconv.ParseUint(fields[2], 10, 16)
		if errS != nil || errN != nil || errJ != nil || len(counts) > 0 && engine.Ticks(start) <= counts[len(counts)-1].Start {
			break
		}
		counts = append(counts, index.Count{Start: engine.Ticks(start), Number: uint32(number), Jumps: uint16(jumps)})
	}
	return counts
}
