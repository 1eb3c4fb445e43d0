package remote

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"pubpoint/engine"
)

// maxToken is how long a token may be, in bytes.
const maxToken = 4096

// tokenKeeper holds a token and the file it is kept in.
type tokenKeeper struct {
	file string

	mu    sync.Mutex
	token string
}

func (k *tokenKeeper) get() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.token
}

func (k *tokenKeeper) set(token string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.token = token
}

// read takes the token from its file; a file that is not there has none. It reports whether the token
// is another one than before.
func (k *tokenKeeper) read() (changed bool, err error) {
	if k.file == "" {
		return false, nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	info, err := os.Stat(k.file)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	var text []byte
	if err == nil && info.Size() <= maxToken {
		text, err = os.ReadFile(k.file)
	}
	token := strings.TrimSpace(string(text))
	if err == nil {
		err = checkToken(token)
	}
	if err != nil {
		return false, &engine.Error{Op: "connect", Kind: engine.BadInput, Err: err,
			Text: fmt.Sprintf("%s holds no token: %s.", k.file, strings.TrimSuffix(engine.Sentence(err), "."))}
	}
	changed, k.token = k.token != token, token
	return changed, nil
}

// checkToken refuses what no token is, and would break a header.
func checkToken(token string) error {
	if token == "" || len(token) > maxToken || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return &engine.Error{Op: "token", Kind: engine.BadInput, Text: "A token is one word of letters and digits; copy it from the file token beside the settings file of that machine."}
	}
	return nil
}

// keep makes token the one that is used, and keeps it in its file, readable by its owner alone.
func (k *tokenKeeper) keep(token string) (err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.token = token
	if k.file == "" {
		return nil
	}
	dir := filepath.Dir(k.file)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make folder of the token: %w", err)
	}
	f, err := os.CreateTemp(dir, ".token-*") // mode 0600
	if err != nil {
		return fmt.Errorf("keep token: %w", err)
	}
	_, err = f.WriteString(token + "\n")
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), k.file)
	}
	if err != nil {
		return fmt.Errorf("keep token: %w", errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}

// again reads the file once more after a refusal: somebody may have put another token there. It
// reports whether there is another one.
func (e *Engine) again() bool {
	changed, err := e.token.read()
	if err != nil {
		e.log.Warn("token not read", "err", err)
	}
	return changed
}

// GiveToken takes the token of the engine's admin API, tries it, and keeps it in its file when it is
// right. Kinds: BadInput, Unauthorized, Unavailable, Storage when it cannot be kept.
func (e *Engine) GiveToken(ctx context.Context, token string) error {
	token = strings.TrimSpace(token)
	if err := checkToken(token); err != nil {
		return err
	}
	if err := e.pollAfter(ctx, func() { e.token.set(token) }); err != nil {
		return err
	}
	return e.keepToken(token)
}

func (e *Engine) keepToken(token string) error {
	if err := e.token.keep(token); err != nil {
		return &engine.Error{Op: "keep token", Kind: engine.Storage, Err: err,
			Text: "The token is right and cannot be kept in " + e.token.file + "; it is asked for again at the next start."}
	}
	return nil
}

// Token is that of the engine's admin API.
func (e *Engine) Token(context.Context) (string, error) { return e.token.get(), nil }
