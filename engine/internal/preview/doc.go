// Package preview serves the preview page of a publishing point, the list of all points,
// and the few files both need.
//
// The page holds a player for every format that a browser can play, with a switch between
// them, the live facts of the point, and every address of the point with a copy button. It
// is plain HTML that works without its script; the script adds the player and keeps the
// facts true. Positions in every format are brought to the presentation's own timeline, so
// that the delay behind live is measured alike for all. The script is built from the sources in
// player/ into dist/ by `make build` and embedded; when dist/ is empty the page says so and
// still shows the addresses.
//
// Invariants:
//
//   - The page never asks another host for anything: all addresses are relative, and the
//     Content-Security-Policy forbids the rest. It holds no inline script and no inline style.
//   - Whatever a point is called, its name and title reach the page only through
//     html/template and encoding/json.
//   - An asset's public name carries the hash of its bytes, so it may be cached for ever.
//     Pages and facts are never cached.
//   - The package knows nothing of how a presentation is stored: it is given PointView
//     values and shows them. It starts no goroutine and keeps no state between requests.
package preview
