package access

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"pubpoint/engine"
)

// realm is what passwords are asked for; it is part of what Digest keeps.
const realm = "Pubpoint"

// Iterations of PBKDF2: for new passwords, and what a file may ask for.
const (
	iterations    = 600_000
	minIterations = 10_000
	maxIterations = 5_000_000
)

// Marks of the kept forms, behind "name:".
const (
	markPBKDF2 = "$pbkdf2-sha256$" // iterations $ salt $ hash
	markDigest = "$digest$"        // H(A1) with MD5 $ H(A1) with SHA-256, hexadecimal
	markSHA256 = "$sha256$"        // hash
)

// Words before a credential in clear text that say what it is; none means Basic.
const (
	wordDigest = "digest "
	wordBearer = "bearer "
)

// Secret is a credential as it is kept: whose it is, and what proves it.
type Secret struct {
	name   string
	scheme engine.CredentialScheme

	rounds      int
	salt, hash  []byte // PBKDF2; hash alone for SHA-256
	md5, sha256 string // H(A1) for Digest
}

// errForm says that a credential is in no form that is known. It does not show it.
var errForm = errors.New("it must be \"name:password\", \"digest name:password\" or \"bearer name:token\", or what became of one of these")

// ParseSecret reads one credential of point.toml: in the form of [Secret.Text], or in clear, as
// people write it; then inClear is true, and the Secret has been made of it. Errors show nothing of
// what was read.
func ParseSecret(text string) (s Secret, inClear bool, err error) {
	rest, digest := strings.CutPrefix(text, wordDigest)
	rest, bearer := strings.CutPrefix(rest, wordBearer)
	if digest && bearer {
		return s, false, errForm
	}
	name, value, ok := strings.Cut(rest, ":")
	if !ok || !engine.ValidElement(name) {
		return s, false, errForm
	}
	if strings.HasPrefix(value, "$") {
		s, err = parseKept(name, value)
		return s, false, err
	}
	c := engine.Credential{Name: name, Kind: engine.CredentialPassword, Secret: value}
	switch {
	case digest:
		c.Scheme = engine.SchemeDigest
	case bearer:
		c.Kind = engine.CredentialToken
	}
	if value == "" {
		return s, true, errForm
	}
	if err := engine.CheckAccess(engine.PointConfig{}, engine.PointConfig{IngestAuth: []engine.Credential{c}}); err != nil {
		return s, true, errors.New(strings.TrimSuffix(engine.Sentence(err), "."))
	}
	s, err = Keep(c)
	return s, true, err
}

// parseKept reads what stands behind the name in a kept form.
func parseKept(name, value string) (Secret, error) {
	s := Secret{name: name}
	var err error
	if rest, ok := strings.CutPrefix(value, markPBKDF2); ok {
		parts := strings.Split(rest, "$")
		if len(parts) != 3 {
			return s, errForm
		}
		s.scheme = engine.SchemePBKDF2
		if s.rounds, err = strconv.Atoi(parts[0]); err != nil || s.rounds < minIterations || s.rounds > maxIterations {
			return s, errForm
		}
		if s.salt, err = base64.RawStdEncoding.DecodeString(parts[1]); err != nil || len(s.salt) < 8 || len(s.salt) > 64 {
			return s, errForm
		}
		if s.hash, err = base64.RawStdEncoding.DecodeString(parts[2]); err != nil || len(s.hash) != sha256.Size {
			return s, errForm
		}
		return s, nil
	}
	if rest, ok := strings.CutPrefix(value, markDigest); ok {
		s.scheme = engine.SchemeDigest
		s.md5, s.sha256, _ = strings.Cut(rest, "$")
		if !isHex(s.md5, 2*md5.Size) || !isHex(s.sha256, 2*sha256.Size) {
			return s, errForm
		}
		return s, nil
	}
	if rest, ok := strings.CutPrefix(value, markSHA256); ok {
		s.scheme = engine.SchemeSHA256
		if s.hash, err = base64.RawStdEncoding.DecodeString(rest); err != nil || len(s.hash) != sha256.Size {
			return s, errForm
		}
		return s, nil
	}
	return s, errForm
}

func isHex(text string, size int) bool {
	_, err := hex.DecodeString(text)
	return err == nil && len(text) == size && text == strings.ToLower(text)
}

// Keep makes what is kept of a credential that engine.CheckAccess has found good and whose
// secret is not empty.
func Keep(c engine.Credential) (Secret, error) {
	s := Secret{name: c.Name, scheme: schemeOf(c)}
	switch s.scheme {
	case engine.SchemeSHA256:
		sum := sha256.Sum256([]byte(c.Secret))
		s.hash = sum[:]
	case engine.SchemeDigest:
		a1 := c.Name + ":" + realm + ":" + c.Secret
		s.md5, s.sha256 = sumMD5(a1), sumSHA256(a1)
	default:
		s.rounds, s.salt = iterations, make([]byte, 16)
		if _, err := rand.Read(s.salt); err != nil {
			return s, fmt.Errorf("make a salt: %w", err)
		}
		hash, err := pbkdf2.Key(sha256.New, c.Secret, s.salt, s.rounds, sha256.Size)
		if err != nil {
			return s, fmt.Errorf("hash a password: %w", err)
		}
		s.hash = hash
	}
	return s, nil
}

// schemeOf is how a credential is kept that does not say so itself.
func schemeOf(c engine.Credential) engine.CredentialScheme {
	switch {
	case c.Scheme != "":
		return c.Scheme
	case c.Kind == engine.CredentialToken:
		return engine.SchemeSHA256
	}
	return engine.SchemePBKDF2
}

// Credential is what may be shown of s.
func (s Secret) Credential() engine.Credential {
	kind := engine.CredentialPassword
	if s.scheme == engine.SchemeSHA256 {
		kind = engine.CredentialToken
	}
	return engine.Credential{Name: s.name, Kind: kind, Scheme: s.scheme}
}

// Text is the kept form, for point.toml alone.
func (s Secret) Text() string {
	b64 := base64.RawStdEncoding.EncodeToString
	switch s.scheme {
	case engine.SchemeDigest:
		return wordDigest + s.name + ":" + markDigest + s.md5 + "$" + s.sha256
	case engine.SchemeSHA256:
		return wordBearer + s.name + ":" + markSHA256 + b64(s.hash)
	}
	return s.name + ":" + markPBKDF2 + strconv.Itoa(s.rounds) + "$" + b64(s.salt) + "$" + b64(s.hash)
}

// matches reports whether a password or token is the one that s was made of. It takes long for
// PBKDF2.
func (s Secret) matches(secret string) (bool, error) {
	switch s.scheme {
	case engine.SchemeDigest:
		return same(sumSHA256(s.name+":"+realm+":"+secret), s.sha256), nil
	case engine.SchemeSHA256:
		sum := sha256.Sum256([]byte(secret))
		return hmac.Equal(sum[:], s.hash), nil
	}
	hash, err := pbkdf2.Key(sha256.New, secret, s.salt, s.rounds, sha256.Size)
	if err != nil {
		return false, fmt.Errorf("hash a password: %w", err)
	}
	return hmac.Equal(hash, s.hash), nil
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func sumMD5(text string) string {
	sum := md5.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}

func sumSHA256(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
