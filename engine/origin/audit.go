package origin

import "pubpoint/engine"

// Record implements engine.Auditor.
func (o *Origin) Record(a engine.Action) { o.audit.Record(a) }

// Actions implements engine.Auditor.
func (o *Origin) Actions(limit int, after int64) []engine.Action {
	return o.audit.Actions(limit, after)
}
