package enginetest

import (
	"testing"

	"pubpoint/engine"
)

func pictureOfNothing(t *testing.T, s engine.Service) {
	_, err := s.Thumbnail("none")
	wantKind(t, "Thumbnail of no point", err, engine.NotFound)
	_, err = s.AudioLevel("none")
	wantKind(t, "AudioLevel of no point", err, engine.NotFound)
	create(t, s, "oceans")
	_, err = s.Thumbnail("oceans")
	wantKind(t, "Thumbnail of a point without media", err, engine.Unavailable)
	_, err = s.AudioLevel("oceans")
	wantKind(t, "AudioLevel of a point without media", err, engine.Unavailable)
}
