package settings

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"strconv"

	"pubpoint/engine"
)

// Defaults of what can be set and does not depend on the user.
const (
	DefaultListen = "127.0.0.1:8088"
	DefaultAdmin  = "127.0.0.1:8089"
)

// AdminOff as the admin address closes the admin listener.
const AdminOff = "off"

// What the setting resume may say of encoders that were on air when the program ended.
const (
	ResumeAsk    = "ask"    // the control room asks; a program without a window has nobody to ask, and starts them
	ResumeAlways = "always" // they are started
	ResumeNever  = "never"  // they are ordered to stop
)

// Settings is what one run of a program works with. Every field is valid once Parse has
// returned it.
type Settings struct {
	Root      string     // document root, absolute
	Listen    string     // address of the media listener, host:port
	Admin     string     // address of the admin listener, or AdminOff
	Config    string     // the settings file, absolute; need not exist
	State     string     // where alarms and events are kept over restarts, absolute; need not exist
	LogLevel  slog.Level // least level that is logged
	LogFormat string     // "text" or "json"
	FFmpeg    string     // path of ffmpeg; empty means the one that is found
	Resume    string     // what happens to encoders that were on air: ResumeAsk, ResumeAlways or ResumeNever
	Fixed     Fixed      // what the settings file cannot change
	Secure               // TLS, and who may reach the listeners
	Demo      bool       // create and feed the demonstration point; control room only

	// Limits is what strangers may take; nil means the defaults.
	Limits  *engine.Limits
	Connect Connect // an engine elsewhere; control room only

	// DumpLayout is a file for the names and places of the window's parts, for tests of the
	// window; empty means none. Control room only.
	DumpLayout string
}

// Logger returns a logger that writes to w as s says.
func (s Settings) Logger(w io.Writer) *slog.Logger {
	return s.LeveledLogger(w, s.LogLevel)
}

// LeveledLogger is Logger with a least level that may change while it is used.
func (s Settings) LeveledLogger(w io.Writer, level slog.Leveler) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	if s.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// TokenFile is where the token of the admin API is kept: beside the settings file.
func (s Settings) TokenFile() string {
	return filepath.Join(filepath.Dir(s.Config), "token")
}

// StateDir is where alarms and events are kept over restarts: State, else beside the settings file;
// empty when there is neither.
func (s Settings) StateDir() string {
	if s.State != "" || s.Config == "" {
		return s.State
	}
	return filepath.Join(filepath.Dir(s.Config), "state")
}

// address refuses what is no host:port with a port from 0 to 65535.
func address(text string) error {
	_, port, err := net.SplitHostPort(text)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return fmt.Errorf("%q is no address; write HOST:PORT, for example %s", text, DefaultListen)
	}
	return nil
}

func logLevel(text string) (slog.Level, error) {
	switch text {
	case "debug":
		return slog.LevelDebug, nil
	case "info":
		return slog.LevelInfo, nil
	case "warn":
		return slog.LevelWarn, nil
	case "error":
		return slog.LevelError, nil
	}
	return 0, fmt.Errorf("%q is no log level; write debug, info, warn or error", text)
}
