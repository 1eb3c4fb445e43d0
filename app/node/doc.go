// Package node makes a running origin of settings, for both programs.
//
// A Node is brought up in order: document root, media listener, admin listener, then both
// are served and what was remembered is restored. It goes down in reverse: the admin API
// first, so that nobody orders anything of an origin that is sealing, then the origin. A
// start that fails leaves nothing behind and says why and what to do.
package node
