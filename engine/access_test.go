package engine_test

import (
	"strings"
	"testing"

	"pubpoint/engine"
)

func TestParseAddresses(t *testing.T) {
	for text, want := range map[string]string{
		"192.0.2.7": "192.0.2.7/32", "10.1.2.3/8": "10.0.0.0/8", "::ffff:192.0.2.7": "192.0.2.7/32", "::ffff:10.0.0.0/104": "10.0.0.0/8",
		"2001:db8::1": "2001:db8::1/128", "2001:db8::/32": "2001:db8::/32", "0.0.0.0/0": "0.0.0.0/0",
		"": "", "localhost": "", "fe80::1%eth0": "", "10.0.0.0/33": "", "10.0.0.0/-1": "", "::ffff:0.0.0.0/64": "", "10.0.0.0/8/8": "", " 10.0.0.1": "", "192.0.2.7:80": "",
	} {
		p, err := engine.ParseAddresses(text)
		if got := p.String(); (err == nil) != (want != "") || err == nil && got != want {
			t.Errorf("%q is %s (%v), want %q", text, got, err, want)
		}
	}
}

func TestConfigsAreComparedByWhatTheySay(t *testing.T) {
	a := engine.DefaultPointConfig()
	b := a.Clone()
	b.AllowFrom, b.IngestAuth = []string{}, []engine.Credential{}
	if !a.Equal(b) || a.Protected() || b.Protected() {
		t.Error("empty lists count as lists")
	}
	b.AllowFrom = []string{"10.0.0.0/8"}
	if a.Equal(b) || !b.Protected() || !b.Equal(b.Clone()) {
		t.Error("a list does not count")
	}
	c := b.Clone()
	c.AllowFrom[0] = "::1"
	if b.AllowFrom[0] != "10.0.0.0/8" {
		t.Error("a clone shares its list")
	}
}

func TestTokensMustBeLong(t *testing.T) {
	for token, want := range map[string]bool{
		strings.Repeat("a1", 12): true, "abcdefghijklmnopqrstuvwx==": true, "short": false, strings.Repeat("a b", 12): false,
		strings.Repeat("=", 30): false, strings.Repeat("a", engine.MaxSecret+1): false, strings.Repeat("é", 20): false,
	} {
		if engine.ValidToken(token) != want {
			t.Errorf("ValidToken(%q) is %v", token, !want)
		}
	}
}
