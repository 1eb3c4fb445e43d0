package origin

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"pubpoint/engine"
	"pubpoint/engine/internal/access"
)

// pointFileName is the settings file in a publishing point's directory. It need not exist.
const pointFileName = "point.toml"

// pointFile is point.toml. Durations are strings such as "30m"; "0" means no limit.
type pointFile struct {
	Title         *string `toml:"title,omitempty"`
	DVRWindow     *string `toml:"dvr_window,omitempty"`
	Archive       *bool   `toml:"archive,omitempty"`
	LookAhead     *int    `toml:"look_ahead,omitempty"`
	OnReconnect   *string `toml:"on_reconnect,omitempty"`
	AutoStart     *bool   `toml:"auto_start,omitempty"`
	Fsync         *string `toml:"fsync,omitempty"`
	SourceTimeout *string `toml:"source_timeout,omitempty"`

	ArchiveSegment   *string `toml:"archive_segment,omitempty"`
	ArchiveKeep      *string `toml:"archive_keep,omitempty"`
	ArchiveKeepBytes *int64  `toml:"archive_keep_bytes,omitempty"`

	accessFile
}

// errUnread says that nobody knows what is in a file.
var errUnread = errors.New("point.toml cannot be read")

// errNotTOML says that nothing of a file can be used.
var errNotTOML = errors.New("point.toml cannot be understood")

// readPointFile reads the settings in the directory dir of a publishing point. A missing file
// means the defaults. With an error the settings that could be understood are returned too, so that
// a slip in one line does not take a channel off the air; but what limits access and cannot be
// understood closes the point. before is what was said of access until now; may be nil.
func readPointFile(root *os.Root, dir string, before *reading) (engine.PointConfig, *reading, error) {
	cfg := engine.DefaultPointConfig()
	name := path.Join(dir, pointFileName)
	info, err := root.Stat(name) // a pipe must not be opened: nobody may write to it
	if errors.Is(err, fs.ErrNotExist) {
		if _, link := root.Lstat(name); errors.Is(link, fs.ErrNotExist) {
			return cfg, accessFile{}.read(), nil
		} // else it leads to settings that are not there now, and may be there again
	}
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is no file")
	}
	if err == nil && info.Size() > maxPointFile {
		err = fmt.Errorf("it has more than %d bytes", maxPointFile)
	}
	var b []byte
	if err == nil {
		b, err = root.ReadFile(name)
	}
	if err != nil {
		err = fmt.Errorf("%w (%s)", errUnread, reason(err))
		return cfg, unreadable(nil, before, err), err
	}
	cfg, said, err := parsePointFile(b)
	if said == nil {
		said = unreadable(b, before, err)
		said.show(&cfg)
	}
	return cfg, said, err
}

// parsePointFile reads settings. What they say of access is nil when nothing can be understood.
func parsePointFile(b []byte) (engine.PointConfig, *reading, error) {
	cfg := engine.DefaultPointConfig()
	var f pointFile
	meta, err := toml.Decode(string(b), &f)
	if err != nil {
		return cfg, nil, fmt.Errorf("%w: %w", errNotTOML, withoutValues(err))
	}
	said := f.read()
	said.show(&cfg)
	var faults []error
	for _, key := range meta.Undecoded() {
		faults = append(faults, fmt.Errorf("%s: %q is not a setting of this version", pointFileName, key.String()))
	}
	set(&cfg.Title, f.Title)
	set(&cfg.Archive, f.Archive)
	set(&cfg.AutoStart, f.AutoStart)
	faults = append(faults, setDuration(&cfg.DVRWindow, "dvr_window", f.DVRWindow), setDuration(&cfg.SourceTimeout, "source_timeout", f.SourceTimeout),
		setDuration(&cfg.ArchiveSegment, "archive_segment", f.ArchiveSegment), setDuration(&cfg.ArchiveKeep, "archive_keep", f.ArchiveKeep))
	if f.ArchiveKeepBytes != nil {
		if *f.ArchiveKeepBytes < 0 {
			faults = append(faults, fmt.Errorf("%s: archive_keep_bytes is %d and must not be negative", pointFileName, *f.ArchiveKeepBytes))
		} else {
			cfg.ArchiveKeepBytes = *f.ArchiveKeepBytes
		}
	}
	if f.LookAhead != nil {
		if *f.LookAhead < 0 || *f.LookAhead > 3 {
			faults = append(faults, fmt.Errorf("%s: look_ahead is %d and must be 0 to 3", pointFileName, *f.LookAhead))
		} else {
			cfg.LookAhead = *f.LookAhead
		}
	}
	faults = append(faults, setPolicy(&cfg, f.OnReconnect), setFsync(&cfg, f.Fsync))
	return cfg, said, errors.Join(faults...)
}

