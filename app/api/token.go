package api

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// tokenBytes is how many random bytes a token has; it is written in hexadecimal digits.
const tokenBytes = 32

// LoadToken returns the token kept in the file at path. When there is no such file it is
// made, readable by its owner alone, with a new token.
func LoadToken(path string) (string, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return makeToken(path)
	}
	if err != nil {
		return "", fmt.Errorf("read token of the admin API: %w", err)
	}
	token := strings.TrimSpace(string(text))
	if raw, err := hex.DecodeString(token); err != nil || len(raw) < tokenBytes {
		return "", fmt.Errorf("%s holds no token of the admin API: delete the file and a new one is made", path)
	}
	return token, restrict(path)
}

// restrict takes rights on the token away that others may have been given.
func restrict(path string) error {
	info, err := os.Stat(path)
	if err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		err = os.Chmod(path, 0o600)
	}
	if err != nil {
		return fmt.Errorf("keep the token of the admin API from others: %w", err)
	}
	return nil
}

// ReplaceToken puts a new token into the file at path, readable by its owner alone, and returns it.
// When it fails the old one is still there.
func ReplaceToken(path string) (string, error) { return makeToken(path) }

func makeToken(path string) (string, error) {
	var raw [tokenBytes]byte
	if _, err := rand.Read(raw[:]); err != nil {
		return "", fmt.Errorf("make token: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", fmt.Errorf("make folder for the token of the admin API: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".token-*") // mode 0600
	if err != nil {
		return "", fmt.Errorf("make token of the admin API: %w", err)
	}
	token := hex.EncodeToString(raw[:])
	_, err = f.WriteString(token + "\n")
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return "", fmt.Errorf("write token of the admin API: %w", errors.Join(err, os.Remove(f.Name())))
	}
	return token, nil
}
