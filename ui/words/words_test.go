package words_test

import (
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"
	"testing/synctest"

	"fyne.io/fyne/v2/test"

	"pubpoint/ui/words"
)

// names are what is called the same in every language.
var names = []string{"Pubpoint", "ffmpeg", "oceans", "CPU", "Admin API", "REC", "VOD", "HOST:PORT", "UTC"}

// Everything that the window says has a German translation.
func TestGermanIsComplete(t *testing.T) {
	table, err := words.Table(words.German)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sayings(t) {
		if _, ok := table[s.text]; !ok && !slices.Contains(names, s.text) {
			t.Errorf("ui/%s:%d: %q is not in assets/translations/de.json", s.file, s.line, s.text)
		}
	}
}

// A translation has what its English has: the same arguments, none at its ends that English has not,
// the same end of the sentence.
func TestTranslationsFit(t *testing.T) {
	table, err := words.Table(words.German)
	if err != nil {
		t.Fatal(err)
	}
	for english, german := range table {
		if a, b := arguments(english), arguments(german); !slices.Equal(a, b) {
			t.Errorf("%q has the arguments %v, its translation %q has %v", english, a, german, b)
		}
		if strings.TrimSpace(german) != german && strings.TrimSpace(english) == english {
			t.Errorf("%q is translated with spaces around it: %q", english, german)
		}
		for _, end := range []string{".", "?", "…", ":"} {
			if strings.HasSuffix(english, end) != strings.HasSuffix(german, end) {
				t.Errorf("%q does not end like %q", german, english)
			}
		}
	}
}

// Nothing is translated that nobody says any more.
func TestTranslationsAreUsed(t *testing.T) {
	table, err := words.Table(words.German)
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, s := range sayings(t) {
		used[s.text] = true
	}
	for english := range table {
		if !used[english] {
			t.Errorf("nobody says %q any more; take it out of assets/translations/de.json", english)
		}
	}
}

var verb = regexp.MustCompile(`%(?:\[(\d+)\])?[-+# 0]*\d*(?:\.\d+)?([a-zA-Z%])`)

// arguments are the verbs of a format in the order of the arguments they take.
func arguments(format string) []string {
	var all []string
	next := 1
	for _, m := range verb.FindAllStringSubmatch(format, -1) {
		if m[2] == "%" {
			continue
		}
		at := next
		if m[1] != "" {
			at = int(m[1][0] - '0')
		}
		all = append(all, fmt.Sprintf("%d%s", at, m[2]))
		next = at + 1
	}
	sort.Strings(all)
	return all
}

func TestArguments(t *testing.T) {
	for format, want := range map[string]string{"%d of %s": "[1d 2s]", "%[2]s von %[1]d": "[1d 2s]", "100 %%": "[]", "%02d:%5.1f": "[1d 2f]"} {
		if got := fmt.Sprint(arguments(format)); got != want {
			t.Errorf("%q has %s, want %s", format, got, want)
		}
	}
}

func TestSpoken(t *testing.T) {
	for _, c := range []struct{ tag, locale, want string }{
		{"", "de-DE-Latn", "de"}, {"", "de_AT", "de"}, {"", "fr-FR", "en"}, {"", "den-CA", "en"}, {"", "", "en"},
		{"en", "de-DE", "en"}, {"de", "en-US", "de"}, {"tlh", "de-DE", "de"},
	} {
		if got := words.Spoken(c.tag, c.locale); got != c.want {
			t.Errorf("%q on a desktop of %q speaks %q, want %q", c.tag, c.locale, got, c.want)
		}
	}
}

// Plurals go by the number in both languages, and other goroutines may ask while one chooses.
func TestChoosing(t *testing.T) {
	app := test.NewTempApp(t)
	words.Choose(app, words.English)
	if got := words.N(1, "%s publishing point waits for an encoder.", "%s publishing points wait for an encoder.", "1"); got != "1 publishing point waits for an encoder." {
		t.Errorf("English: %q", got)
	}
	synctest.Test(t, func(*testing.T) {
		go words.Choose(app, words.German)
		go words.T("Wall")
		synctest.Wait()
	})
	if got := words.T("Wall"); got != "Übersicht" {
		t.Errorf("the wall is %q in German", got)
	}
	if got := words.F("%d of %d", 3, 8); got != "3 von 8" {
		t.Errorf("German: %q", got)
	}
	for n, want := range map[int]string{1: "1 Publishing Point wartet", 0: "0 Publishing Points warten", 2: "2 Publishing Points warten"} {
		got := words.N(n, "%s publishing point waits for an encoder.", "%s publishing points wait for an encoder.", fmt.Sprint(n))
		if !strings.HasPrefix(got, want) {
			t.Errorf("%d: %q", n, got)
		}
	}
	if got := words.T("nobody translated this"); got != "nobody translated this" {
		t.Errorf("what has no translation is %q", got)
	}
}

// The window asks some hundred times a tick.
func BenchmarkT(b *testing.B) {
	for _, tag := range words.Languages() {
		b.Run(tag, func(b *testing.B) {
			words.Choose(test.NewTempApp(b), tag)
			for b.Loop() {
				words.T("Settings")
			}
		})
	}
}

func BenchmarkF(b *testing.B) {
	words.Choose(test.NewTempApp(b), words.German)
	for b.Loop() {
		words.F("%d of %d", 3, 8)
	}
}

// Reading the translations is part of starting the program.
func BenchmarkTable(b *testing.B) {
	for b.Loop() {
		if _, err := words.Table(words.German); err != nil {
			b.Fatal(err)
		}
	}
}
