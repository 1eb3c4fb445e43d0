package access

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"pubpoint/engine"
)

const token = "0123456789abcdefghijklmnop"

// cheapHash is PBKDF2-HMAC-SHA256 of "secret" with the salt "saltsalt" and 10000 rounds, made with
// Python's hashlib.
const cheapHash = "Ud43QyQpfkrBrm7iUov0KEpocQ1H1A65JKeSZBcZ+HQ"

// clock is a clock that tests turn.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

func gate(t *testing.T) (*Gate, *clock) {
	t.Helper()
	c := &clock{t: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	g, err := NewGate(c.now)
	if err != nil {
		t.Fatal(err)
	}
	return g, c
}

// cheap is a secret whose PBKDF2 takes a moment only.
func cheap(t *testing.T) string {
	t.Helper()
	return "van:$pbkdf2-sha256$10000$c2FsdHNhbHQ$" + cheapHash
}

func policy(t *testing.T, texts ...string) *Policy {
	t.Helper()
	var r Rules
	for _, text := range texts {
		s, _, err := ParseSecret(text)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		r.Secrets = append(r.Secrets, s)
	}
	p, err := New(r)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func basic(name, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+password))
}

func asking(field ...string) Request {
	return Request{Point: "oceans", Stream: "oceans-400k", Method: "POST", URI: "/oceans.isml/Streams(x)", Authorization: field, Remote: netip.MustParseAddr("192.0.2.7")}
}

// refused wants a refusal of a status, or none for 0.
func refused(t *testing.T, what string, err error, status int) Refusal {
	t.Helper()
	var r *Refusal
	switch {
	case status == 0 && err != nil:
		t.Errorf("%s: %v", what, err)
	case status != 0 && !errors.As(err, &r):
		t.Errorf("%s: %v, want a refusal with %d", what, err, status)
	case status != 0 && (r.Status != status || r.Text == ""):
		t.Errorf("%s: %d %q, want %d", what, r.Status, r.Text, status)
	}
	if r == nil {
		return Refusal{}
	}
	return *r
}

func TestKeptFormsAreReadBack(t *testing.T) {
	for _, c := range []struct {
		text   string
		scheme engine.CredentialScheme
		secret string
	}{
		{"van:se:cret é", engine.SchemePBKDF2, "se:cret é"},
		{"digest van:secret", engine.SchemeDigest, "secret"},
		{"bearer van:" + token, engine.SchemeSHA256, token},
	} {
		s, inClear, err := ParseSecret(c.text)
		if err != nil || !inClear || s.Credential().Scheme != c.scheme || s.Credential().Name != "van" || s.Credential().Secret != "" {
			t.Errorf("%q is %+v, %v, %v", c.text, s.Credential(), inClear, err)
			continue
		}
		if strings.Contains(s.Text(), c.secret) {
			t.Errorf("%q is kept in clear: %q", c.text, s.Text())
		}
		again, inClear, err := ParseSecret(s.Text())
		if err != nil || inClear || again.Text() != s.Text() {
			t.Errorf("%q is read back as %q, %v, %v", s.Text(), again.Text(), inClear, err)
		}
		for secret, want := range map[string]bool{c.secret: true, c.secret + "x": false, "": false} {
			if ok, err := again.matches(secret); ok != want || err != nil {
				t.Errorf("%s matches %q: %v, %v", c.scheme, secret, ok, err)
			}
		}
	}
}

func TestKnownHash(t *testing.T) {
	s, inClear, err := ParseSecret(cheap(t))
	if err != nil || inClear {
		t.Fatal(inClear, err)
	}
	if ok, err := s.matches("secret"); !ok || err != nil {
		t.Errorf("another implementation's hash does not match: %v", err)
	}
}

func TestBadFormsAreRefused(t *testing.T) {
	for _, text := range []string{
		"", "van", "van:", ":secret", "v n:secret", "bearer van:short", "bearer digest van:x", "digest bearer van:x", "van:$", "van:$apr1$x$y",
		"van:$pbkdf2-sha256$1$c2FsdHNhbHQ$" + cheapHash, "van:$pbkdf2-sha256$999999999$c2FsdHNhbHQ$" + cheapHash,
		"van:$pbkdf2-sha256$10000$$" + cheapHash, "van:$pbkdf2-sha256$10000$c2FsdHNhbHQ$xx", "van:$digest$00$00", "van:$sha256$xx",
		"van:a\nb", "van:" + strings.Repeat("x", engine.MaxSecret+1),
	} {
		_, _, err := ParseSecret(text)
		if err == nil {
			t.Errorf("%q is taken", text)
			continue
		}
		if strings.Contains(err.Error(), "secret:") || strings.Contains(err.Error(), cheapHash) {
			t.Errorf("the error of %q shows it: %v", text, err)
		}
	}
}

