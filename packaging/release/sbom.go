package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// bill is a CycloneDX 1.6 document, as far as we fill it in.
type bill struct {
	Format     string      `json:"bomFormat"`
	Spec       string      `json:"specVersion"`
	Version    int         `json:"version"`
	Metadata   metadata    `json:"metadata"`
	Components []component `json:"components"`
	Depends    []depends   `json:"dependencies"`
}

type metadata struct {
	Component component `json:"component"`
}

type component struct {
	Type     string          `json:"type"`
	Ref      string          `json:"bom-ref"`
	Name     string          `json:"name"`
	Version  string          `json:"version,omitempty"`
	Hashes   []hash          `json:"hashes,omitempty"`
	Licences []licenceChoice `json:"licenses,omitempty"`
	PURL     string          `json:"purl,omitempty"`
}

type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type licenceChoice struct {
	License licenceID `json:"license"`
}

type licenceID struct {
	ID string `json:"id"`
}

type depends struct {
	Ref string   `json:"ref"`
	On  []string `json:"dependsOn,omitempty"`
}

// writeBill writes what a program is made of, and which program it is by its checksum.
func writeBill(w io.Writer, from sources) error {
	all, err := parts(from)
	if err != nil {
		return err
	}
	sum, err := checksum(from.program)
	if err != nil {
		return err
	}
	name := strings.TrimSuffix(filepath.Base(from.program), ".exe")
	b := bill{Format: "CycloneDX", Spec: "1.6", Version: 1, Metadata: metadata{Component: component{
		Type: "application", Ref: name, Name: name, Hashes: []hash{{"SHA-256", sum}},
		Licences: []licenceChoice{{licenceID{"MIT"}}}}}}
	top := depends{Ref: name}
	for _, p := range all {
		c := component{Type: "library", Ref: p.purl, Name: p.name, Version: p.version, PURL: p.purl}
		if p.checksum != "" {
			c.Hashes = []hash{{p.algorithm, p.checksum}}
		}
		for _, l := range p.licences {
			for id := range strings.FieldsSeq(l.ids) {
				if choice := (licenceChoice{licenceID{id}}); !slices.Contains(c.Licences, choice) {
					c.Licences = append(c.Licences, choice)
				}
			}
		}
		b.Components = append(b.Components, c)
		top.On = append(top.On, p.purl)
	}
	b.Depends = []depends{top}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(b); err != nil {
		return fmt.Errorf("write what %s is made of: %w", name, err)
	}
	return nil
}

// checksum is the SHA-256 of a file, in hexadecimal.
func checksum(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read program: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}
