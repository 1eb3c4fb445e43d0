package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// pageLinks are the links and pictures of a page that are not in code.
var pageLinks = regexp.MustCompile(`\]\(([^()\s]*(?:\([^()]*\))?[^()\s]*)\)`)

// TestLinksOfPagesLeadSomewhere holds the relative links of all pages to files that are there, and what
// follows a # to a heading of that page.
func TestLinksOfPagesLeadSomewhere(t *testing.T) {
	pages, err := filepath.Glob(filepath.Join("..", "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"README.md", "ARCHITECTURE.md", "CHANGELOG.md"} {
		pages = append(pages, filepath.Join("..", name))
	}
	links := 0
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		found := linksOf(string(text))
		links += len(found)
		for _, link := range found {
			if err := follow(page, string(text), link); err != nil {
				t.Errorf("%s: %v", strings.TrimPrefix(page, "../"), err)
			}
		}
	}
	if links < 100 {
		t.Errorf("only %d links were found", links)
	}
}

// linksOf lists the relative links of a page.
func linksOf(text string) []string {
	var links []string
	for _, m := range pageLinks.FindAllStringSubmatch(prose(text), -1) {
		if !strings.Contains(m[1], "://") {
			links = append(links, m[1])
		}
	}
	return links
}

// follow says why a link of a page leads nowhere.
func follow(page, text, link string) error {
	path, heading, named := strings.Cut(link, "#")
	if path != "" {
		to, err := os.ReadFile(filepath.Join(filepath.Dir(page), filepath.FromSlash(path)))
		if err != nil {
			return fmt.Errorf("%q leads nowhere: %w", link, err)
		}
		text = string(to)
	}
	if named && !anchors(text)[heading] {
		return fmt.Errorf("%q names a heading that is not there", link)
	}
	return nil
}

// anchors are the names that headings of a page have in links, as GitHub makes them.
func anchors(text string) map[string]bool {
	names := make(map[string]bool)
	for line := range strings.Lines(prose(text)) {
		title := strings.TrimLeft(line, "#")
		if level := len(line) - len(title); level == 0 || level > 6 || !strings.HasPrefix(title, " ") {
			continue
		}
		name := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
				return unicode.ToLower(r)
			}
			return -1
		}, strings.TrimSpace(title))
		if names[name] { // the second of a name is counted
			for i := 1; ; i++ {
				if counted := fmt.Sprintf("%s-%d", name, i); !names[counted] {
					name = counted
					break
				}
			}
		}
		names[name] = true
	}
	return names
}

// prose is a page without its blocks of code.
func prose(text string) string {
	var out strings.Builder
	code := false
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "```") {
			code = !code
			continue
		}
		if !code {
			out.WriteString(line)
		}
	}
	return out.String()
}

func TestLinksOfAMadeUpPage(t *testing.T) {
	dir := t.TempDir()
	page := filepath.Join(dir, "a.md")
	text := "# A page, and `code`\n[b](b.md) [here](#a-page-and-code) [c](b.md#twice-1) [far](https://example.org/x)\n```\n# no heading\n[x](y)\n```\n"
	if err := os.WriteFile(filepath.Join(dir, "b.md"), []byte("# Twice\n## Twice\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	links := linksOf(text)
	if len(links) != 3 {
		t.Errorf("the links are %q", links)
	}
	for _, link := range links {
		if err := follow(page, text, link); err != nil {
			t.Error(err)
		}
	}
	for _, link := range []string{"c.md", "b.md#thrice", "b.md#twice-2", "#no-heading"} {
		if follow(page, text, link) == nil {
			t.Errorf("%q leads somewhere", link)
		}
	}
}
