// Package access decides who may publish to a publishing point and who may watch it. It knows
// neither HTTP servers nor files: it reads header fields and addresses, and says yes or why not.
//
// A [Policy] is what one point asks for, and never changes. A [Gate] serves all points of an
// origin and has what must be remembered between requests: which passwords have been proved
// already, who has failed how often, which answers to Digest were used, and the credentials of
// the encoders that the engine runs itself.
//
// Secrets are kept as hashes ([Secret]). A password for Basic is kept as PBKDF2, which takes a
// tenth of a second to check on purpose. That must not be a way to keep the processor busy: no
// more than two are computed at once, and on no more than half of the cores, an address that fails is slowed down, and what has been
// proved is remembered under an HMAC with a key of this process, so that it is proved once. A
// password for Digest is kept as H(A1) of RFC 7616 3.4.2: it never crosses the network, but
// whoever reads the file can sign in with what is there, and can guess the password fast. Tokens
// must be long, so that a plain hash does.
//
// All that is remembered is bounded. Nonces of Digest are not kept when they are given out: they
// carry their time and an HMAC. Those that were used are kept with their count, and where there
// are too many, all that are as old as what had to be forgotten count as stale, so nothing is
// accepted twice.
package access