func TestBasic(t *testing.T) {
	g, _ := gate(t)
	p := policy(t, cheap(t))
	first := refused(t, "nothing", g.Publish(t.Context(), p, asking()), 401)
	if !first.First || len(first.Challenges) != 1 || !strings.HasPrefix(first.Challenges[0], `Basic realm="Pubpoint"`) {
		t.Errorf("challenges %q", first.Challenges)
	}
	for field, status := range map[string]int{
		basic("van", "secret"): 0, basic("van", "Secret"): 401, basic("Van", "secret"): 401, basic("", ""): 401,
		"basic  " + base64.RawStdEncoding.EncodeToString([]byte("van:secret")): 0,
		"Basic !": 401, "Bearer " + token: 401, "Digest x": 401, "Negotiate abc": 401, "": 401, strings.Repeat("x", 10000): 401,
	} {
		if r := refused(t, field, g.Publish(t.Context(), p, asking(field)), status); r.First || strings.Contains(r.Text, "ecret") {
			t.Errorf("%q: %+v", field, r)
		}
	}
	refused(t, "two fields", g.Publish(t.Context(), p, asking(basic("van", "secret"), basic("van", "secret"))), 401)
}

func TestBearer(t *testing.T) {
	g, _ := gate(t)
	p := policy(t, "bearer cloud:"+token)
	refused(t, "right", g.Publish(t.Context(), p, asking("Bearer "+token)), 0)
	r := refused(t, "wrong", g.Publish(t.Context(), p, asking("bearer "+token+"x")), 401)
	if len(r.Challenges) != 1 || r.Challenges[0] != `Bearer realm="Pubpoint"` || strings.Contains(r.Text, token) || !strings.Contains(r.Text, "192.0.2.7") {
		t.Errorf("%+v", r)
	}
	refused(t, "by Basic", g.Publish(t.Context(), p, asking(basic("cloud", token))), 401)
}

// answer answers a challenge of Digest as RFC 7616 says.
func answer(challenge, algorithm, name, password, nc string, r Request) string {
	sum := sumMD5
	if algorithm == "SHA-256" {
		sum = sumSHA256
	}
	nonce := regexp.MustCompile(`nonce="([^"]*)"`).FindStringSubmatch(challenge)[1]
	response := sum(strings.Join([]string{sum(name + ":" + realm + ":" + password), nonce, nc, "abc", "auth", sum(r.Method + ":" + r.URI)}, ":"))
	return fmt.Sprintf(`Digest username="%s", realm="%s", nonce="%s", uri="%s", response="%s", algorithm=%s, cnonce="abc", qop=auth, nc=%s`,
		name, realm, nonce, r.URI, response, algorithm, nc)
}

func TestDigest(t *testing.T) {
	g, c := gate(t)
	p := policy(t, "digest van:secret")
	for _, algorithm := range []string{"MD5", "SHA-256"} {
		r := asking()
		first := refused(t, "nothing", g.Publish(t.Context(), p, r), 401)
		if len(first.Challenges) != 3 || !strings.Contains(first.Challenges[0], "SHA-256") || !strings.Contains(first.Challenges[1], "MD5") ||
			!strings.HasPrefix(first.Challenges[2], "Basic") {
			t.Fatalf("challenges %q", first.Challenges)
		}
		try := func(what, field string, status int) Refusal {
			t.Helper()
			again := r
			again.Authorization = []string{field}
			return refused(t, algorithm+" "+what, g.Publish(t.Context(), p, again), status)
		}
		good := answer(first.Challenges[0], algorithm, "van", "secret", "00000001", r)
		try("wrong password", answer(first.Challenges[0], algorithm, "van", "Secret", "00000001", r), 401)
		try("unknown name", answer(first.Challenges[0], algorithm, "bus", "secret", "00000001", r), 401)
		try("right", good, 0)
		if again := try("replayed", good, 401); !strings.Contains(again.Challenges[0], "stale=true") {
			t.Errorf("a replay is not stale: %q", again.Challenges)
		}
		try("counted on", answer(first.Challenges[0], algorithm, "van", "secret", "00000002", r), 0)
		try("counted back", answer(first.Challenges[0], algorithm, "van", "secret", "00000001", r), 401)
		try("another address", strings.ReplaceAll(answer(first.Challenges[0], algorithm, "van", "secret", "00000003", r), r.URI, "/other"), 401)
		try("another count", strings.Replace(answer(first.Challenges[0], algorithm, "van", "secret", "00000003", r), "nc=00000003", "nc=00000004", 1), 401)
		try("no qop", strings.Replace(answer(first.Challenges[0], algorithm, "van", "secret", "00000005", r), "qop=auth", "qop=auth-int", 1), 401)
		other := r
		other.Point, other.Authorization = "rivers", []string{answer(first.Challenges[0], algorithm, "van", "secret", "00000006", r)}
		refused(t, "another point", g.Publish(t.Context(), p, other), 401)
		put := r
		put.Method, put.Authorization = "PUT", other.Authorization
		refused(t, "another method", g.Publish(t.Context(), p, put), 401)
		c.forward(nonceLife + time.Second)
		if late := try("late", answer(first.Challenges[0], algorithm, "van", "secret", "00000007", r), 401); !strings.Contains(late.Challenges[0], "stale=true") {
			t.Errorf("a late answer is not stale: %q", late.Challenges)
		}
	}
	refused(t, "the same by Basic", g.Publish(t.Context(), p, asking(basic("van", "secret"))), 0)
}

