package engine

import (
	"context"
	"reflect"
	"slices"
	"time"
)

// CredentialKind says by what an encoder proves itself.
type CredentialKind string

// The kinds of credentials.
const (
	// CredentialPassword is a name and a password: HTTP Basic (RFC 7617), and with
	// SchemeDigest also Digest (RFC 7616).
	CredentialPassword CredentialKind = "password"
	// CredentialToken is a long random word: Bearer (RFC 6750). Its name only tells people
	// whose it is.
	CredentialToken CredentialKind = "token"
)

// CredentialScheme says how the engine keeps a secret.
type CredentialScheme string

// The schemes.
const (
	// SchemePBKDF2 is a salted hash that is expensive to guess: for passwords by Basic.
	SchemePBKDF2 CredentialScheme = "pbkdf2-sha256"
	// SchemeDigest keeps what Digest needs (RFC 7616 3.4.2, H(A1)): the password never crosses
	// the network, but whoever reads the file can sign in with what is in it, and guesses the
	// password fast.
	SchemeDigest CredentialScheme = "digest"
	// SchemeSHA256 is a plain hash, which is enough for long random tokens.
	SchemeSHA256 CredentialScheme = "sha256"
)

// Limits of access settings.
const (
	MaxCredentials = 32  // for one point
	MaxAddresses   = 256 // in one list
	MinToken       = 24  // characters of a token: it must be random, not thought up
	MaxSecret      = 256 // characters of a password or token
)

// Credential lets encoders publish to a point. Name is made like a publishing point's element:
// letters, digits, '.', '_' and '-', at most 64, and is unique within a point.
type Credential struct {
	Name string
	Kind CredentialKind
	// Scheme is how the secret is kept. Empty on the way in means SchemePBKDF2 for passwords
	// and SchemeSHA256 for tokens.
	Scheme CredentialScheme
	// Secret is the password or token in clear, on the way in only: the engine keeps its hash
	// and never hands it out. Empty leaves the secret that a credential of this name and kind
	// has; with another scheme there must be one.
	Secret string
}

// Access speaks of signed playback; the limits themselves are part of PointConfig.
type Access interface {
	// SignPlayback returns the preview page and the client manifests of a point as absolute URLs
	// that may be played until now and length from now, to whole seconds. Kinds: NotFound,
	// Conflict when the point does not ask for signatures, BadInput for a length below a second
	// or above MaxPlayback.
	SignPlayback(ctx context.Context, point string, length time.Duration) ([]Link, error)
	// RotatePlaybackKey gives a point a new key: no link that was signed before can be played
	// any more. Kinds: NotFound, Conflict when the point does not ask for signatures or its
	// point.toml cannot be understood, Storage.
	RotatePlaybackKey(ctx context.Context, point string) error
}

// MaxPlayback is the longest time for which playback is signed.
const MaxPlayback = 10 * 365 * 24 * time.Hour

// Protected reports whether the settings limit who may publish.
func (c PointConfig) Protected() bool { return len(c.IngestAuth) > 0 || len(c.AllowFrom) > 0 }

// Clone returns a copy that shares nothing with c.
func (c PointConfig) Clone() PointConfig {
	c.IngestAuth, c.AllowFrom, c.PlayFrom = slices.Clone(c.IngestAuth), slices.Clone(c.AllowFrom), slices.Clone(c.PlayFrom)
	return c
}

// Equal reports whether two settings say the same. The order of lists counts.
func (c PointConfig) Equal(other PointConfig) bool {
	return reflect.DeepEqual(c.normal(), other.normal())
}

// normal is c with no list where a list is empty.
func (c PointConfig) normal() PointConfig {
	c.IngestAuth, c.AllowFrom, c.PlayFrom = some(c.IngestAuth), some(c.AllowFrom), some(c.PlayFrom)
	return c
}

func some[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}
