package engine

import "strings"

// ValidName reports whether name may name a publishing point: path elements of letters,
// digits, '.', '_' and '-', each beginning with a letter or digit and at most 64 long,
// joined by '/'. An element must not end in ".isml" or ".ism": the directory has that, the
// name has not.
func ValidName(name string) bool {
	if name == "" || len(name) > 512 {
		return false
	}
	for part := range strings.SplitSeq(name, "/") {
		lower := strings.ToLower(part)
		if !ValidElement(part) || strings.HasSuffix(lower, ".isml") || strings.HasSuffix(lower, ".ism") {
			return false
		}
	}
	return true
}

// ValidElement reports whether s may be one element of a publishing point's name, a stream
// id or an event id: [A-Za-z0-9][A-Za-z0-9._-]{0,63}.
func ValidElement(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		alphanumeric := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !alphanumeric && (i == 0 || c != '.' && c != '_' && c != '-') {
			return false
		}
	}
	return !reservedOnWindows(s)
}

// reservedOnWindows keeps device names out, so that an archive can be carried to any system.
func reservedOnWindows(s string) bool {
	base, _, _ := strings.Cut(strings.ToUpper(s), ".")
	switch base {
	case "CON", "PRN", "AUX", "NUL":
		return true
	}
	return len(base) == 4 && (strings.HasPrefix(base, "COM") || strings.HasPrefix(base, "LPT")) && base[3] >= '1' && base[3] <= '9'
}
