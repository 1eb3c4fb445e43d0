package access

import (
	"encoding/base64"
	"errors"
	"strings"
	"unicode/utf8"
)

// maxHeader is longer than any Authorization that makes sense.
const maxHeader = 4 << 10

// errHeader says that an Authorization field cannot be understood. It does not show it.
var errHeader = errors.New("the Authorization field is none of Basic, Digest or Bearer as RFC 7617, 7616 and 6750 write them")

// authorization is an Authorization field, read.
type authorization struct {
	scheme         string // "basic", "digest", "bearer"
	name, password string // of Basic
	token          string // of Bearer
	params         map[string]string
}

// parseAuthorization reads an Authorization field (RFC 9110 11.6.2).
func parseAuthorization(field string) (authorization, error) {
	if len(field) > maxHeader {
		return authorization{}, errHeader
	}
	scheme, rest, _ := strings.Cut(strings.Trim(field, " \t"), " ")
	a := authorization{scheme: strings.ToLower(scheme)}
	rest = strings.Trim(rest, " \t")
	switch a.scheme {
	case "basic":
		return a.basic(rest)
	case "bearer":
		a.token = rest
		if rest == "" || strings.ContainsAny(rest, " \t,\"") {
			return authorization{}, errHeader
		}
		return a, nil
	case "digest":
		params, ok := parseParams(rest)
		if !ok {
			return authorization{}, errHeader
		}
		a.params = params
		return a, nil
	}
	return authorization{}, errHeader
}

// basic reads the credentials of Basic (RFC 7617 2): base64 of name and password, with or without
// padding, because some encoders leave it out.
func (a authorization) basic(text string) (authorization, error) {
	plain, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
	name, password, ok := strings.Cut(string(plain), ":")
	if err != nil || !ok || !utf8.Valid(plain) {
		return authorization{}, errHeader
	}
	a.name, a.password = name, password
	return a, nil
}

// maxParams is more than Digest has.
const maxParams = 24

// parseParams reads a list of auth-params (RFC 9110 11.2). A name that comes twice is refused:
// two readers could take different ones.
func parseParams(text string) (map[string]string, bool) {
	params := map[string]string{}
	for {
		text = strings.TrimLeft(text, " \t,")
		if text == "" {
			return params, len(params) > 0
		}
		name, rest, ok := strings.Cut(text, "=")
		name = strings.ToLower(strings.TrimRight(name, " \t"))
		if !ok || !isToken(name) || len(params) == maxParams {
			return nil, false
		}
		value, after, ok := parseValue(strings.TrimLeft(rest, " \t"))
		if _, twice := params[name]; !ok || twice {
			return nil, false
		}
		params[name] = value
		text = strings.TrimLeft(after, " \t")
		if text != "" && text[0] != ',' {
			return nil, false
		}
	}
}

// parseValue reads a token or a quoted string (RFC 9110 5.6.4) and returns what follows.
func parseValue(text string) (value, rest string, ok bool) {
	if !strings.HasPrefix(text, `"`) {
		end := strings.IndexAny(text, ", \t")
		if end < 0 {
			end = len(text)
		}
		return text[:end], text[end:], isToken(text[:end])
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch c := text[i]; c {
		case '"':
			return b.String(), text[i+1:], true
		case '\\':
			if i++; i == len(text) {
				return "", "", false
			}
			b.WriteByte(text[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", "", false
}

// isToken reports whether text is a token (RFC 9110 5.6.2).
func isToken(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}
