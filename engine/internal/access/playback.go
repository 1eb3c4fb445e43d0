package access

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// NewKey returns a random key that signs playback.
func NewKey() string { return rand.Text() + rand.Text() }

// Sign returns what lets its bearer watch a point until then, to whole seconds: digits, a minus
// and base64url, fit for an element of a path.
func (p *Policy) Sign(point string, until time.Time) string {
	end := strconv.FormatInt(until.Unix(), 10)
	return end + "-" + base64.RawURLEncoding.EncodeToString(p.signature(point, end))
}

func (p *Policy) signature(point, end string) []byte {
	h := hmac.New(sha256.New, p.key)
	// Writing to a hash does not fail.
	_, _ = fmt.Fprintf(h, "pubpoint playback\n%s\n%s", point, end)
	return h.Sum(nil)
}

// Watch returns nil when somebody at an address may watch a point with a signature, which may be
// empty, else a *Refusal.
func (p *Policy) Watch(point string, from netip.Addr, signature string, now time.Time) error {
	refuse := func(text string, args ...any) error {
		return &Refusal{Status: 403, Text: fmt.Sprintf(text, args...)}
	}
	switch {
	case p.noPlay != "": // why is for the operator: it quotes the settings
		return refuse("Nobody may watch %s now, because its settings have to be corrected; the control room says what is wrong.", point)
	case !within(p.play, from):
		return refuse("Viewers at %s may not watch %s; its play_from names those who may.", from, point)
	case !p.signed:
		return nil
	case signature == "":
		return refuse("Publishing point %s is watched by signed links only; ask for one where you got this address.", point)
	}
	end, mac, _ := strings.Cut(signature, "-")
	given, err := base64.RawURLEncoding.DecodeString(mac)
	until, bad := strconv.ParseInt(end, 10, 64)
	if err != nil || bad != nil || !hmac.Equal(given, p.signature(point, end)) {
		return refuse("The signature of this link is wrong, or its key has been changed; ask for a new link.")
	}
	if now.Unix() >= until {
		return refuse("This link was good until %s; ask for a new one.", time.Unix(until, 0).UTC().Format("2006-01-02 15:04:05 UTC"))
	}
	return nil
}
