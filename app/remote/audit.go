package remote

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"pubpoint/app/api"
	"pubpoint/engine"
)

// Actions are what was ordered over there, by whom, and what became of it: no older than a second, at
// most [api.MostActions], and none while they cannot be had; what is wrong with the engine stands above
// every page then.
func (e *Engine) Actions(limit int, after int64) []engine.Action {
	limit = min(limit, api.MostActions)
	if limit <= 0 {
		return nil
	}
	query := url.Values{"limit": {strconv.Itoa(limit)}, "after": {strconv.FormatInt(max(0, after), 10)}}
	all, err := lookUp(e, "audit "+strconv.Itoa(limit), query.Get("after"), time.Second, time.Second, func(ctx context.Context) ([]engine.Action, error) {
		a, err := e.ask(ctx, question{op: "read audit log", method: http.MethodGet, path: []string{"audit"}, query: query})
		if err != nil {
			return nil, err
		}
		return api.ReadActions(a.body)
	})
	if err != nil {
		e.log.Debug("no audit log", "err", err)
		return nil
	}
	return slices.Clone(all)
}
