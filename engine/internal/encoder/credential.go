package encoder

import (
	"slices"
	"strings"
)

// pass is what an encoder shows the engine when it posts to a point that not everybody may publish
// to: a token that is good for one run of one ffmpeg. The zero value is none.
type pass struct {
	token    string
	withdraw func()
}

// newPass asks for a token; there may be none.
func (e *Encoder) newPass() pass {
	if e.cfg.Credential == nil {
		return pass{}
	}
	token, withdraw := e.cfg.Credential()
	return pass{token, withdraw}
}

// end makes the token worthless.
func (p pass) end() {
	if p.withdraw != nil {
		p.withdraw()
	}
}

// args are arguments with the token in front of the address that they end with. ffmpeg 5 takes a
// header field from its arguments alone, so that the users of this machine can see it while ffmpeg
// runs; that is why it is good for nothing else.
func (p pass) args(args []string) []string {
	if p.token == "" {
		return args
	}
	return slices.Insert(slices.Clone(args), len(args)-1, "-headers", "Authorization: Bearer "+p.token+"\r\n")
}

// shown are the same arguments for people.
func (p pass) shown(args []string) []string {
	if p.token == "" {
		return args
	}
	return slices.Insert(slices.Clone(args), len(args)-1, "-headers", masked)
}

// mask takes the token out of a line of text.
func (p pass) mask(text string) string {
	if p.token == "" {
		return text
	}
	return strings.ReplaceAll(text, p.token, masked)
}
