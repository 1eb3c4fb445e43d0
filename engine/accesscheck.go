package engine

import (
	"fmt"
	"net/netip"
	"strings"
)

// CheckAccess returns what is wrong with the access settings of next, given what a point has
// now, as an *Error of kind BadInput with a sentence, or nil. Secrets are never part of it.
func CheckAccess(before, next PointConfig) error {
	bad := func(format string, args ...any) error {
		return &Error{Op: "check access", Kind: BadInput, Text: fmt.Sprintf(format, args...)}
	}
	if len(next.IngestAuth) > MaxCredentials {
		return bad("%d credentials are too many: a publishing point has at most %d.", len(next.IngestAuth), MaxCredentials)
	}
	seen := map[string]bool{}
	for _, c := range next.IngestAuth {
		if why := c.fault(); why != "" {
			return bad("%s", why)
		}
		if name := strings.ToLower(c.Name); seen[name] {
			return bad("There are two credentials %q; give each a name of its own.", c.Name)
		} else {
			seen[name] = true
		}
		if c.Secret == "" && !before.has(c) {
			return bad("The credential %q has no secret; give it one.", c.Name)
		}
	}
	for setting, list := range map[string][]string{"allow_from": next.AllowFrom, "play_from": next.PlayFrom} {
		if len(list) > MaxAddresses {
			return bad("%s has %d addresses; write at most %d.", setting, len(list), MaxAddresses)
		}
		for _, text := range list {
			if _, err := ParseAddresses(text); err != nil {
				return bad("%s has %q, which is no address; write one like 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32.", setting, text)
			}
		}
	}
	return nil
}

// has reports whether there is a credential whose secret c may keep.
func (c PointConfig) has(want Credential) bool {
	for _, have := range c.IngestAuth {
		if have.Name == want.Name && have.Kind == want.Kind && (want.Scheme == "" || want.Scheme == have.Scheme) {
			return true
		}
	}
	return false
}

// fault is what is wrong with a credential by itself, as a sentence; empty for nothing.
func (c Credential) fault() string {
	switch {
	case !ValidElement(c.Name):
		return "A credential's name may have letters, digits, '.', '_' and '-' only, must begin with a letter or digit, and have at most 64 characters."
	case c.Kind != CredentialPassword && c.Kind != CredentialToken:
		return fmt.Sprintf("The credential %q is of kind %q; choose password or token.", c.Name, string(c.Kind))
	case c.Kind == CredentialPassword && c.Scheme != "" && c.Scheme != SchemePBKDF2 && c.Scheme != SchemeDigest,
		c.Kind == CredentialToken && c.Scheme != "" && c.Scheme != SchemeSHA256:
		return fmt.Sprintf("The credential %q cannot be kept as %q; a password is kept as pbkdf2-sha256 or digest, a token as sha256.", c.Name, string(c.Scheme))
	case len(c.Secret) > MaxSecret:
		return fmt.Sprintf("The secret of %q is longer than %d characters; choose a shorter one.", c.Name, MaxSecret)
	case strings.ContainsFunc(c.Secret, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return fmt.Sprintf("The secret of %q has a control character; choose another.", c.Name)
	case c.Kind == CredentialToken && c.Secret != "" && !ValidToken(c.Secret):
		return fmt.Sprintf("The token of %q must have at least %d characters out of letters, digits, '-', '.', '_', '~', '+' and '/', and be random; make one with: openssl rand -hex 24.", c.Name, MinToken)
	}
	return ""
}

// ValidToken reports whether s can be a bearer token of ours (RFC 6750 2.1, b64token).
func ValidToken(s string) bool {
	body := strings.TrimRight(s, "=")
	return len(s) >= MinToken && len(s) <= MaxSecret && body != "" && !strings.ContainsFunc(body, func(r rune) bool {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		return !letter && !strings.ContainsRune("-._~+/", r)
	})
}

// ParseAddresses reads an address or a prefix of addresses. IPv4 addresses that are written as
// IPv6 (::ffff:192.0.2.7) count as IPv4; zones are refused. Bits behind the prefix's length do
// not count.
func ParseAddresses(text string) (netip.Prefix, error) {
	if !strings.Contains(text, "/") {
		a, err := netip.ParseAddr(text)
		if err != nil {
			return netip.Prefix{}, err
		}
		if a.Zone() != "" {
			return netip.Prefix{}, fmt.Errorf("%q has a zone", text)
		}
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(text)
	if err != nil {
		return p, err
	}
	if a := p.Addr(); a.Is4In6() {
		if p.Bits() < 96 {
			return p, fmt.Errorf("%q mixes IPv4 and IPv6", text)
		}
		p = netip.PrefixFrom(a.Unmap(), p.Bits()-96)
	}
	return p.Masked(), nil
}
