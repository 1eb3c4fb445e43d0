package point

import (
	"strings"
	"testing"

	"pubpoint/engine"
)

// Other encoders are told where their proof belongs, and none of it.
func TestOutsideCommand(t *testing.T) {
	const ingest, command = "http://127.0.0.1:8088/sea.isml/sea.ism", "ffmpeg -i http://127.0.0.1:8088/other.isml/ -f ismv 'http://127.0.0.1:8088/sea.isml/sea.ism?stream_id=a.ismv'"
	password := engine.Credential{Name: "van", Kind: engine.CredentialPassword}
	token := engine.Credential{Name: "cloud", Kind: engine.CredentialToken}
	for name, c := range map[string]struct {
		credentials   []engine.Credential
		command, link string // what has changed in them; empty for nothing
	}{
		"an open point":  {},
		"a password":     {[]engine.Credential{password}, "'http://USER:PASSWORD@127.0.0.1:8088/sea.isml", "http://USER:PASSWORD@127.0.0.1:8088/"},
		"a token":        {[]engine.Credential{token}, `-f ismv -headers $'Authorization: Bearer TOKEN\r\n' 'http://127.0.0.1:8088/sea.isml`, ""},
		"either of both": {[]engine.Credential{token, password}, "'http://USER:PASSWORD@127.0.0.1:8088/sea.isml", "http://USER:PASSWORD@127.0.0.1:8088/"},
	} {
		cfg := engine.PointConfig{IngestAuth: c.credentials}
		if got := outsideCommand(command, ingest, cfg); c.command == "" && got != command || !strings.Contains(got, c.command) || !strings.HasPrefix(got, "ffmpeg -i http://127.0.0.1:8088/other.isml/ ") {
			t.Errorf("%s: the command is %s", name, got)
		}
		if got := ingestLink(ingest, cfg); c.link == "" && got != ingest || !strings.HasPrefix(got, c.link) {
			t.Errorf("%s: the address is %s", name, got)
		}
	}
	if got := outsideCommand(command, "", engine.PointConfig{IngestAuth: []engine.Credential{password}}); got != command {
		t.Errorf("of no address the command is %s", got)
	}
}

func TestAccessForm(t *testing.T) {
	was := engine.PointConfig{Title: "Sea", AllowFrom: []string{"10.0.0.0/8", "192.0.2.7"}, SignedPlayback: true,
		IngestAuth: []engine.Credential{{Name: "van", Kind: engine.CredentialPassword, Scheme: engine.SchemeDigest}}}
	f := accessOf(was)
	if !f.config(was).Equal(was) || f.problem(was) != "" {
		t.Errorf("what nobody has touched becomes %+v, %q", f.config(was), f.problem(was))
	}
	f.name, f.secret = " VAN ", "another"
	if c, err := f.add(); err != nil || c != (engine.Credential{Name: "van", Kind: engine.CredentialPassword, Scheme: engine.SchemeDigest, Secret: "another"}) || len(f.credentials) != 1 {
		t.Errorf("replaced by %+v, %v", c, err)
	}
	if was.IngestAuth[0].Secret != "" {
		t.Error("the form writes into the settings that it was made of")
	}
	for _, wrong := range []struct {
		name, secret string
		kind         int
	}{{"", "", 0}, {"no spaces", "", 0}, {"cloud", "short", 1}, {"cloud", "tab\there", 0}} {
		f.name, f.secret, f.kind = wrong.name, wrong.secret, wrong.kind
		if c, err := f.add(); engine.KindOf(err) != engine.BadInput || len(f.credentials) != 1 {
			t.Errorf("%+v is taken for %+v", wrong, c)
		}
	}
	f.play = "2001:db8::/32;\t::1 , x"
	if p := f.problem(was); !strings.Contains(p, `"x"`) {
		t.Errorf("the problem is %q", p)
	}
	f.remove("VAN")
	if len(f.credentials) != 0 {
		t.Error("it stays")
	}
}