// unreadableLine is a fault of TOML without what stands in the file: that may be a password, and many
// are told of it.
type unreadableLine struct{ toml.ParseError }

// Error says where the fault is.
func (e unreadableLine) Error() string {
	if e.LastKey == "" {
		return fmt.Sprintf("line %d is no TOML", e.Position.Line)
	}
	return fmt.Sprintf("line %d is no TOML, behind the key %q", e.Position.Line, e.LastKey)
}

// Unwrap gives the whole fault to those who have the file.
func (e unreadableLine) Unwrap() error { return e.ParseError }

// withoutValues takes what stands in the file out of an error of TOML.
func withoutValues(err error) error {
	var parse toml.ParseError
	switch {
	case errors.As(err, &parse) && strings.HasPrefix(parse.Message, "incompatible types"):
		return err // it tells types alone
	case errors.As(err, &parse):
		return unreadableLine{parse}
	}
	return err
}

func set[T any](dst, value *T) {
	if value != nil {
		*dst = *value
	}
}

func setDuration(dst *time.Duration, key string, value *string) error {
	if value == nil {
		return nil
	}
	if *value == "0" {
		*dst = 0
		return nil
	}
	d, err := time.ParseDuration(*value)
	if err != nil || d < 0 {
		return fmt.Errorf("%s: %s is %q and must be a duration such as \"30m\" or \"0\"", pointFileName, key, *value)
	}
	*dst = d
	return nil
}

func setPolicy(cfg *engine.PointConfig, value *string) error {
	if value == nil {
		return nil
	}
	switch p := engine.ReconnectPolicy(*value); p {
	case engine.ReconnectContinue, engine.ReconnectReject, engine.ReconnectNewEvent:
		cfg.OnReconnect = p
		return nil
	}
	return fmt.Errorf("%s: on_reconnect is %q and must be \"continue\", \"reject\" or \"new-event\"", pointFileName, *value)
}

func setFsync(cfg *engine.PointConfig, value *string) error {
	if value == nil {
		return nil
	}
	switch *value {
	case "none", "interval", "every":
		cfg.Fsync = *value
		return nil
	}
	return fmt.Errorf("%s: fsync is %q and must be \"none\", \"interval\" or \"every\"", pointFileName, *value)
}

// settingsOf are the settings as point.toml has them.
func settingsOf(cfg engine.PointConfig) map[string]any {
	return map[string]any{
		"title": cfg.Title, "dvr_window": text(cfg.DVRWindow), "archive": cfg.Archive, "look_ahead": int64(cfg.LookAhead),
		"on_reconnect": string(cfg.OnReconnect), "auto_start": cfg.AutoStart, "fsync": cfg.Fsync, "source_timeout": text(cfg.SourceTimeout),
		"archive_segment": text(cfg.ArchiveSegment), "archive_keep": text(cfg.ArchiveKeep), "archive_keep_bytes": cfg.ArchiveKeepBytes,
	}
}

// text is a duration as people write it.
func text(d time.Duration) string {
	if d == 0 {
		return "0"
	}
	return d.String()
}

// writePointFile returns point.toml with the settings in place of those in old. What old has
// besides stays, except for comments; what has its default and was not in old is left out. It
// is nil when there is nothing to write.
func writePointFile(old []byte, cfg engine.PointConfig, rules access.Rules) ([]byte, error) {
	all := map[string]any{}
	if _, err := toml.Decode(string(old), &all); err != nil {
		return nil, fmt.Errorf("%w: %w", errNotTOML, withoutValues(err))
	}
	standard := settingsOf(engine.DefaultPointConfig())
	for key, value := range settingsOf(cfg) {
		_, there := all[key]
		switch {
		case key == "fsync" && value == "": // no value that the file may have
			delete(all, key)
		case there || value != standard[key]:
			all[key] = value
		}
	}
	putAccess(all, rules)
	if len(all) == 0 && len(old) == 0 {
		return nil, nil
	}
	return toml.Marshal(all)
}
