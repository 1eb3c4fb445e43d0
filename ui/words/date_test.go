package words_test

import (
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"pubpoint/ui/words"
)

func TestDate(t *testing.T) {
	at := time.Date(2026, 3, 4, 20, 15, 30, 0, time.UTC)
	for _, c := range []struct{ language, layout, want string }{
		{words.English, "2 Jan 15:04:05", "4 Mar 20:15:30"}, {words.English, "15:04", "20:15"},
		{words.German, "2 Jan 15:04:05", "4. Mär 20:15:30"}, {words.German, "2 Jan 2006 15:04", "4. Mär 2026 20:15"}, {words.German, "2 Jan", "4. Mär"},
		{words.German, "15:04", "20:15"},
	} {
		words.Choose(test.NewTempApp(t), c.language)
		if got := words.Date(at, c.layout); got != c.want {
			t.Errorf("%s, %q: %q, want %q", c.language, c.layout, got, c.want)
		}
	}
	words.Choose(test.NewTempApp(t), words.German)
	for m, want := range map[time.Month]string{time.January: "1. Jan", time.May: "1. Mai", time.December: "1. Dez"} {
		if got := words.Date(time.Date(2026, m, 1, 0, 0, 0, 0, time.UTC), "2 Jan"); got != want {
			t.Errorf("%v is %q, want %q", m, got, want)
		}
	}
}
