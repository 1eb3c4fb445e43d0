package delivery

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"
)

// acceptsGzip tells whether a client takes gzip: by name, or failing that by "*"
// (RFC 9110 12.5.3).
func acceptsGzip(r *http.Request) bool {
	named, any := -1.0, -1.0
	for field := range strings.SplitSeq(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		coding, parameters, _ := strings.Cut(field, ";")
		switch strings.ToLower(strings.TrimSpace(coding)) {
		case "gzip", "x-gzip":
			named = weight(parameters)
		case "*":
			any = weight(parameters)
		}
	}
	if named >= 0 {
		return named > 0
	}
	return any > 0
}

// weight reads "q=0.5"; a coding without one counts fully, and with nonsense not at all.
func weight(parameters string) float64 {
	name, value, ok := strings.Cut(strings.TrimSpace(parameters), "=")
	if !ok || !strings.EqualFold(strings.TrimSpace(name), "q") {
		return 1
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || q < 0 || q > 1 {
		return 0
	}
	return q
}

func compress(plain []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	// Writing to memory does not fail.
	_, _ = w.Write(plain)
	_ = w.Close()
	return b.Bytes()
}
