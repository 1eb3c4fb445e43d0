package preview

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// AssetPrefix is the public folder of the page's own files. Every path below it belongs to
// Preview.ServeAsset; no publishing point can have such a name, because names begin with a
// letter or a digit.
const AssetPrefix = "/_pubpoint/"

// The files that a page refers to by their plain names.
const (
	assetPlayer   = "player.js"
	assetWorker   = "worker.js"
	assetStyle    = "style.css"
	assetIcon     = "icon.svg"
	assetLicences = "LICENSES.txt"
)

// asset is one embedded file under its public, hashed name.
type asset struct {
	name    string // "player-0123456789ab.js"
	typ     string
	tag     string // strong ETag of body
	body    []byte
	gzipped []byte
}

// assets are all embedded files, by plain and by public name.
type assets struct {
	byPlain  map[string]*asset
	byPublic map[string]*asset
}

// loadAssets reads the page's own files and, when it was built, the player. A player that
// was not built is not an error: the page then says so.
func loadAssets(own, dist fs.FS) (*assets, error) {
	a := &assets{byPlain: map[string]*asset{}, byPublic: map[string]*asset{}}
	for _, name := range []string{assetStyle, assetIcon} {
		if err := a.add(own, name); err != nil {
			return nil, err
		}
	}
	for _, name := range []string{assetPlayer, assetWorker, assetLicences} {
		if err := a.add(dist, name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	return a, nil
}

func (a *assets) add(dir fs.FS, name string) error {
	body, err := fs.ReadFile(dir, name)
	if err != nil {
		return fmt.Errorf("read the preview page's file %s: %w", name, err)
	}
	packed, err := compress(body)
	if err != nil {
		return fmt.Errorf("compress the preview page's file %s: %w", name, err)
	}
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:6])
	ext := path.Ext(name)
	f := &asset{
		name:    strings.ToLower(strings.TrimSuffix(name, ext)) + "-" + hash + ext,
		typ:     assetType(ext),
		tag:     `"` + hash + `"`,
		body:    body,
		gzipped: packed,
	}
	a.byPlain[name] = f
	a.byPublic[f.name] = f
	return nil
}

func assetType(ext string) string {
	switch ext {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	default:
		return "text/plain; charset=utf-8"
	}
}

func compress(body []byte) ([]byte, error) {
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	if _, err := z.Write(body); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// path returns where a page finds an asset, seen from a page that is depth folders below
// the server's root; "" when the asset does not exist.
func (a *assets) path(plain string, depth int) string {
	f := a.byPlain[plain]
	if f == nil {
		return ""
	}
	if depth == 0 {
		return "." + AssetPrefix + f.name
	}
	return strings.Repeat("../", depth) + strings.TrimPrefix(AssetPrefix, "/") + f.name
}

// ServeAsset answers GET and HEAD of AssetPrefix and what is below it, with bodies that may
// be cached for ever: another content has another name.
func (p *Preview) ServeAsset(w http.ResponseWriter, r *http.Request) {
	if !readOnly(w, r) {
		return
	}
	_, name, found := strings.Cut(r.URL.Path, AssetPrefix)
	f := p.assets.byPublic[name]
	if !found || f == nil {
		w.Header().Set("Cache-Control", "no-store")
		Refuse(w, http.StatusNotFound, "There is no such file; reload the page that asked for it.")
		return
	}
	h := w.Header()
	secure(h)
	h.Set("Content-Type", f.typ)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	body, tag := f.body, f.tag
	if acceptsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		body, tag = f.gzipped, strings.TrimSuffix(f.tag, `"`)+`-gzip"`
	}
	h.Set("ETag", tag)
	if matches(r.Header.Get("If-None-Match"), tag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	p.write(w, r, body)
}

// acceptsGzip reports whether the client named gzip and did not refuse it with q=0.
func acceptsGzip(r *http.Request) bool {
	for _, field := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		coding, params, _ := strings.Cut(strings.TrimSpace(field), ";")
		if !strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			continue
		}
		q, ok := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
		if !ok {
			return true
		}
		weight, err := strconv.ParseFloat(q, 64)
		return err == nil && weight > 0
	}
	return false
}

// matches reports whether an If-None-Match field lists the tag; comparison is weak
// (RFC 9110, 13.1.2).
func matches(field, tag string) bool {
	for _, t := range strings.Split(field, ",") {
		t = strings.TrimPrefix(strings.TrimSpace(t), "W/")
		if t == tag || t == "*" {
			return true
		}
	}
	return false
}
