package point

import (
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/words"
)

// accessForm is who may send to a point and watch it, while it is written.
type accessForm struct {
	credentials []engine.Credential
	allow, play string // addresses
	signed      bool

	// What is being added: it is part of the settings once it has been.
	name, secret string
	kind         int // place among credentialKinds
}

func credentialKinds() []engine.CredentialKind {
	return []engine.CredentialKind{engine.CredentialPassword, engine.CredentialToken}
}

// lengths are for how long a link can be made to play.
func lengths() []time.Duration {
	return []time.Duration{time.Hour, 24 * time.Hour, 7 * 24 * time.Hour}
}

func accessOf(c engine.PointConfig) accessForm {
	return accessForm{credentials: slices.Clone(c.IngestAuth), allow: strings.Join(c.AllowFrom, ", "), play: strings.Join(c.PlayFrom, ", "), signed: c.SignedPlayback}
}

// addresses are those in a text, between commas and spaces.
func addresses(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",; \t\r\n", r) })
}

// config is what the form says, over other settings of the point.
func (f accessForm) config(c engine.PointConfig) engine.PointConfig {
	c = c.Clone()
	c.IngestAuth, c.AllowFrom, c.PlayFrom, c.SignedPlayback = slices.Clone(f.credentials), addresses(f.allow), addresses(f.play), f.signed
	return c
}

// problem is the first thing that cannot be saved, as a sentence; empty when all can.
func (f accessForm) problem(was engine.PointConfig) string {
	for _, text := range slices.Concat(addresses(f.allow), addresses(f.play)) {
		if _, err := engine.ParseAddresses(text); err != nil {
			return words.F(textBadAddress, text)
		}
	}
	if err := engine.CheckAccess(was, f.config(was)); err != nil {
		return engine.Sentence(err)
	}
	return ""
}

// place is where a credential of that name stands; names differ by more than the case of letters.
func (f accessForm) place(name string) int {
	return slices.IndexFunc(f.credentials, func(c engine.Credential) bool { return strings.EqualFold(c.Name, name) })
}

// adding is the credential that is being written, with its secret; nothing typed makes a random one.
func (f accessForm) adding() engine.Credential {
	c := engine.Credential{Name: strings.TrimSpace(f.name), Kind: credentialKinds()[f.kind], Secret: f.secret}
	if c.Secret == "" {
		c.Secret = rand.Text() // 128 bits, of letters and digits: it can stand in an address
	}
	if i := f.place(c.Name); i >= 0 {
		old := f.credentials[i]
		c.Name = old.Name
		if old.Kind == c.Kind {
			c.Scheme = old.Scheme
		}
	}
	return c
}

// half reports whether something is written that was not added.
func (f accessForm) half() bool { return strings.TrimSpace(f.name) != "" || f.secret != "" }

// add takes what is being written into the list, in the place of one of that name.
func (f *accessForm) add() (engine.Credential, error) {
	c := f.adding()
	if err := engine.CheckAccess(engine.PointConfig{}, engine.PointConfig{IngestAuth: []engine.Credential{c}}); err != nil {
		return c, err
	}
	if i := f.place(c.Name); i >= 0 {
		f.credentials[i] = c
	} else {
		f.credentials = append(f.credentials, c)
	}
	f.name, f.secret = "", ""
	return c, nil
}

// remove takes one out of the list.
func (f *accessForm) remove(name string) {
	if i := f.place(name); i >= 0 {
		f.credentials = slices.Delete(f.credentials, i, i+1)
	}
}

// saved forgets the secrets that have been handed over.
func (f *accessForm) saved() {
	for i := range f.credentials {
		f.credentials[i].Secret = ""
	}
}

// standIn is where a name and a password belong in the address of other encoders.
const (
	standIn      = "USER:PASSWORD@"
	standInToken = "-headers $'Authorization: Bearer TOKEN\\r\\n' "
)

// proof is how other encoders show who they are.
func proof(c engine.PointConfig) (password, token bool) {
	for _, x := range c.IngestAuth {
		password = password || x.Kind == engine.CredentialPassword
		token = token || x.Kind == engine.CredentialToken
	}
	return password, token
}

// ingestLink is the address for other encoders; where they need a password it has a place for it.
func ingestLink(link string, c engine.PointConfig) string {
	if password, _ := proof(c); password {
		return strings.Replace(link, "://", "://"+standIn, 1)
	}
	return link
}

// outsideCommand is a command line as other encoders need it: ingest is the address without a place for a
// password, as it stands in the command.
func outsideCommand(command, ingest string, c engine.PointConfig) string {
	scheme, rest, ok := strings.Cut(ingest, "://")
	if !ok {
		return command
	}
	host, _, _ := strings.Cut(rest, "/")
	base := scheme + "://" + host + "/"
	password, token := proof(c)
	i := strings.LastIndex(command, base)
	switch {
	case i < 0:
	case password:
		return command[:i] + ingestLink(base, c) + command[i+len(base):]
	case token:
		if i > 0 && (command[i-1] == '\'' || command[i-1] == '"') {
			i--
		}
		return command[:i] + standInToken + command[i:]
	}
	return command
}

// accessSay is who may send and watch, where that is not everybody.
func accessSay(c engine.PointConfig) string {
	var say []string
	switch password, token := proof(c); {
	case password:
		say = append(say, words.T(textNeedsPassword))
	case token:
		say = append(say, words.T(textNeedsToken))
	}
	if len(c.AllowFrom) > 0 {
		say = append(say, words.T(textNeedsAddress))
	}
	if c.SignedPlayback {
		say = append(say, words.T(textNeedsSigned))
	}
	if len(c.PlayFrom) > 0 {
		say = append(say, words.T(textNeedsPlayAddress))
	}
	return strings.Join(say, " ")
}
