package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"pubpoint/engine"
)

// Version is the version of the settings file that this program writes.
const Version = 1

// maxFile is how large a settings file may be, in bytes.
const maxFile = 1 << 20

// Document is what the settings file says. Empty fields are not set there.
type Document struct {
	Version   int    `toml:"version"`
	Root      string `toml:"root,omitempty"` // relative paths begin at the file's folder
	Listen    string `toml:"listen,omitempty"`
	Admin     string `toml:"admin,omitempty"`
	State     string `toml:"state,omitempty"` // relative paths begin at the file's folder
	LogLevel  string `toml:"log-level,omitempty"`
	LogFormat string `toml:"log-format,omitempty"`
	FFmpeg    string `toml:"ffmpeg,omitempty"`
	Resume    string `toml:"resume,omitempty"`

	// TLS, and who may reach the listeners; see Secure.
	TLSCert           string   `toml:"tls-cert,omitempty"` // relative paths begin at the file's folder
	TLSKey            string   `toml:"tls-key,omitempty"`
	ACME              []string `toml:"acme,omitempty"`
	ACMEURL           string   `toml:"acme-url,omitempty"`
	ACMEHTTP          string   `toml:"acme-http,omitempty"`
	Open              []string `toml:"open,omitempty"`
	RequireIngestAuth *bool    `toml:"require-ingest-auth,omitempty"`

	// What belongs to the window, see engine.Setup.
	Language      string `toml:"language,omitempty"`
	Theme         string `toml:"theme,omitempty"`
	Notifications *bool  `toml:"notifications,omitempty"`
	Refresh       string `toml:"refresh,omitempty"`

	// An engine elsewhere that the control room drives, see Connect.
	Connect          string `toml:"connect,omitempty"`
	ConnectTokenFile string `toml:"connect-token-file,omitempty"`
	ConnectCAFile    string `toml:"connect-ca-file,omitempty"`

	Limits *engine.Limits `toml:"limits,omitempty"`

	Encoders []Encoder `toml:"encoders,omitempty"`
}

// Encoder is an encoder as it is remembered from one run to the next: what it is and what
// was last ordered of it.
type Encoder struct {
	engine.EncoderSpec
	Order engine.Order `toml:"order"`
}

// FileError tells what is wrong with a settings file.
type FileError struct {
	Path string
	Line int    // 0 when not known
	Text string // what is wrong and what to do
	Err  error  // cause; may be nil
}

// Error names file and line and says what is wrong.
func (e *FileError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("%s, line %d: %s", e.Path, e.Line, e.Text)
	}
	return e.Path + ": " + e.Text
}

// Unwrap returns the cause.
func (e *FileError) Unwrap() error { return e.Err }

// Load reads the settings file at path. A file that does not exist says nothing; every
// other failure is a *FileError.
func Load(path string) (Document, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Document{Version: Version}, nil
	}
	if err == nil && info.Size() > maxFile {
		return Document{}, &FileError{Path: path, Text: "is too large for a settings file; name the right one with -config"}
	}
	var text []byte
	if err == nil {
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return Document{}, &FileError{Path: path, Text: "cannot be read: " + cause(err), Err: err}
	}
	doc, err := decode(text)
	var bad *FileError
	if errors.As(err, &bad) {
		bad.Path = path
	}
	return doc, err
}

