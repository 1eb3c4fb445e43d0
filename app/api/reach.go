package api

import (
	"net"
	"net/http"
	"net/url"

	"pubpoint/engine"
)

// reacher returns what makes the engine's own URLs such that whoever sent r reaches them. An origin
// that listens everywhere calls itself by its loopback address, which is somebody else for a client
// on another machine: the client's own name for this machine takes its place. An origin that listens at
// one address keeps it, because no other would do.
func (s *Server) reacher(r *http.Request) func(raw string) string {
	host := plainHost(r.Host)
	if ip := net.ParseIP(host); !s.everywhere || host == "" || host == "localhost" || ip != nil && ip.IsLoopback() {
		return func(raw string) string { return raw }
	}
	return func(raw string) string {
		u, err := url.Parse(raw)
		if err != nil {
			return raw
		}
		if ip := net.ParseIP(u.Hostname()); ip == nil || !ip.IsLoopback() {
			return raw
		}
		switch port := u.Port(); {
		case port != "":
			u.Host = net.JoinHostPort(host, port)
		case net.ParseIP(host) != nil && net.ParseIP(host).To4() == nil:
			u.Host = "[" + host + "]"
		default:
			u.Host = host
		}
		return u.String()
	}
}

// reached are links as a client reaches them.
func reached(links []engine.Link, reach func(string) string) []engine.Link {
	all := make([]engine.Link, len(links))
	for i, l := range links {
		l.URL = reach(l.URL)
		all[i] = l
	}
	return all
}

// getLinks tells the URLs of a point, whether or not it exists.
func (s *Server) getLinks(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	if !engine.ValidName(name) {
		return badInput("%q cannot name a publishing point.", name)
	}
	all := []link{}
	for _, l := range reached(s.desk.Links(name), s.reacher(r)) {
		all = append(all, link(l))
	}
	return writeJSON(w, http.StatusOK, map[string]any{"links": all})
}
