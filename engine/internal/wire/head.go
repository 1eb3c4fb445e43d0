package wire

import "bytes"

// request is what the head of a request comes to, as far as this package looks. All slices are of the
// connection's buffer.
type request struct {
	length int    // of the head, with its empty line
	path   []byte // of a request without a query; nil for one with it
	head   bool   // HEAD, not GET
	gzip   bool   // the client takes that coding
	plain  bool   // nothing in it makes the answer depend on more than path and gzip
}

// verdict is what to do with a connection after a look at what was read.
type verdict int

const (
	incomplete verdict = iota // read on
	ours                      // a plain GET or HEAD
	theirs                    // for net/http
)

// parse looks at the head of the request that b begins with. Whatever it is not sure of is net/http's.
func parse(b []byte, r *request) verdict {
	end := bytes.Index(b, []byte("\r\n\r\n"))
	if end < 0 {
		if len(b) > 0 && b[0] != 'G' && b[0] != 'H' || bareLF(b) {
			return theirs // net/http may know before the end what it thinks of it
		}
		return incomplete
	}
	*r = request{length: end + 4, plain: true}
	line, fields, _ := bytes.Cut(b[:end+2], []byte("\r\n"))
	if !r.line(line) {
		return theirs
	}
	hosts := 0
	for len(fields) > 0 {
		var field []byte
		field, fields, _ = bytes.Cut(fields, []byte("\r\n"))
		name, value, ok := bytes.Cut(field, []byte(":"))
		if !ok || !isToken(name) || !isText(value) || !r.field(name, value, &hosts) {
			return theirs
		}
	}
	if hosts != 1 {
		return theirs
	}
	return ours
}

// bareLF tells whether a line of b ends without CR. The end of such a head may be one that this package would
// wait for in vain (RFC 9112 2.2).
func bareLF(b []byte) bool {
	for {
		at := bytes.IndexByte(b, '\n')
		if at < 0 {
			return false
		}
		if at == 0 || b[at-1] != '\r' {
			return true
		}
		b = b[at+1:]
	}
}

// line takes the request line (RFC 9112 3).
func (r *request) line(line []byte) bool {
	target, ok := bytes.CutSuffix(line, []byte(" HTTP/1.1"))
	switch {
	case !ok:
		return false
	case bytes.HasPrefix(target, []byte("GET /")):
		target = target[4:]
	case bytes.HasPrefix(target, []byte("HEAD /")):
		target, r.head = target[5:], true
	default:
		return false
	}
	query := false
	for _, c := range target {
		if c <= ' ' || c >= 0x7f || c == '#' {
			return false
		}
		query = query || c == '?'
	}
	if !query {
		r.path = target
	}
	return true
}

// field takes a header field, and returns false when it makes the request one for net/http.
func (r *request) field(name, value []byte, hosts *int) bool {
	// Names differ in length or in their first letter most of the time, so few are compared.
	switch len(name) {
	case 4:
		if is(name, "host") {
			*hosts++
			return isHost(bytes.TrimSpace(value))
		}
	case 5:
		if is(name, "range") {
			r.plain = false
		}
	case 6:
		return !is(name, "expect")
	case 7:
		return !is(name, "upgrade") && !is(name, "trailer")
	case 8:
		if is(name, "if-match") || is(name, "if-range") {
			r.plain = false
		}
	case 10:
		return !is(name, "connection") || is(bytes.TrimSpace(value), "keep-alive")
	case 13:
		switch {
		case is(name, "if-none-match"):
			r.plain = false
		case is(name, "authorization"):
			r.plain = false
		}
	case 14:
		return !is(name, "content-length") && !is(name, "http2-settings")
	case 15:
		if is(name, "accept-encoding") {
			r.gzip = takesGzip(value)
		}
	case 17:
		if is(name, "transfer-encoding") {
			return false
		}
		if is(name, "if-modified-since") {
			r.plain = false
		}
	case 19:
		if is(name, "if-unmodified-since") {
			r.plain = false
		}
	case 20:
		if is(name, "surrogate-capability") { // it is told more about caching
			r.plain = false
		}
	}
	return true
}

// takesGzip tells whether a list of codings surely has gzip. Weights are rare: with one, nothing is sure,
// and the answer without it is right for everybody.
func takesGzip(value []byte) bool {
	if bytes.IndexByte(value, ';') >= 0 {
		return false
	}
	for len(value) > 0 {
		var coding []byte
		coding, value, _ = bytes.Cut(value, []byte(","))
		if is(bytes.TrimSpace(coding), "gzip") {
			return true
		}
	}
	return false
}

// is compares with lower, which has small letters, whatever the case of b.
func is(b []byte, lower string) bool {
	if len(b) != len(lower) {
		return false
	}
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

// isToken tells whether b can be the name of a field (RFC 9110 5.6.2), as far as real ones go.
func isToken(b []byte) bool {
	for _, c := range b {
		if !isTokenByte(c) {
			return false
		}
	}
	return len(b) > 0
}

func isTokenByte(c byte) bool {
	return c == '-' || c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

// isHost tells whether b can be a host with a port, as far as real ones go.
func isHost(b []byte) bool {
	for _, c := range b {
		if !isTokenByte(c) && c != '.' && c != ':' && c != '[' && c != ']' {
			return false
		}
	}
	return len(b) > 0
}

// isText tells whether b can be the value of a field (RFC 9110 5.5) without a second thought.
func isText(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\t' || c >= 0x7f {
			return false
		}
	}
	return true
}
