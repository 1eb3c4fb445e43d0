package engine_test

import (
	"strings"
	"testing"

	"pubpoint/engine"
)

func TestLimits(t *testing.T) {
	if got := (engine.Limits{}).WithDefaults(); got.Moov != 1<<20 || got.Mdat != 64<<20 || got.InFlight != 512<<20 || got.Samples != 65_535 || got.RequestRate != engine.NoLimit {
		t.Errorf("defaults %+v", got)
	}
	if err := engine.DefaultLimits().Validate(); err != nil {
		t.Error(err)
	}
	for want, l := range map[string]engine.Limits{
		"":                           {Connections: 1, ConnectionsPerAddress: engine.NoLimit, Mdat: 1 << 30, InFlight: 2 << 30, Shields: []string{"192.0.2.7", "10.0.0.0/8", "2001:db8::/32"}},
		"connections is -1":          {Connections: -1},
		"requests-per-address is -2": {RequestsPerAddress: -2},
		"moov is -5":                 {Moov: -5},
		"depth is 65":                {Depth: 65},
		"ingest-memory is 1000":      {InFlight: 1000},
		`shields has "cdn"`:          {Shields: []string{"cdn"}},
		`shields has "10.0.0.0/99"`:  {Shields: []string{"10.0.0.0/99"}},
	} {
		err := l.Validate()
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%+v: %v, want %q", l, err, want)
		}
	}
}