// decode reads, migrates and checks a document. Its errors are *FileError without a path.
func decode(text []byte) (Document, error) {
	text, err := migrate(text)
	if err != nil {
		return Document{}, err
	}
	doc := Document{Version: Version}
	meta, err := toml.Decode(string(text), &doc)
	if err != nil {
		return Document{}, syntax(err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return Document{}, &FileError{Line: lineOf(string(text), unknown[0]),
			Text: fmt.Sprintf("there is no setting %q; remove it or correct its name", unknown[0])}
	}
	if err := doc.validate(); err != nil {
		return Document{}, &FileError{Text: err.Error(), Err: err}
	}
	return doc, nil
}

func syntax(err error) error {
	var parse toml.ParseError
	if errors.As(err, &parse) {
		return &FileError{Line: parse.Position.Line, Text: parse.Message, Err: err}
	}
	// The decoder gives the place of a value of the wrong type in words only.
	var line int
	if n, scanErr := fmt.Sscanf(err.Error(), "toml: line %d", &line); n == 1 && scanErr == nil {
		_, words, _ := strings.Cut(err.Error(), "(last key ")
		return &FileError{Line: line, Text: strings.Replace(words, "): ", ": ", 1), Err: err}
	}
	return &FileError{Text: err.Error(), Err: err}
}

// validate checks what no option checks: those are checked where they are taken.
func (d *Document) validate() error {
	switch d.Resume {
	case "", ResumeAsk, ResumeAlways, ResumeNever:
	default:
		return fmt.Errorf("resume is %q; write \"ask\", \"always\" or \"never\"", d.Resume)
	}
	if d.Limits != nil {
		if err := d.Limits.Validate(); err != nil {
			return err
		}
	}
	seen := map[string]bool{}
	for i, e := range d.Encoders {
		switch {
		case !engine.ValidElement(e.ID):
			return fmt.Errorf("encoder %d has no valid id: %q; use letters, digits, '.', '_' and '-'", i+1, e.ID)
		case seen[e.ID]:
			return fmt.Errorf("two encoders are called %q; give one of them another id", e.ID)
		case !engine.ValidName(e.Point):
			return fmt.Errorf("encoder %s posts to no valid publishing point: %q", e.ID, e.Point)
		case e.Order != engine.OrderRun && e.Order != engine.OrderStop:
			return fmt.Errorf("encoder %s is ordered to %q; write \"run\" or \"stop\"", e.ID, e.Order)
		}
		seen[e.ID] = true
		if err := e.validate(); err != nil {
			return err
		}
	}
	return d.validateWindow()
}

// validate refuses words that no encoder knows; what they mean together is the engine's to judge.
func (e *Encoder) validate() error {
	kinds := []engine.InputKind{engine.InputTestPattern, engine.InputFile, engine.InputDevice, engine.InputScreen, engine.InputNetwork, engine.InputCustom}
	policies := []engine.RestartPolicy{"", engine.RestartAlways, engine.RestartOnFailure, engine.RestartNever}
	switch {
	case e.Input.Kind != "" && !slices.Contains(kinds, e.Input.Kind):
		return fmt.Errorf("encoder %s reads a %q; write \"test-pattern\", \"file\", \"device\", \"screen\", \"network\" or \"custom\"", e.ID, e.Input.Kind)
	case !slices.Contains(policies, e.Restart):
		return fmt.Errorf("encoder %s has the restart policy %q; write \"always\", \"on-failure\" or \"never\"", e.ID, e.Restart)
	case e.Method < 0 || e.Method > 2:
		return fmt.Errorf("encoder %s sends by method %d; write 1 or 2", e.ID, e.Method)
	case e.MaxRestarts < 0:
		return fmt.Errorf("encoder %s has max_restarts %d; write 1 or more", e.ID, e.MaxRestarts)
	}
	return nil
}

func (d *Document) encode() ([]byte, error) {
	var out bytes.Buffer
	out.WriteString("# Settings of Pubpoint. The program rewrites this file: values are kept, comments are not.\n\n")
	encoder := toml.NewEncoder(&out)
	encoder.Indent = ""
	if err := encoder.Encode(d); err != nil {
		return nil, fmt.Errorf("encode settings: %w", err)
	}
	return out.Bytes(), nil
}

// lineOf finds the line that sets key, or 0. The decoder tells unknown keys without their
// places.
func lineOf(text string, key toml.Key) int {
	table, last := strings.Join(key[:len(key)-1], "."), key[len(key)-1]
	current, header := "", 0
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			current = strings.TrimSpace(strings.Trim(strings.SplitN(line, "#", 2)[0], "[] \t"))
			if current == strings.Join(key, ".") {
				header = i + 1
			}
			continue
		}
		name, _, found := strings.Cut(line, "=")
		name = strings.Trim(strings.TrimSpace(name), `"'`)
		if found && (current == table && name == last || current == "" && name == strings.Join(key, ".")) {
			return i + 1
		}
	}
	return header
}

// cause is the system's own words without the path, which is told already.
func cause(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}
