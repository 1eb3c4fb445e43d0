package doctor

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
)

// refusalSize is how much of a refusal is read: sentences are short.
const refusalSize = 4 << 10

// refusal says with what an answer refuses: by its own sentence, when it has one (RFC 9457).
func refusal(resp *http.Response) error {
	plain := fmt.Errorf("the server answers %s", resp.Status)
	kind, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil || kind != "application/problem+json" {
		return plain
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, refusalSize))
	if err != nil {
		return plain
	}
	var problem struct {
		Detail string `json:"detail"`
	}
	if err := json.Unmarshal(body, &problem); err != nil || problem.Detail == "" {
		return plain
	}
	// A terminal shows it: nothing in it may be a command to that.
	detail := strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return ' '
		}
		return r
	}, problem.Detail)
	return fmt.Errorf("%w: %s", plain, strings.TrimSuffix(detail, "."))
}

// untrusted says what to do about a certificate that this machine does not know; other errors stay.
func untrusted(err error) error {
	if unknown := (x509.UnknownAuthorityError{}); errors.As(err, &unknown) {
		return errors.New("its certificate is signed by nobody whom this machine trusts; name the authority's certificate in the environment, SSL_CERT_FILE=FILE")
	}
	return err
}
