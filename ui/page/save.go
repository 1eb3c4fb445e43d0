package page

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"pubpoint/engine"
	"pubpoint/ui/words"
)

// partial is what a file is called while it is being written.
const partial = ".part"

// SaveFile writes a new file and returns its whole path. A path may begin with "~/", and must name a
// directory that exists and a file that does not. The file has its name once it is complete; when
// write fails or ctx ends nothing is left behind. Errors are *engine.Error with a sentence. It may
// take long: never call it on the Fyne goroutine.
func SaveFile(ctx context.Context, path string, write func(io.Writer) error) (string, error) {
	whole, err := savePath(path)
	if err != nil {
		return "", err
	}
	if _, err := os.Lstat(whole); err == nil {
		return "", saveError(engine.Conflict, nil, words.F(textFileExists, whole))
	}
	f, err := os.OpenFile(whole+partial, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return "", diskError(whole, err)
	}
	err = write(&cancelled{ctx: ctx, w: f})
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(whole+partial, whole)
	}
	if err == nil {
		return whole, nil
	}
	if gone := os.Remove(whole + partial); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
		err = fmt.Errorf("%w (and %s stays: %w)", err, whole+partial, gone)
	}
	return "", diskError(whole, err)
}

// savePath is path without "~", and why it cannot be one.
func savePath(path string) (string, error) {
	path = strings.TrimSpace(path)
	if path == "" {
		return "", saveError(engine.BadInput, nil, words.T(textNoPath))
	}
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", saveError(engine.BadInput, err, words.T(textNoHome))
		}
		path = filepath.Join(home, rest)
	}
	whole, err := filepath.Abs(path)
	if err != nil {
		return "", saveError(engine.BadInput, err, words.F(textNoFile, path, err))
	}
	if info, err := os.Stat(whole); err == nil && info.IsDir() {
		return "", saveError(engine.BadInput, nil, words.F(textIsDirectory, whole))
	}
	return whole, nil
}

func saveError(kind engine.Kind, cause error, text string) error {
	return &engine.Error{Op: "save file", Kind: kind, Err: cause, Text: text}
}

// diskError makes a sentence of why a file could not be written. One that has a sentence keeps it.
func diskError(path string, err error) error {
	var ours *engine.Error
	var at *fs.PathError
	switch {
	case errors.As(err, &ours):
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return saveError(engine.Unavailable, err, words.T(textSaveCancelled))
	case errors.Is(err, syscall.ENOSPC):
		return saveError(engine.Storage, err, words.F(textDiskFull, path))
	case errors.Is(err, fs.ErrNotExist):
		return saveError(engine.BadInput, err, words.F(textNoDirectory, filepath.Dir(path)))
	case errors.As(err, &at):
		return saveError(engine.Storage, err, words.F(textNoFile, path, at.Err))
	}
	return saveError(engine.Storage, err, words.F(textNoFile, path, err))
}

// cancelled writes until ctx ends.
type cancelled struct {
	ctx context.Context
	w   io.Writer
}

// Write is for io.Writer.
func (c *cancelled) Write(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.w.Write(b)
}
