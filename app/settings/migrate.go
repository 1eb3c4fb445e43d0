package settings

import (
	"bytes"
	"fmt"

	"github.com/BurntSushi/toml"
)

// migration carries a document, as plain values, from one version to the next.
type migration func(map[string]any) error

// migrations returns the steps from version 1 on: the first leads to version 2. A step is
// never changed once it was released, and testdata keeps one saved file of every version.
func migrations() []migration { return nil }

// migrate brings text to the present version. Text of this version is returned as it is,
// so that line numbers stay true.
func migrate(text []byte) ([]byte, error) {
	var head struct {
		Version int `toml:"version"`
	}
	head.Version = Version
	if _, err := toml.Decode(string(text), &head); err != nil {
		return nil, syntax(err)
	}
	return apply(text, head.Version, migrations())
}

func apply(text []byte, version int, steps []migration) ([]byte, error) {
	newest := len(steps) + 1
	switch {
	case version == newest:
		return text, nil
	case version > newest:
		return nil, &FileError{Text: fmt.Sprintf("was written by a newer version of Pubpoint (file version %d, this program knows %d); update the program or name another file with -config", version, newest)}
	case version < 1:
		return nil, &FileError{Text: fmt.Sprintf("has the version %d, which there never was; write version = %d", version, newest)}
	}
	values := map[string]any{}
	if _, err := toml.Decode(string(text), &values); err != nil {
		return nil, syntax(err)
	}
	for at := version; at < newest; at++ {
		if err := steps[at-1](values); err != nil {
			return nil, &FileError{Text: fmt.Sprintf("cannot be brought from version %d to %d: %v", at, at+1, err), Err: err}
		}
		values["version"] = int64(at + 1)
	}
	var out bytes.Buffer
	if err := toml.NewEncoder(&out).Encode(values); err != nil {
		return nil, fmt.Errorf("encode migrated settings: %w", err)
	}
	return out.Bytes(), nil
}
