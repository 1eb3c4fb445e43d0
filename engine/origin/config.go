package origin

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
)

// Config is what an Origin needs. Root and Listen are required.
type Config struct {
	Root    string // document root: the directory of the publishing points; made when missing
	Listen  string // address of the media listener; port 0 chooses a free one
	FFmpeg  string // path of ffmpeg; empty means the first in PATH
	Version string // shown on pages
	Logger  *slog.Logger

	// TLS makes the media listener speak TLS with HTTP/1.1 and HTTP/2; it must have a certificate.
	// Encoders on this machine then have a listener of their own without TLS, on loopback alone. Nil is clear text.
	TLS *tls.Config
	// PublicHost returns the name by which links of the TLS listener at host call it; nil leaves
	// them the address. It may be called from any goroutine.
	PublicHost func(host string) string
	// RequireIngestAuth refuses encoders at points that demand no credentials of them.
	RequireIngestAuth bool

	// StateDir is a directory in which alarms and events are kept over restarts; made when missing.
	// Empty keeps nothing. One program has it at a time; a second goes on without.
	StateDir string

	Limits   engine.Limits // what strangers may take; zero fields have their defaults
	InFlight int64         // in place of Limits.InFlight, unless 0
	HotBytes int64         // media kept in memory for each point beside its archive, twice as much without one; default 8 MiB
	Grace    time.Duration // how long an event stays open after its last stream has ended; default 2 s
	Scan     time.Duration // how often the document root is looked at for new directories; default 1 s
}

// limits are those of all that encoders send.
func (c *Config) limits() fmp4.Limits {
	boxes, l := fmp4.DefaultLimits(), c.Limits.WithDefaults()
	boxes.Moov, boxes.Moof, boxes.Mdat = l.Moov, l.Moof, l.Mdat
	boxes.Tracks, boxes.Samples, boxes.Depth = l.Tracks, l.Samples, l.Depth
	return boxes
}

// validate returns a sentence for what is missing, and sets defaults.
func (c *Config) validate() error {
	if c.Root == "" || c.Listen == "" {
		return &engine.Error{Op: "make origin", Kind: engine.BadInput, Text: "The document root and the address of the media listener must be given."}
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Scan <= 0 {
		c.Scan = time.Second
	}
	if err := c.Limits.Validate(); err != nil {
		return &engine.Error{Op: "make origin", Kind: engine.BadInput, Text: err.Error(), Err: err}
	}
	if c.Limits = c.Limits.WithDefaults(); c.InFlight == 0 {
		c.InFlight = c.Limits.InFlight
	}
	if c.InFlight < 0 {
		return &engine.Error{Op: "make origin", Kind: engine.BadInput, Text: fmt.Sprintf("InFlight %d must not be negative.", c.InFlight)}
	}
	if c.HotBytes < 0 || c.Grace < 0 {
		return &engine.Error{Op: "make origin", Kind: engine.BadInput, Text: fmt.Sprintf("HotBytes %d and Grace %s must not be negative.", c.HotBytes, c.Grace)}
	}
	return nil
}
