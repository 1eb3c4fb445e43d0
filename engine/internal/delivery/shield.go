package delivery

import (
	"net/http"
	"strings"
)

// What a shield may do with a manifest that has expired, in Cache-Control (RFC 5861). While one
// request for the new manifest is on its way, others are given the old one; and when nobody
// answers it stands in for three target durations of two seconds. Any longer, and players would
// wait for media that never comes instead of turning to another server.
const (
	liveStale  = ", stale-while-revalidate=6, stale-if-error=6"
	endedStale = ", stale-while-revalidate=60, stale-if-error=600"
	// What was refused, and what a client has waited for: many come back for it at once.
	revalidating = ", stale-while-revalidate=6"
)

// Shields tell by this field that they take the permission above for themselves alone (Edge
// Architecture Specification 1.0, 2.1). Players are not given it: browsers would show their
// player an old manifest each time, and ask for the new one behind its back.
const (
	capabilityField = "Surrogate-Capability"
	capability      = `="Pubpoint/1.0"`
)

// manifestCaching is how long a manifest may be kept by who asks for it. What a client has waited
// for (RFC 8216bis 6.2.5.2) never stands in for a server that is gone.
func manifestCaching(r *http.Request, live bool) string {
	caching, stale := endedCaching, endedStale
	if live {
		caching, stale = liveCaching, liveStale
	}
	switch {
	case !fromShield(r):
		return caching
	case r.URL.Query().Has("_HLS_msn"):
		return caching + revalidating
	}
	return caching + stale
}

// refusalCaching says how long a refusal may be kept by who asks. A shield may keep for a second what many
// ask it for at once, not-yet among it: those who wait there for an answer that may not be kept are served
// one after the other. What fell out of the window does not come back.
func refusalCaching(r *http.Request, status int) string {
	if !fromShield(r) {
		return errorCaching(status)
	}
	switch status {
	case http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusPreconditionFailed, http.StatusServiceUnavailable:
		return "max-age=1" + revalidating
	case http.StatusGone:
		return "max-age=60" + revalidating
	}
	return "no-store"
}

func fromShield(r *http.Request) bool {
	return strings.Contains(r.Header.Get(capabilityField), capability)
}
