package engine

import "time"

// Start is what a run of the program begins with, as it is written: an address may have the port 0.
type Start struct {
	Root   string // document root
	Listen string // media listener, host:port
	Admin  string // admin listener, host:port, or "off"
	FFmpeg string // path; empty for the one that is found
}

// Setup is what the program runs with and what its settings file says: the settings of the program,
// not those of a publishing point.
type Setup struct {
	File      string // the settings file
	TokenFile string // where the admin API's token is; empty when the API is off
	Now       Start  // what this run works with
	Next      Start  // what the next run begins with, unless it is told otherwise
	// Fixed names the fields of Start that a flag or an environment variable decides, which go
	// before the file: "root", "listen", "admin".
	Fixed []string

	// Certificate is where this run has the certificate of its listeners from: a file, or host names
	// for ACME; empty when they do not speak TLS.
	Certificate string
	// RequireIngestAuth tells that points without credentials refuse encoders of other machines.
	RequireIngestAuth bool

	Language string        // BCP 47 tag; empty for that of the desktop
	Theme    string        // "dark", "light", "desktop"; empty when nothing was chosen
	Resume   string        // what happens to encoders that were on air at the last end: "ask", "always", "never"; empty is "ask" in the window
	Notify   bool          // tell of new alarms on the desktop
	Refresh  time.Duration // between two pictures of the window; 250 ms to 5 s
}

// SetupChange says what of a Setup to change; nil leaves a value. What is in Start counts from the
// next run on, everything else at once.
type SetupChange struct {
	Root, Listen, Admin, FFmpeg *string
	Language, Theme, Resume     *string
	Notify                      *bool
	Refresh                     *time.Duration
}

// Reload is what reading the settings again has come to, by the names of the settings file, and
// "certificate".
type Reload struct {
	Changed []string // what holds now
	Restart []string // what holds from the next start on
}

// What Refresh may be, and what it is when nobody has said.
const (
	LeastRefresh   = 250 * time.Millisecond
	MostRefresh    = 5 * time.Second
	DefaultRefresh = 500 * time.Millisecond
)
