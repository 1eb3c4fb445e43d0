package api

import (
	"net/http"
	"strings"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// prefix is where the versioned part of the API begins.
const prefix = "/api/v1"

// route is one request that is answered. An open one needs no token.
type route struct {
	method, path string
	open         bool
	handle       func(http.ResponseWriter, *http.Request) error
}

// table lists every route. openapi.json describes the same ones, and a test compares them.
func (s *Server) table() []route {
	return []route{
		{method: "GET", path: prefix + "/points", handle: s.listPoints},
		{method: "POST", path: prefix + "/points", handle: s.createPoint},
		{method: "GET", path: prefix + "/points/{name}", handle: s.getPoint},
		{method: "PATCH", path: prefix + "/points/{name}", handle: s.patchPoint},
		{method: "DELETE", path: prefix + "/points/{name}", handle: s.deletePoint},
		{method: "PUT", path: prefix + "/points/{name}/state", handle: s.putState},
		{method: "POST", path: prefix + "/points/{name}/playback-links", handle: s.postPlaybackLinks},
		{method: "POST", path: prefix + "/points/{name}/playback-key", handle: s.rotatePlaybackKey},
		{method: "GET", path: prefix + "/points/{name}/statistics", handle: s.getStatistics},
		{method: "GET", path: prefix + "/points/{name}/series", handle: s.getSeries},
		{method: "GET", path: prefix + "/points/{name}/timeline", handle: s.getTimeline},
		{method: "GET", path: prefix + "/points/{name}/thumbnail.jpg", handle: s.getThumbnail},
		{method: "GET", path: prefix + "/points/{name}/findings", handle: s.getFindings},
		{method: "GET", path: prefix + "/points/{name}/archive", handle: s.getArchive},
		{method: "POST", path: prefix + "/points/{name}/archive", handle: s.postArchive},
		{method: "GET", path: prefix + "/encoders", handle: s.listEncoders},
		{method: "POST", path: prefix + "/encoders", handle: s.addEncoder},
		{method: "GET", path: prefix + "/encoders/{id}", handle: s.getEncoder},
		{method: "DELETE", path: prefix + "/encoders/{id}", handle: s.removeEncoder},
		{method: "PATCH", path: prefix + "/encoders/{id}", handle: s.patchEncoder},
		{method: "GET", path: prefix + "/encoders/devices", handle: s.listDevices},
		{method: "POST", path: prefix + "/encoders/command", handle: s.encoderCommand},
		{method: "POST", path: prefix + "/encoders/probe", handle: s.probeInput},
		{method: "POST", path: prefix + "/encoders/try", handle: s.tryEncoder},
		{method: "POST", path: prefix + "/encoders/{id}/start", handle: s.orderEncoder(s.desk.StartEncoder)},
		{method: "POST", path: prefix + "/encoders/{id}/stop", handle: s.orderEncoder(s.desk.StopEncoder)},
		{method: "POST", path: prefix + "/encoders/{id}/restart", handle: s.orderEncoder(s.desk.RestartEncoder)},
		{method: "GET", path: prefix + "/encoders/{id}/log", handle: s.getLog},
		{method: "GET", path: prefix + "/points/{name}/export.mp4", handle: s.getExport},
		{method: "GET", path: prefix + "/recordings", handle: s.listRecordings},
		{method: "DELETE", path: prefix + "/recordings/{name}", handle: s.deleteRecording},
		{method: "GET", path: prefix + "/settings", handle: s.getSetup},
		{method: "PATCH", path: prefix + "/settings", handle: s.patchSetup},
		{method: "POST", path: prefix + "/settings/token", handle: s.postToken},
		{method: "POST", path: prefix + "/settings/ffmpeg", handle: s.postTool},
		{method: "POST", path: prefix + "/reload", handle: s.postReload},
		{method: "GET", path: prefix + "/events", handle: s.streamEvents},
		{method: "GET", path: prefix + "/audit", handle: s.listActions},
		{method: "GET", path: prefix + "/alarms", handle: s.listAlarms},
		{method: "POST", path: prefix + "/alarms/{id}/ack", handle: s.ackAlarm},
		{method: "POST", path: prefix + "/alarms/{id}/shelve", handle: s.shelveAlarm},
		{method: "POST", path: prefix + "/points/{name}/notes", handle: s.addNote},
		{method: "GET", path: prefix + "/snapshot", handle: s.getSnapshot},
		{method: "GET", path: prefix + "/points/{name}/links", handle: s.getLinks},
		{method: "GET", path: prefix + "/events/recent", handle: s.recentEvents},
		{method: "GET", path: prefix + "/resume", handle: s.getResume},
		{method: "POST", path: prefix + "/resume", handle: s.postResume},
		{method: "POST", path: prefix + "/demo", handle: s.postDemo},
		{method: "GET", path: prefix + "/system", handle: s.getSystem},
		{method: "GET", path: prefix + "/openapi.json", handle: s.getOpenAPI},
		{method: "GET", path: "/healthz", open: true, handle: s.getHealth},
		{method: "GET", path: "/readyz", open: true, handle: s.getReady},
	}
}

// routes builds the handler of everything.
func (s *Server) routes() (http.Handler, error) {
	mux := http.NewServeMux()
	for _, r := range s.table() {
		h := s.answer(r.handle)
		if !r.open {
			h = s.guard.authorized(s.unlessDraining(h))
		}
		mux.Handle(r.method+" "+r.path, h)
	}
	registry, err := s.registry()
	if err != nil {
		return nil, err
	}
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4}))
	mux.Handle("/", s.rest(mux))
	return s.guard.local(mux), nil
}

// answer turns the error of a handler into a problem.
func (s *Server) answer(handle func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := handle(w, r); err != nil {
			s.fail(w, r, err)
		}
	})
}

// rest answers what no pattern of mux matches: the names of points in the way of Unified
// Origin, whose paths are too deep for patterns, wrong methods, and what is not there.
func (s *Server) rest(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name, noun, ok := unified(r.URL.Path); ok {
			s.guard.authorized(s.unlessDraining(s.answerUnified(name, noun))).ServeHTTP(w, r)
			return
		}
		var allowed []string
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
			other := r.Clone(r.Context())
			other.Method = method
			if _, pattern := mux.Handler(other); pattern != "/" {
				allowed = append(allowed, method)
			}
		}
		if len(allowed) > 0 {
			notAllowed(w, r, allowed...)
			return
		}
		writeProblem(w, http.StatusNotFound, "not found", "There is nothing at this address; "+prefix+"/openapi.json lists what there is.")
	})
}

func notAllowed(w http.ResponseWriter, r *http.Request, allowed ...string) {
	methods := strings.Join(allowed, ", ")
	w.Header().Set("Allow", methods)
	writeProblem(w, http.StatusMethodNotAllowed, "method not allowed", "This address does not know "+r.Method+"; use "+methods+".")
}
