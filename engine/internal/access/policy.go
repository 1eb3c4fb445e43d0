package access

import (
	"fmt"
	"net/netip"
	"slices"

	"pubpoint/engine"
)

// Policy is what one point asks of those who publish and watch. The zero value asks for nothing.
// It never changes.
type Policy struct {
	secrets []Secret
	allow   []netip.Prefix
	play    []netip.Prefix
	signed  bool
	key     []byte // signs playback
	digest  bool   // every password can be proved by Digest
	closed  string // why nobody may watch, as a sentence
}

// Rules are what a Policy is made of, as point.toml has them.
type Rules struct {
	Secrets   []Secret
	AllowFrom []string
	PlayFrom  []string
	Signed    bool   // only signed URLs play
	Key       string // at least [MinKey] characters when Signed
}

// MinKey is the least length of a key that signs playback.
const MinKey = 32

// New makes a Policy. An error says what cannot be understood, without secrets.
func New(r Rules) (*Policy, error) {
	p := &Policy{secrets: slices.Clone(r.Secrets), signed: r.Signed, key: []byte(r.Key)}
	if len(r.Secrets) > engine.MaxCredentials {
		return nil, fmt.Errorf("ingest_auth has %d credentials, and at most %d are allowed", len(r.Secrets), engine.MaxCredentials)
	}
	names := map[string]bool{}
	for _, s := range r.Secrets {
		if names[s.name] {
			return nil, fmt.Errorf("ingest_auth has the name %q twice", s.name)
		}
		names[s.name] = true
		if s.scheme == engine.SchemeDigest {
			p.digest = true
		}
	}
	for _, s := range r.Secrets {
		p.digest = p.digest && s.scheme != engine.SchemePBKDF2
	}
	var err error
	if p.allow, err = prefixes("allow_from", r.AllowFrom); err != nil {
		return nil, err
	}
	if p.play, err = prefixes("play_from", r.PlayFrom); err != nil {
		return nil, err
	}
	if r.Signed && len(r.Key) < MinKey {
		return nil, fmt.Errorf("playback_key is shorter than %d characters", MinKey)
	}
	return p, nil
}

// Closed is a Policy that lets nobody watch, for the reason given as a sentence. Whether anybody
// may publish is for the point to say, which must be told the same.
func Closed(reason string) *Policy { return &Policy{closed: reason} }

func prefixes(setting string, list []string) ([]netip.Prefix, error) {
	if len(list) > engine.MaxAddresses {
		return nil, fmt.Errorf("%s has %d addresses, and at most %d are allowed", setting, len(list), engine.MaxAddresses)
	}
	var out []netip.Prefix
	for _, text := range list {
		p, err := engine.ParseAddresses(text)
		if err != nil {
			return nil, fmt.Errorf("%s has %q, which is no address like \"192.0.2.7\" and no prefix like \"10.0.0.0/8\"", setting, text)
		}
		out = append(out, p)
	}
	return out, nil
}

// Protected reports whether p limits who may publish.
func (p *Policy) Protected() bool { return len(p.secrets) > 0 || len(p.allow) > 0 }

// Signed reports whether only signed URLs play.
func (p *Policy) Signed() bool { return p.signed }

// Secrets are the credentials of p.
func (p *Policy) Secrets() []Secret { return slices.Clone(p.secrets) }

// Address is the address in the RemoteAddr of a request, as lists of addresses see it: IPv4 that
// came over IPv6 counts as IPv4, and zones do not count. It is invalid for what is no address.
func Address(remote string) netip.Addr {
	if ap, err := netip.ParseAddrPort(remote); err == nil {
		return ap.Addr().Unmap().WithZone("")
	}
	a, err := netip.ParseAddr(remote)
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap().WithZone("")
}

// within reports whether an address is on a list. An empty list has all.
func within(list []netip.Prefix, a netip.Addr) bool {
	return len(list) == 0 || slices.ContainsFunc(list, func(p netip.Prefix) bool { return p.Contains(a) })
}
