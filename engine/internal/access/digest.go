package access

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"time"

	"pubpoint/engine"
)

// nonceLife is how long an answer to a challenge may take. A stale one is asked for again without
// a person (stale=true), so it may be short.
const nonceLife = 2 * time.Minute

// Parts of a nonce: its time, something random, and the HMAC of both and of the point.
const (
	nonceTime, nonceRandom, nonceMAC = 8, 8, 16
	nonceSize                        = nonceTime + nonceRandom + nonceMAC
)

// nonce makes a nonce for a point. Nothing is kept of it.
func (g *Gate) nonce(point string) string {
	b := make([]byte, nonceTime+nonceRandom, nonceSize)
	binary.BigEndian.PutUint64(b, uint64(g.now().UnixNano()))
	// It does not fail (crypto/rand); and the HMAC is what counts.
	_, _ = rand.Read(b[nonceTime:])
	return base64.RawURLEncoding.EncodeToString(append(b, g.nonceMAC(point, b)...))
}

func (g *Gate) nonceMAC(point string, b []byte) []byte {
	h := hmac.New(sha256.New, g.key[:])
	// Writing to a hash does not fail.
	_, _ = fmt.Fprintf(h, "nonce %q %x", point, b)
	return h.Sum(nil)[:nonceMAC]
}

// issued is when a nonce was made; ok is false for one that is none of ours for this point.
func (g *Gate) issued(point, nonce string) (at time.Time, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(nonce)
	if err != nil || len(b) != nonceSize {
		return at, false
	}
	body, mac := b[:nonceTime+nonceRandom], b[nonceTime+nonceRandom:]
	if !hmac.Equal(mac, g.nonceMAC(point, body)) {
		return at, false
	}
	return time.Unix(0, int64(binary.BigEndian.Uint64(b))), true
}

// digest checks an answer to a challenge of Digest (RFC 7616 3.4).
func (g *Gate) digest(p *Policy, r Request, a authorization) error {
	if !p.digest {
		return g.challenge(p, r, false, false, "This publishing point does not keep what Digest needs; use Basic, or keep the password as digest.")
	}
	count, why := digestFault(r, a.params)
	if why != "" {
		return g.challenge(p, r, false, false, why)
	}
	at, ok := g.issued(r.Point, a.params["nonce"])
	if !ok || g.now().Sub(at) > nonceLife {
		// Of before this process began, or late: a client with the right password asks again.
		return g.challenge(p, r, true, false, "The challenge that was answered is too old; answer the new one.")
	}
	giveBack, wait := g.brake(r, a.params["username"])
	if wait > 0 {
		return tooMany(r, wait)
	}
	if !digestRight(p, r, a.params) {
		return g.wrong(p, r, a)
	}
	giveBack()
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.used.use(a.params["nonce"], at, count, g.now()) {
		return g.challenge(p, r, true, false, "This answer was used before; answer the new challenge.")
	}
	g.fails.befriend(r.Remote, r.Point, a.params["username"])
	return nil
}

// digestFault is what is wrong with the form of an answer, as a sentence, and its count.
func digestFault(r Request, params map[string]string) (count uint64, why string) {
	for _, name := range []string{"username", "realm", "nonce", "uri", "response", "cnonce", "nc"} {
		if params[name] == "" {
			return 0, "The answer to Digest lacks " + name + "."
		}
	}
	count, err := strconv.ParseUint(params["nc"], 16, 32)
	switch algorithm := params["algorithm"]; {
	case params["qop"] != "auth":
		return 0, "The answer to Digest is not of qop=auth."
	case algorithm != "" && !strings.EqualFold(algorithm, "MD5") && !strings.EqualFold(algorithm, "SHA-256"):
		return 0, "The answer to Digest is neither by MD5 nor by SHA-256."
	case err != nil || len(params["nc"]) != 8:
		return 0, "The count (nc) of the answer to Digest is not of eight hexadecimal digits."
	case params["uri"] != r.URI:
		return 0, "The answer to Digest is for another address; a proxy may have changed it."
	}
	return count, ""
}

// digestRight reports whether an answer was made with the password.
func digestRight(p *Policy, r Request, params map[string]string) bool {
	sum, long := sumMD5, strings.EqualFold(params["algorithm"], "SHA-256")
	if long {
		sum = sumSHA256
	}
	secret := Secret{md5: strings.Repeat("0", 32), sha256: strings.Repeat("0", 64)} // nobody's, so that names cannot be told
	known := false
	for _, s := range p.secrets {
		if s.scheme == engine.SchemeDigest && s.name == params["username"] {
			secret, known = s, true
		}
	}
	ha1 := secret.md5
	if long {
		ha1 = secret.sha256
	}
	ha2 := sum(r.Method + ":" + r.URI)
	want := sum(strings.Join([]string{ha1, params["nonce"], params["nc"], params["cnonce"], params["qop"], ha2}, ":"))
	return same(want, strings.ToLower(params["response"])) && known && params["realm"] == realm
}

// maxUsed is how many nonces are remembered that were used.
const maxUsed = 4096

// ledger remembers which answers were used, so that none is accepted twice. It is guarded by its
// Gate.
type ledger struct {
	counts map[string]uint64
	order  []usedNonce // as first used
	// floor is the newest nonce that had to be forgotten: all that are as old and not known count
	// as used.
	floor time.Time
}

type usedNonce struct {
	nonce string
	at    time.Time
}

func newLedger() *ledger { return &ledger{counts: map[string]uint64{}} }

// use notes an answer, and reports whether it is new.
func (l *ledger) use(nonce string, at time.Time, count uint64, now time.Time) bool {
	last, known := l.counts[nonce]
	if known {
		if count <= last {
			return false
		}
		l.counts[nonce] = count
		return true
	}
	if !at.After(l.floor) || count == 0 {
		return false
	}
	for len(l.order) > 0 && (len(l.order) >= maxUsed || now.Sub(l.order[0].at) > nonceLife) {
		oldest := l.order[0]
		l.order = l.order[1:]
		delete(l.counts, oldest.nonce)
		if oldest.at.After(l.floor) {
			l.floor = oldest.at
		}
	}
	l.counts[nonce] = count
	l.order = append(l.order, usedNonce{nonce, at})
	return true
}
