package encoder

import (
	"slices"
	"strings"
	"testing"
)

func TestTokenIsPassedAndNotShown(t *testing.T) {
	ended := false
	e := &Encoder{cfg: Config{Credential: func() (string, func()) { return "opensesame", func() { ended = true } }}}
	p := e.newPass()
	args := []string{"-f", "ismv", "http://127.0.0.1/x"}
	if got := p.args(args); !slices.Equal(got, []string{"-f", "ismv", "-headers", "Authorization: Bearer opensesame\r\n", "http://127.0.0.1/x"}) {
		t.Errorf("arguments %q", got)
	}
	if got := strings.Join(p.shown(args), " "); got != "-f ismv -headers *** http://127.0.0.1/x" {
		t.Errorf("shown as %q", got)
	}
	if got := p.mask("sent Bearer opensesame"); got != "sent Bearer ***" {
		t.Errorf("a line is %q", got)
	}
	if p.end(); !ended {
		t.Error("the token is not withdrawn")
	}
	none := (&Encoder{}).newPass()
	none.end()
	if got := none.args(args); !slices.Equal(got, args) || none.mask("x") != "x" || !slices.Equal(none.shown(args), args) {
		t.Errorf("without a token: %q", got)
	}
}