// TestDigestOfRFC holds the sums to the example of RFC 7616 3.9.1.
func TestDigestOfRFC(t *testing.T) {
	for algorithm, want := range map[string]string{
		"MD5": "8ca523f5e9506fed4657c9700eebdbec", "SHA-256": "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
	} {
		sum := sumMD5
		if algorithm == "SHA-256" {
			sum = sumSHA256
		}
		got := sum(sum("Mufasa:http-auth@example.org:Circle of Life") + ":7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v:00000001:" +
			"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ:auth:" + sum("GET:/dir/index.html"))
		if got != want {
			t.Errorf("%s is %s, want %s", algorithm, got, want)
		}
	}
}

func TestDigestIsOfferedOnlyWhereEveryPasswordCan(t *testing.T) {
	g, _ := gate(t)
	p := policy(t, "digest bus:secret", cheap(t), "bearer cloud:"+token)
	r := refused(t, "nothing", g.Publish(t.Context(), p, asking()), 401)
	if len(r.Challenges) != 2 || !strings.HasPrefix(r.Challenges[0], "Basic") || !strings.HasPrefix(r.Challenges[1], "Bearer") {
		t.Errorf("challenges %q", r.Challenges)
	}
}

// TestForgottenAnswersAreStale fills the book of used nonces and tries the oldest again.
func TestForgottenAnswersAreStale(t *testing.T) {
	l, now := newLedger(), time.Unix(1000, 0)
	for i := range maxUsed + 10 {
		if !l.use(fmt.Sprint(i), now.Add(time.Duration(i)), 1, now) {
			t.Fatalf("%d is not new", i)
		}
	}
	for i := range maxUsed + 10 {
		if l.use(fmt.Sprint(i), now.Add(time.Duration(i)), 1, now) {
			t.Fatalf("%d is accepted twice", i)
		}
	}
	if len(l.counts) > maxUsed || len(l.order) > maxUsed {
		t.Errorf("%d and %d are remembered", len(l.counts), len(l.order))
	}
}

