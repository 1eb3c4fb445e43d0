package preview

import (
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed player/src/style.css player/src/icon.svg
var ownFiles embed.FS

//go:embed all:dist
var distFiles embed.FS

// policy is the Content-Security-Policy of every answer. MSE needs blob: for media and hls.js
// data: for the empty source of its text tracks; nothing needs another host, an inline script
// or an inline style. The worker of the HLS player is a file of ours, so that workers need no
// blob: either.
const policy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; " +
	"media-src 'self' blob: data:; connect-src 'self'; object-src 'none'; base-uri 'none'; " +
	"form-action 'none'; frame-ancestors 'self'"

// Config is what a Preview needs.
type Config struct {
	// Points lists the publishing points for the list page, in the order to show them.
	// It is called once for each request, from the request's goroutine. Required.
	Points func() []PointView

	// Version is shown at the foot of every page; may be empty.
	Version string

	// Log receives what went wrong while an answer was written; nil discards it.
	Log *slog.Logger
}

// Preview serves the pages. It is safe for concurrent use and never changes.
type Preview struct {
	cfg    Config
	log    *slog.Logger
	assets *assets
	pages  *template.Template
}

// New returns a Preview over the embedded files. It fails only when they cannot be read,
// which means a broken build.
func New(cfg Config) (*Preview, error) {
	dist, err := fs.Sub(distFiles, "dist")
	if err != nil {
		return nil, fmt.Errorf("open the embedded player: %w", err)
	}
	return newPreview(cfg, dist)
}

// newPreview is New with the built player from a folder of the caller's.
func newPreview(cfg Config, dist fs.FS) (*Preview, error) {
	if cfg.Points == nil {
		return nil, fmt.Errorf("preview: Config.Points is missing")
	}
	own, err := fs.Sub(ownFiles, "player/src")
	if err != nil {
		return nil, fmt.Errorf("open the preview page's own files: %w", err)
	}
	files, err := loadAssets(own, dist)
	if err != nil {
		return nil, err
	}
	pages, err := template.New("").ParseFS(templateFiles, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("parse the preview page's templates: %w", err)
	}
	log := cfg.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Preview{cfg: cfg, log: log, assets: files, pages: pages}, nil
}

// Built reports whether the player is part of this program. Without it the pages show
// addresses and states only.
func (p *Preview) Built() bool { return p.assets.byPlain[assetPlayer] != nil }

// ServePoint answers GET and HEAD of a point's preview page, `P/N.isml/`. The address
// without the last slash is sent there, because the page's links are relative to it.
func (p *Preview) ServePoint(w http.ResponseWriter, r *http.Request, v PointView) {
	if !readOnly(w, r) {
		return
	}
	if !strings.HasSuffix(r.URL.Path, "/") {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Location", "./"+path.Base(r.URL.EscapedPath())+"/")
		w.WriteHeader(http.StatusPermanentRedirect)
		return
	}
	page, err := p.pointPage(r, &v)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.render(w, r, "point.html", page)
}

// ServeList answers GET and HEAD of `/`, the list of the publishing points.
func (p *Preview) ServeList(w http.ResponseWriter, r *http.Request) {
	if !readOnly(w, r) {
		return
	}
	p.render(w, r, "list.html", p.listPage(p.cfg.Points()))
}

// render writes a page. It is built in memory first, so that a template's failure becomes
// an error answer and not half a page.
func (p *Preview) render(w http.ResponseWriter, r *http.Request, name string, data any) {
	var body strings.Builder
	if err := p.pages.ExecuteTemplate(&body, name, data); err != nil {
		p.fail(w, r, fmt.Errorf("render %s: %w", name, err))
		return
	}
	h := w.Header()
	secure(h)
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(body.Len()))
	p.write(w, r, []byte(body.String()))
}

// write sends a body, or only its head for HEAD. A client that went away is no failure of
// ours, so it is told to the log at debug level.
func (p *Preview) write(w http.ResponseWriter, r *http.Request, body []byte) {
	if r.Method == http.MethodHead {
		w.WriteHeader(http.StatusOK)
		return
	}
	if _, err := w.Write(body); err != nil {
		p.log.Debug("preview answer was not taken", "page", pageOf(r), "error", err)
	}
}

// pageOf is the path of a request up to the signature by which its viewer may watch.
func pageOf(r *http.Request) string {
	page, _, _ := strings.Cut(r.URL.Path, "/~")
	return page
}

func (p *Preview) fail(w http.ResponseWriter, r *http.Request, err error) {
	p.log.Error("preview page failed", "page", pageOf(r), "error", err)
	w.Header().Set("Cache-Control", "no-store")
	http.Error(w, "The page could not be made; the server's log says why.", http.StatusInternalServerError)
}

// readOnly lets GET and HEAD pass and answers every other method itself.
func readOnly(w http.ResponseWriter, r *http.Request) bool {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return true
	}
	w.Header().Set("Allow", "GET, HEAD")
	http.Error(w, "This address can only be read: use GET or HEAD.", http.StatusMethodNotAllowed)
	return false
}

// secure sets the header fields that keep a page to itself.
func secure(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
}
