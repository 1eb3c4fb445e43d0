// Package api is the admin API: what an operator may want of an origin, over HTTP.
//
// Every request is carried out by a Desk, the same that the window speaks to. Under /api/v1
// bodies are JSON, names are in snake_case, rates are in bit/s, spans of time in seconds and
// instants in RFC 3339; openapi.json describes each of them. Failures are
// application/problem+json with a sentence for people in "detail".
//
// Who may ask: the Host must be the listener's own, a request that a browser made on behalf
// of another site is refused, and everything but health and metrics needs the bearer token.
// No answer ever permits another origin to read it.
package api
