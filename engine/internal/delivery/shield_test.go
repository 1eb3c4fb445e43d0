package delivery

import "testing"

// TestShieldsMayKeepManifests asks as a shield does and as a player does.
func TestShieldsMayKeepManifests(t *testing.T) {
	h := newHouse(t, nil)
	const shield = `nginx="Pubpoint/1.0"`
	for _, test := range []struct{ path, capability, caching string }{
		{"/oceans.isml/Manifest", "", "max-age=1"},
		{"/oceans.isml/Manifest", `cdn="Surrogate/1.0"`, "max-age=1"},
		{"/oceans.isml/Manifest", shield, "max-age=1, stale-while-revalidate=2, stale-if-error=6"},
		{"/oceans.isml/Manifest?_HLS_msn=7", shield, "max-age=1"},
		{"/sports/arena.isml/Manifest", shield, "max-age=60, stale-while-revalidate=60, stale-if-error=600"},
		{"/oceans.isml/QualityLevels(400000)/Fragments(video=0)", shield, mediaCaching},
	} {
		res := h.ask(t, "GET", test.path, "Surrogate-Capability: "+test.capability)
		if got := res.Header.Get("Cache-Control"); res.StatusCode != 200 || got != test.caching {
			t.Errorf("%s with %q: %d, %q", test.path, test.capability, res.StatusCode, got)
		}
	}
}
