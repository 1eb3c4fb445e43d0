package control

import (
	"context"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"time"

	"pubpoint/engine"
)

// Who gives orders when nobody else says so.
const (
	Window  = "window"  // a person at the control room
	Program = "program" // Pubpoint by itself: what was remembered, the demonstration
)

// whoKey is the key of a context's value that names who gives its orders.
type whoKey struct{}

// By returns a context for the orders of somebody, such as "api 192.0.2.7". A context without has the
// orders of the window.
func By(ctx context.Context, who string) context.Context {
	return context.WithValue(ctx, whoKey{}, who)
}

func who(ctx context.Context) string {
	if name, ok := ctx.Value(whoKey{}).(string); ok {
		return name
	}
	return Window
}

// secretInAddress is what stands before the host of an address, and what a query says.
var secretInAddress = regexp.MustCompile(`://[^\s/@"]*@|\?[^\s"]*`)

// Audit writes down what somebody ordered and what became of it. The Desk does so for its own orders;
// whoever carries out others, such as for the program's settings, calls it.
func (d *Desk) Audit(ctx context.Context, a engine.Action, err error) {
	a.Who, a.Outcome = who(ctx), engine.Done
	if err != nil {
		a.Outcome = engine.KindOf(err).String()
		a.Reason = masked(engine.Sentence(err))
	}
	a.Detail = masked(a.Detail)
	d.engine.Record(a)
}

// masked is text without the secrets of the addresses in it.
func masked(text string) string {
	return secretInAddress.ReplaceAllStringFunc(text, func(found string) string {
		if strings.HasPrefix(found, "?") {
			return "?***"
		}
		return "://***@"
	})
}

// audited is Audit for a deferred call: err is looked at when the order has been carried out.
func (d *Desk) audited(ctx context.Context, a engine.Action, err *error) { d.Audit(ctx, a, *err) }

// Actions returns what was ordered, see [engine.Auditor].
func (d *Desk) Actions(limit int, after int64) []engine.Action { return d.engine.Actions(limit, after) }

// changes tells which settings of a point a change changes. Values are told where they cannot be secrets.
func changes(before, after engine.PointConfig) string {
	var all []string
	was, is := reflect.ValueOf(before), reflect.ValueOf(after)
	for i := range was.NumField() {
		from, to := was.Field(i).Interface(), is.Field(i).Interface()
		if reflect.DeepEqual(from, to) {
			continue
		}
		field := was.Type().Field(i).Name
		switch from.(type) {
		case bool, int, int64, time.Duration, engine.ReconnectPolicy:
			all = append(all, fmt.Sprintf("%s %v to %v", field, from, to))
		default:
			all = append(all, field)
		}
	}
	return strings.Join(all, ", ")
}