func TestAddresses(t *testing.T) {
	g, _ := gate(t)
	p, err := New(Rules{AllowFrom: []string{"10.0.0.0/8", "2001:db8::/32", "192.0.2.7"}})
	if err != nil {
		t.Fatal(err)
	}
	for remote, status := range map[string]int{
		"10.1.2.3:4": 0, "[::ffff:10.1.2.3]:4": 0, "[2001:db8::7]:4": 0, "192.0.2.7:80": 0, "192.0.2.8:80": 403, "[2001:db9::7]:4": 403, "": 403, "nonsense": 403, "[fe80::1%eth0]:1": 403,
	} {
		r := asking()
		r.Remote = Address(remote)
		refused(t, remote, g.Publish(t.Context(), p, r), status)
	}
	for _, bad := range []Rules{{AllowFrom: []string{"x"}}, {PlayFrom: []string{"10.0.0.0/99"}}, {Signed: true, Key: "short"}, {AllowFrom: make([]string, engine.MaxAddresses+1)}} {
		if _, err := New(bad); err == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}

func TestFailuresAreSlowedDown(t *testing.T) {
	g, c := gate(t)
	p := policy(t, cheap(t), "bearer cloud:"+token)
	refused(t, "right, before", g.Publish(t.Context(), p, asking(basic("van", "secret"))), 0)
	for i := range failBurst {
		refused(t, fmt.Sprint("wrong ", i), g.Publish(t.Context(), p, asking(basic("van", fmt.Sprint(i)))), 401)
	}
	r := refused(t, "too often", g.Publish(t.Context(), p, asking("Bearer x")), 429)
	if r.RetryAfter <= 0 || r.RetryAfter > failEvery || !strings.Contains(r.Text, "192.0.2.7") {
		t.Errorf("%+v", r)
	}
	refused(t, "a new one, right", g.Publish(t.Context(), p, asking("Bearer "+token)), 429)
	refused(t, "proved before", g.Publish(t.Context(), p, asking(basic("van", "secret"))), 0)
	other := asking(basic("van", "wrong"))
	other.Remote = netip.MustParseAddr("192.0.2.8")
	refused(t, "another address", g.Publish(t.Context(), p, other), 401)
	c.forward(failEvery + time.Second)
	refused(t, "later", g.Publish(t.Context(), p, asking("Bearer "+token)), 0)
	for range 3 * failBurst {
		refused(t, "right ones cost nothing", g.Publish(t.Context(), p, asking("Bearer "+token)), 0)
	}
}

// TestStrangersDoNotLockOutAFriend has a stranger fail at the address of an encoder that comes back after
// it has proved its name by Digest, which is never proved for good.
func TestStrangersDoNotLockOutAFriend(t *testing.T) {
	g, _ := gate(t)
	p := policy(t, "digest van:secret")
	try := func(what, name, password string, status int) {
		t.Helper()
		r := asking()
		challenge := g.challenge(p, r, false, true, "").Challenges[0]
		r.Authorization = []string{answer(challenge, "SHA-256", name, password, "00000001", r)}
		refused(t, what, g.Publish(t.Context(), p, r), status)
	}
	try("right", "van", "secret", 0)
	for range failBurst {
		try("a stranger", "bus", "secret", 401)
	}
	try("a stranger, too often", "bus", "secret", 429)
	try("right again", "van", "secret", 0)
	for range failBurst {
		try("the friend's name", "van", "wrong", 401)
	}
	try("the friend's name, too often", "van", "wrong", 429)
	for i := range 2 * maxBraking {
		g.fails.befriend(netip.MustParseAddr("192.0.2.9"), "oceans", fmt.Sprint(i))
	}
	if len(g.fails.friends) > maxBraking {
		t.Errorf("%d friends are remembered", len(g.fails.friends))
	}
}

func TestMemoryIsBounded(t *testing.T) {
	g, c := gate(t)
	p := policy(t, "bearer cloud:"+token)
	r := asking("Bearer wrong")
	for i := range 2*maxBraking + 5 {
		a := netip.MustParseAddr("2001:db8::").As16()
		a[4], a[5], a[6], a[7] = byte(i>>24), byte(i>>16), byte(i>>8), byte(i)
		r.Remote = netip.AddrFrom16(a)
		refused(t, "wrong", g.Publish(t.Context(), p, r), 401)
		c.forward(time.Millisecond)
	}
	for i := range 2 * maxProven {
		g.remember(Secret{name: fmt.Sprint(i)}, authorization{})
	}
	if len(g.fails.free) > maxBraking || len(g.proven) > maxProven {
		t.Errorf("%d addresses and %d proofs are remembered", len(g.fails.free), len(g.proven))
	}
	if neighbours(netip.MustParseAddr("2001:db8::1")) != neighbours(netip.MustParseAddr("2001:db8::2")) {
		t.Error("two addresses of one network count apart")
	}
}

// TestHashingWaits keeps all places for hashing taken: whoever comes is told to wait, and whoever
// has been proved is let in.
func TestHashingWaits(t *testing.T) {
	g, _ := gate(t)
	g.patience = time.Millisecond
	p := policy(t, cheap(t))
	refused(t, "right", g.Publish(t.Context(), p, asking(basic("van", "secret"))), 0)
	for range cap(g.hashing) {
		g.hashing <- struct{}{}
	}
	for range 2 * failBurst { // it is nobody's failure
		refused(t, "waiting", g.Publish(t.Context(), p, asking(basic("van", "other"))), 429)
	}
	refused(t, "proved", g.Publish(t.Context(), p, asking(basic("van", "secret"))), 0)
}

func TestOwnEncoders(t *testing.T) {
	g, _ := gate(t)
	p := policy(t, cheap(t))
	own, withdraw := g.Admit("oceans", "oceans-400k")
	r := asking("Bearer " + own)
	refused(t, "from afar", g.Publish(t.Context(), p, r), 401)
	r.Near = true
	refused(t, "near", g.Publish(t.Context(), p, r), 0)
	other := r
	other.Stream = "rivers-400k"
	refused(t, "another stream", g.Publish(t.Context(), p, other), 401)
	other = r
	other.Point = "rivers"
	refused(t, "another point", g.Publish(t.Context(), p, other), 401)
	withdraw()
	withdraw()
	refused(t, "ended", g.Publish(t.Context(), p, r), 401)
}

func TestWatch(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	a := netip.MustParseAddr("10.0.0.1")
	key := NewKey()
	p, err := New(Rules{PlayFrom: []string{"10.0.0.0/8"}, Signed: true, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	good := p.Sign("oceans", now.Add(time.Hour))
	if strings.ContainsAny(good, "/?#%&=+ ~") {
		t.Errorf("%q does not fit into a path", good)
	}
	end, mac, _ := strings.Cut(good, "-")
	for _, c := range []struct {
		point, signature string
		from             netip.Addr
		at               time.Time
		say              string
	}{
		{"oceans", good, a, now, ""},
		{"oceans", good, a, now.Add(time.Hour - time.Second), ""},
		{"oceans", good, a, now.Add(time.Hour), "was good until 2026-01-02 04:04:05 UTC"},
		{"rivers", good, a, now, "is wrong"},
		{"oceans", "9" + good, a, now, "is wrong"},
		{"oceans", "+" + good, a, now, "is wrong"},
		{"oceans", end + "-", a, now, "is wrong"},
		{"oceans", end, a, now, "is wrong"},
		{"oceans", end + "-" + mac[1:], a, now, "is wrong"},
		{"oceans", "", a, now, "signed links"},
		{"oceans", good, netip.MustParseAddr("192.0.2.1"), now, "may not watch"},
		{"oceans", good, netip.Addr{}, now, "may not watch"},
	} {
		err := p.Watch(c.point, c.from, c.signature, c.at)
		status := 403
		if c.say == "" {
			status = 0
		}
		if r := refused(t, fmt.Sprint(c), err, status); !strings.Contains(r.Text, c.say) || strings.Contains(r.Text, key) {
			t.Errorf("%+v says %q", c, r.Text)
		}
	}
	if (&Policy{}).Watch("x", netip.Addr{}, "nonsense", now) != nil {
		t.Error("an open point refuses")
	}
	closed, err := New(Rules{NoPlay: "It is closed.", NoPublish: "Closed, too."})
	if err != nil {
		t.Fatal(err)
	}
	g, _ := gate(t)
	refused(t, "closed to encoders", g.Publish(t.Context(), closed, asking()), 503)
	refused(t, "closed", closed.Watch("x", a, good, now), 403)
}

func FuzzAuthorization(f *testing.F) {
	r := asking()
	g, err := NewGate(nil)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{
		basic("van", "secret"), "Bearer " + token, "bearer a b", "Digest ", `Digest username="a\"b", realm=x,,nc=00000001`, "", "Basic", "Basic ====",
		answer(fmt.Sprintf(`nonce="%s"`, g.nonce("oceans")), "MD5", "van", "secret", "00000001", r),
		`Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", algorithm=MD5, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, response="8ca523f5e9506fed4657c9700eebdbec", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`,
	} {
		f.Add(seed)
	}
	s, _, err := ParseSecret("digest van:" + strings.Repeat("unguessable", 3))
	if err != nil {
		f.Fatal(err)
	}
	p, err := New(Rules{Secrets: []Secret{s}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, field string) {
		a, err := parseAuthorization(field)
		if err == nil && a.scheme == "digest" && (len(a.params) == 0 || len(a.params) > maxParams) {
			t.Errorf("%q has %d parameters", field, len(a.params))
		}
		again := asking(field)
		var refusal *Refusal
		if err := g.Publish(t.Context(), p, again); !errors.As(err, &refusal) {
			t.Errorf("%q is let in", field)
		}
	})
}

func FuzzSecret(f *testing.F) {
	for _, seed := range []string{"van:$pbkdf2-sha256$10000$c2FsdHNhbHQ$" + cheapHash, "digest van:x", "bearer van:" + token, "van:$sha256$", "van:$digest$a$b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		name, value, _ := strings.Cut(text, ":")
		if !strings.HasPrefix(value, "$") && !strings.HasPrefix(name, "digest") && !strings.HasPrefix(name, "bearer") {
			return // a password in clear, which takes a tenth of a second
		}
		s, inClear, err := ParseSecret(text)
		if err != nil {
			return
		}
		again, _, err := ParseSecret(s.Text())
		if err != nil || again.Text() != s.Text() {
			t.Errorf("%q (clear: %v) is kept as %q, read as %q: %v", text, inClear, s.Text(), again.Text(), err)
		}
	})
}
