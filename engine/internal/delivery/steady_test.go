package delivery

import (
	"context"
	"strconv"
	"testing"

	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/presentation"
)

// steady is a resource that does not show what is open.
type steady struct{ *made }

func (steady) Steady() {}

func (s steady) Name() string               { return "steady" }
func (s steady) Links(string) []output.Link { return nil }
func (s steady) Resolve(output.Request) (output.Resource, error) {
	return s, nil
}

// TestChunksCostNoRenderingOfWhatDoesNotShowThem lets chunks arrive: a manifest that does not show
// them is rendered when something else has changed, and any other for each of them.
func TestChunksCostNoRenderingOfWhatDoesNotShowThem(t *testing.T) {
	for name, test := range map[string]struct {
		format func(*made) output.Format
		want   int
	}{
		"steady": {func(m *made) output.Format { return steady{m} }, 2},
		"other":  {func(m *made) output.Format { return single{m} }, 7},
	} {
		t.Run(name, func(t *testing.T) {
			renderings := 0
			m := &made{output.ClientManifest, func(_ context.Context, src presentation.Source) (*output.Object, error) {
				renderings++
				return text(strconv.FormatUint(src.View().Version, 10)), nil
			}}
			h := newHouse(t, func(cfg *Config) { cfg.Formats = []output.Format{test.format(m)} })
			v := *h.live.View()
			v.Version, v.Settled, v.SettledAt = 100, 100, v.Changed
			first := v
			h.live.Show(&first)
			before := bodyOf(t, h.ask(t, "GET", "/oceans.isml/made"))
			for range 5 {
				next := v
				v.Version++
				next.Version = v.Version
				h.live.Show(&next)
				if got := bodyOf(t, h.ask(t, "GET", "/oceans.isml/made")); name == "steady" && got != before {
					t.Fatalf("a chunk made %q of %q", got, before)
				}
			}
			v.Settled = v.Version + 1
			v.Version = v.Settled
			h.live.Show(&v)
			if got := bodyOf(t, h.ask(t, "GET", "/oceans.isml/made")); got != "106" {
				t.Errorf("the newest is %q", got)
			}
			if renderings != test.want {
				t.Errorf("%d renderings, want %d", renderings, test.want)
			}
		})
	}
}
