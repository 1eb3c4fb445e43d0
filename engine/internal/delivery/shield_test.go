package delivery

import "testing"

// TestShieldsMayKeepManifests asks as a shield does and as a player does.
func TestShieldsMayKeepManifests(t *testing.T) {
	h := newHouse(t, nil)
	const shield = `nginx="Pubpoint/1.0"`
	for _, test := range []struct {
		path, capability, caching string
		status                    int
	}{
		{"/oceans.isml/Manifest", "", "max-age=1", 200},
		{"/oceans.isml/Manifest", `cdn="Surrogate/1.0"`, "max-age=1", 200},
		{"/oceans.isml/Manifest", shield, "max-age=1, stale-while-revalidate=6, stale-if-error=6", 200},
		{"/oceans.isml/Manifest?_HLS_msn=7", shield, "max-age=1, stale-while-revalidate=6", 200},
		{"/sports/arena.isml/Manifest", shield, "max-age=60, stale-while-revalidate=60, stale-if-error=600", 200},
		{"/oceans.isml/QualityLevels(400000)/Fragments(video=0)", shield, mediaCaching, 200},
		{"/oceans.isml/QualityLevels(400000)/Fragments(video=60000000)", shield, "max-age=1, stale-while-revalidate=6", 412},
		{"/film.isml/Manifest", shield, "max-age=1, stale-while-revalidate=6", 404},
	} {
		res := h.ask(t, "GET", test.path, "Surrogate-Capability: "+test.capability)
		if got := res.Header.Get("Cache-Control"); res.StatusCode != test.status || got != test.caching {
			t.Errorf("%s with %q: %d, %q", test.path, test.capability, res.StatusCode, got)
		}
	}
}

// TestNothingIsReadyForShields makes sure that what players are sent at once never has what shields are told.
func TestNothingIsReadyForShields(t *testing.T) {
	h, s, _ := clockwork(t)
	for range 3 {
		bodyOf(t, h.ask(t, "GET", hotManifest, `Surrogate-Capability: nginx="Pubpoint/1.0"`))
	}
	if s.Known([]byte(hotManifest), false) != nil {
		t.Error("an answer to a shield is ready for players")
	}
}
