package encoder

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// masked stands where a secret was.
const masked = "***"

// Mask returns text with the secrets of every address in it replaced by ***: what stands before
// the host, the last element of an RTMP path (the stream key), and the values of a query that
// are secrets by their names. Commands, logs, events and errors are shown masked only.
func Mask(text string) string {
	if !strings.Contains(text, "://") {
		return text
	}
	address := regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://[^\s'"|\]]+`)
	return address.ReplaceAllStringFunc(text, func(a string) string {
		end := strings.TrimRight(a, ":,;.)") // of the sentence around it
		shown, _ := split(end)
		return shown + a[len(end):]
	})
}

// split takes an address apart into what may be shown and its secrets as they are written there.
func split(address string) (shown string, secrets []string) {
	name, rest, found := strings.Cut(address, "://")
	if !found {
		return address, nil
	}
	rest, query, hasQuery := strings.Cut(rest, "?")
	authority, path, hasPath := strings.Cut(rest, "/")
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		secrets = append(secrets, authority[:at])
		if _, password, ok := strings.Cut(authority[:at], ":"); ok {
			secrets = append(secrets, password)
		}
		authority = masked + authority[at:]
	}
	if at := strings.LastIndexByte(path, '/'); strings.HasPrefix(strings.ToLower(name), "rtmp") && at >= 0 && at+1 < len(path) {
		secrets = append(secrets, path[at+1:])
		path = path[:at+1] + masked
	}
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		if key, value, _ := strings.Cut(pair, "="); value != "" && secretName(key) {
			secrets = append(secrets, value)
			pairs[i] = key + "=" + masked
		}
	}
	shown = name + "://" + authority
	if hasPath {
		shown += "/" + path
	}
	if hasQuery {
		shown += "?" + strings.Join(pairs, "&")
	}
	return shown, secrets
}

// secretName tells a secret by the name of its option or query value.
func secretName(name string) bool {
	return regexp.MustCompile(`(?i)pass|secret|token|key|auth|sig|streamid|playpath|cookies|headers`).MatchString(name) &&
		!slices.Contains([]string{"keyint_min", "keyint", "force_key_frames", "hls_key_info_file", "stream_id"}, strings.ToLower(name))
}

// secrets finds all that must not be shown of an encoder: in its input's address and in own
// arguments.
func (s Spec) secrets() []string {
	var all []string
	take := func(text string) {
		_, found := split(text)
		for _, secret := range found {
			all = append(all, secret)
			if plain, err := url.QueryUnescape(secret); err == nil && plain != secret {
				all = append(all, plain)
			}
		}
	}
	take(s.Input.URL)
	for i, arg := range s.Input.Args {
		take(arg)
		if i > 0 && strings.HasPrefix(s.Input.Args[i-1], "-") && secretName(s.Input.Args[i-1][1:]) {
			all = append(all, arg)
		}
	}
	// A short secret would blacken half of every line; its address is masked as a whole.
	all = slices.DeleteFunc(all, func(secret string) bool { return len(secret) < 4 })
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	return slices.Compact(all)
}

// masker returns what makes a line of text fit to be shown.
func (s Spec) masker() func(string) string {
	var pairs []string
	for _, secret := range s.secrets() {
		pairs = append(pairs, secret, masked)
	}
	replacer := strings.NewReplacer(pairs...)
	return func(text string) string { return replacer.Replace(Mask(text)) }
}

// MaskArgs returns the arguments of a spec as they may be shown: masked.
func MaskArgs(spec Spec, args []string) []string {
	mask := spec.masker()
	shown := make([]string, len(args))
	for i, arg := range args {
		shown[i] = mask(arg)
		if i > 0 && spec.Input.Kind == Custom && strings.HasPrefix(args[i-1], "-") && secretName(args[i-1][1:]) {
			shown[i] = masked
		}
	}
	return shown
}
