package api

import (
	"strings"
	"testing"

	"pubpoint/engine"
)

// A value of the wrong kind is told in the words of JSON, never in those of Go.
func TestWrongTypesAreToldInWordsOfJSON(t *testing.T) {
	type inner struct {
		Signed bool     `json:"signed_playback"`
		From   []string `json:"play_from"`
		Ahead  int      `json:"look_ahead"`
	}
	type body struct {
		inner
		Title string  `json:"title"`
		Rate  float64 `json:"fps"`
		Input struct {
			Kind string `json:"kind"`
		} `json:"input"`
	}
	for given, want := range map[string]string{
		`{"signed_playback":"yes"}`:  "signed_playback must be true or false, not string;",
		`{"play_from":"10.0.0.0/8"}`: "play_from must be an array, not string;",
		`{"look_ahead":1.5}`:         "look_ahead must be a whole number, not number;",
		`{"title":3}`:                "title must be a string, not number;",
		`{"fps":"25"}`:               "fps must be a number, not string;",
		`{"input":true}`:             "input must be an object, not bool;",
		`{"input":{"kind":[]}}`:      "kind must be a string, not array;",
		`[]`:                         "The body must be an object, not array;",
	} {
		var b body
		err := parseJSON([]byte(given), &b)
		if text := engine.Sentence(err); !strings.HasPrefix(text, want) || engine.KindOf(err) != engine.BadInput {
			t.Errorf("%s is answered %q, want %q", given, text, want)
		}
	}
}
