// Package words turns what the window says into the operator's language. English is written where
// it is used, in each package's text.go, and is the key under which a translation is looked up:
// what has none is shown in English.
//
// The language belongs to the Fyne app, whose preferences keep it: they may be read from any
// goroutine, and two apps, as in tests, do not share them. Translations are read-only. Fyne's own
// package lang is not asked, because it logs an error for every text that it does not find.
package words

import (
	"encoding/json"
	"fmt"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"pubpoint/assets"
)

// The languages that the window speaks, as BCP 47 tags.
const (
	English = "en"
	German  = "de"
)

// Languages lists the tags, the language that everything is written in first.
func Languages() []string { return []string{English, German} }

// Name is what speakers of a language call it; for a tag that is not one of Languages, the tag.
func Name(tag string) string {
	switch tag {
	case English:
		return "English"
	case German:
		return "Deutsch"
	}
	return tag
}

// preference is where the app's preferences keep the language.
const preference = "window.language"

// Choose makes app speak the language of that tag from now on. Anything that is not one of
// Languages, such as the empty text, leaves it to the desktop. It may be called from any goroutine;
// what is on the screen stays as it is.
func Choose(app fyne.App, tag string) {
	app.Preferences().SetString(preference, Spoken(tag, lang.SystemLocale().String()))
}

// Spoken is the language to speak when tag is chosen on a desktop of that locale.
func Spoken(tag, locale string) string {
	for _, known := range Languages() {
		if tag == known {
			return known
		}
	}
	for _, known := range Languages() {
		if locale == known || strings.HasPrefix(locale, known+"-") || strings.HasPrefix(locale, known+"_") {
			return known
		}
	}
	return English
}

// Current is the tag of the language that is spoken.
func Current() string {
	if app := fyne.CurrentApp(); app != nil {
		return app.Preferences().StringWithFallback(preference, English)
	}
	return English
}

// T is s in the operator's language.
func T(s string) string {
	if Current() == German {
		if t, ok := german[s]; ok {
			return t
		}
	}
	return s
}

// F is fmt.Sprintf with the format in the operator's language, which may take the arguments in
// another order ("%[2]s").
func F(format string, args ...any) string { return fmt.Sprintf(T(format), args...) }

// N is F with the format for one when n is 1, and with that for many otherwise, which is how both
// languages count. n is not among the arguments by itself.
func N(n int, one, many string, args ...any) string {
	if n == 1 {
		return F(one, args...)
	}
	return F(many, args...)
}

// german is never written to.
var german = mustTable(German)

// mustTable is Table for a file that a test has read: it is part of the program.
func mustTable(tag string) map[string]string {
	table, err := Table(tag)
	if err != nil {
		panic(err)
	}
	return table
}

// Table is what is translated into a language, by the English text. Its error says what is wrong
// with the file.
func Table(tag string) (map[string]string, error) {
	var table map[string]string
	if err := json.Unmarshal(assets.Translation(tag), &table); err != nil {
		return nil, fmt.Errorf("translations into %s: %w", Name(tag), err)
	}
	return table, nil
}
