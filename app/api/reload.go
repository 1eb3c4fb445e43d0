package api

import (
	"net"
	"net/http"
)

// listen answers on l in clear text or with TLS. There it speaks HTTP/1.1 alone: nobody needs more of
// an API, and less can be wrong.
func (s *Server) listen(server *http.Server, l net.Listener) error {
	if s.tls == nil {
		return server.Serve(l)
	}
	server.Protocols = new(http.Protocols)
	server.Protocols.SetHTTP1(true)
	return server.ServeTLS(l, "", "")
}

// postReload reads settings and certificate again.
func (s *Server) postReload(w http.ResponseWriter, r *http.Request) error {
	if s.program == nil {
		return noProgram()
	}
	done, err := s.program.Reload(r.Context())
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, map[string][]string{"changed": append([]string{}, done.Changed...), "restart": append([]string{}, done.Restart...)})
}
