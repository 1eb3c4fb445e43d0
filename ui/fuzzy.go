package ui

import (
	"slices"
	"strings"
	"unicode"

	"pubpoint/ui/page"
)

// findCommands lists those of all that a person who typed query may mean, the likeliest first. An
// empty query means all, in their order.
func findCommands(all []page.Command, query string) []page.Command {
	terms := strings.Fields(strings.ToLower(query))
	type hit struct {
		command page.Command
		score   int
	}
	var hits []hit
	for _, c := range all {
		if score, ok := likeness(strings.ToLower(c.Name), strings.ToLower(c.Note), terms); ok {
			hits = append(hits, hit{c, score})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return b.score - a.score })
	found := make([]page.Command, len(hits))
	for i, h := range hits {
		found[i] = h.command
	}
	return found
}

// likeness is how well a name fits every one of the terms; a note fits less well. All is in lower
// case.
func likeness(name, note string, terms []string) (score int, ok bool) {
	for _, term := range terms {
		best := termScore(name, term)
		if best == 0 {
			best = termScore(note, term) / 4
		}
		if best == 0 {
			return 0, false
		}
		score += best
	}
	return score, true
}

// What a term is worth that is found: as a whole at the beginning, at the beginning of a word, inside
// a word, or as letters with others between them, each of which costs one.
const (
	atStart     = 400
	atWord      = 300
	inWord      = 200
	scattered   = 100
	leastScored = 4
)

// termScore is 0 when the letters of term are not in text in their order.
func termScore(text, term string) int {
	if strings.HasPrefix(text, term) {
		return atStart
	}
	for from := 0; ; {
		at := strings.Index(text[from:], term)
		if at < 0 {
			break
		}
		at += from
		before := rune(text[at-1])
		if !unicode.IsLetter(before) && !unicode.IsDigit(before) {
			return atWord
		}
		from = at + 1
		if !strings.Contains(text[from:], term) {
			return inWord
		}
	}
	want := []rune(term)
	gaps, found := 0, 0
	for _, r := range text {
		switch {
		case found < len(want) && r == want[found]:
			found++
		case found > 0 && found < len(want):
			gaps++
		}
	}
	if found < len(want) {
		return 0
	}
	return max(leastScored, scattered-gaps)
}
