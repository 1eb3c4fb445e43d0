// Package node makes a running origin of settings, for both programs.
//
// A Node is brought up in order: document root, media listener, admin listener, then both
// are served and what was remembered is restored. It goes down like this: it is no longer ready,
// the admin API takes no more orders, so that nobody orders anything of an origin that is sealing,
// the origin ends, and the admin API, which has told how it stands until then, goes last. A
// start that fails leaves nothing behind and says why and what to do.
//
// While it serves it looks every few seconds whether the origin's goroutines answer and the document
// root can be written. /healthz, /readyz and a service manager's watchdog live on what it saw last.
package node
