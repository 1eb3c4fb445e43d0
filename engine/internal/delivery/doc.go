// Package delivery is the media listener's HTTP: which address means what, status codes,
// caching, conditional requests, compression, CORS and the access log, once for all formats.
//
// # Model
//
// A request below a publishing point goes to the encoders' handler when it is a POST or PUT
// of a form that encoders use, to the preview when it is the point's page, and otherwise to
// the first format that understands it. routes.go is the table of contents.
//
// # Invariants
//
//   - No name reaches a Directory that engine.ValidName does not accept. Paths with "..",
//     backslashes, control characters or escaped slashes are refused before anything else.
//   - Whoever may not watch a point gets nothing of it: Config.Watch is asked for each request before
//     anything is looked up, and what not everybody may have is never kept ready.
//   - Nothing here changes a request's path, and nothing redirects a body away: encoders'
//     requests arrive at the ingest handler as they came, behind a ResponseWriter that
//     http.ResponseController can see through.
//   - A manifest is rendered once for each view of a presentation, and compressed once.
//   - A client that takes nothing for Config.WriteTimeout is cut off. Encoders never are.
//   - Every answer to a GET, HEAD or OPTIONS carries the CORS fields, errors and 304
//     included: without them browsers cannot tell a missing fragment from a broken server.
package delivery
