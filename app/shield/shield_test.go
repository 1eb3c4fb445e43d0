package shield

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestConfigurations(t *testing.T) {
	local, second := Origin{Host: "127.0.0.1", Port: "8088"}, Origin{Host: "10.0.0.2", Port: "8088"}
	for file, c := range map[string]struct {
		kind   Kind
		config Config
	}{
		"nginx.conf": {Nginx, Config{Origins: []Origin{local}}},
		"nginx-two.conf": {Nginx, Config{
			Origins: []Origin{{Host: "a.example", Port: "443", TLS: true}, {Host: "b.example", Port: "8443", TLS: true}},
			Listen:  "443", Certificate: "/etc/ssl/live.pem", Key: "/etc/ssl/live.key", Cache: "/srv/cache", Size: "200g", Ingest: true,
			Keep: []string{"token"},
		}},
		"varnish.vcl":     {Varnish, Config{Origins: []Origin{local}}},
		"varnish-two.vcl": {Varnish, Config{Origins: []Origin{local, second}, Listen: "6081", Ingest: true, Keep: []string{"token"}}},
	} {
		t.Run(file, func(t *testing.T) {
			var got bytes.Buffer
			if err := c.kind.Write(&got, c.config); err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join("testdata", file)
			if *update {
				if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Bytes(), want) {
				t.Errorf("it is not what %s has; look at the difference, and run go test ./app/shield -update when it is meant:\n%s", golden, &got)
			}
			if opened, closed := strings.Count(got.String(), "{"), strings.Count(got.String(), "}"); opened != closed {
				t.Errorf("%d braces are opened and %d closed", opened, closed)
			}
		})
	}
}

func TestWhatCannotBeWritten(t *testing.T) {
	local := []Origin{{Host: "127.0.0.1", Port: "8088"}}
	for want, c := range map[string]Config{
		"there are 0 origins":        {},
		"there are 3 origins":        {Origins: append(local, append(local, local...)...)},
		"the other does not":         {Origins: append(local, Origin{Host: "b", Port: "1", TLS: true})},
		"both a certificate and":     {Origins: local, Certificate: "/c.pem"},
		`"80 default_server"`:        {Origins: local, Listen: "80 default_server"},
		`"0"`:                        {Origins: local, Listen: "0"},
		`"/tmp/x; root /"`:           {Origins: local, Cache: "/tmp/x; root /"},
		`"cache" is no path`:         {Origins: local, Cache: "cache"},
		`"10 g" is no size`:          {Origins: local, Size: "10 g"},
		`"a;b" is no name`:           {Origins: local, Keep: []string{"a;b"}},
		"varnish speaks no TLS":      {Origins: []Origin{{Host: "a", Port: "443", TLS: true}}},
		"varnish speaks no TLS: nam": {Origins: local, Certificate: "/c.pem", Key: "/c.key"},
	} {
		var got bytes.Buffer
		err := Varnish.Write(&got, c)
		if err == nil || !strings.Contains(err.Error(), want) || got.Len() > 0 {
			t.Errorf("%+v: %v, want %s", c, err, want)
		}
	}
}

func TestParseOrigin(t *testing.T) {
	for text, want := range map[string]string{
		"127.0.0.1:8088":           "http://127.0.0.1:8088",
		"0.0.0.0:8088":             "http://127.0.0.1:8088",
		":8088":                    "http://127.0.0.1:8088",
		"[::]:8088":                "http://127.0.0.1:8088",
		"[::1]:8088":               "http://[::1]:8088",
		"http://origin.example":    "http://origin.example:80",
		"https://origin.example/":  "https://origin.example:443",
		"https://origin.example:1": "https://origin.example:1",
		"ftp://origin.example":     "",
		"http://u:p@origin":        "",
		"http://origin/path":       "",
		"http://origin;x:80":       "",
		"http://a b":               "",
		"http://origin:0":          "",
		"http://origin:99999":      "",
	} {
		o, err := ParseOrigin(text)
		if got := o.String(); err == nil && got != want || (err != nil) != (want == "") {
			t.Errorf("%q is %s, %v; want %q", text, got, err, want)
		}
	}
}

func TestKinds(t *testing.T) {
	for text, ok := range map[string]bool{"nginx": true, "varnish": true, "squid": false, "": false} {
		if k, err := ParseKind(text); (err == nil) != ok || ok && string(k) != text {
			t.Errorf("%q is %q, %v", text, k, err)
		}
	}
}
