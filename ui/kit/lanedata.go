package kit

import (
	"image/color"
	"time"
)

// LaneMark is one piece of a lane: a bar as wide as it lasts, or several neighbours in one.
type LaneMark struct {
	From, To  int64   // Unix milliseconds
	Mean      float64 // height
	Low, High float64 // extremes of what is joined in it; the same as Mean when it is one
	Count     int     // how many are joined in it, 1 or more
	Gap       bool    // something is missing before it
	Jump      bool    // it does not follow on what was before it
	Weak      bool    // one that cannot be begun with
	Source    uint8   // whom it came from: the colour of the stripe under it
}

// Lane is one row: marks in order of time.
type Lane struct {
	Name    string
	Colour  color.NRGBA
	Level   float64 // the height that is expected; 0 for none
	Weight  float32 // share of the height; 0 counts as 1
	Aligned bool    // marks of aligned lanes should begin together: their beginnings are drawn as lines through the lane
	Sparse  bool    // holes between its marks are in its nature
	Until   int64   // something is missing from its last mark up to here, Unix milliseconds; 0 when not
	Marks   []LaneMark
}

// Flag is the shape and colour of a note.
type Flag uint8

// The flags.
const (
	FlagPin     Flag = iota // a pennant: somebody marked this
	FlagDiamond             // something was announced
	FlagWarn                // a triangle
	FlagBad                 // a cross
	FlagInfo                // a disc
)

// LaneNote is a flag above the lanes.
type LaneNote struct {
	At, Until int64 // Unix milliseconds; Until may be At or less for a moment
	Flag      Flag
	Text      string
}

// LanesData is what Lanes shows. Slices are kept.
type LanesData struct {
	Lanes       []Lane
	Notes       []LaneNote
	First, Last int64 // extent of what there is at all, Unix milliseconds
	Now         int64 // where Live is: now, or the end of what is over
}

// Spot is what is under the pointer: indexes are -1 where there is nothing.
type Spot struct {
	At               int64 // Unix milliseconds
	Lane, Mark, Note int
}

// Fact is one line of the readout.
type Fact struct{ Name, Value string }

// LanesConfig is how Lanes draws and whom it tells. Functions may be nil.
type LanesConfig struct {
	Value                func(float64) string                 // writes a height in the gutter
	Tick                 func(float64) string                 // writes the top of a lane's scale
	Media                func(at int64) (time.Duration, bool) // second clock, under the lanes; nil leaves it out
	Length               func(time.Duration) string           // writes how long a selection is
	Tell                 func(Spot) []Fact                    // the readout
	Moved                func()                               // the operator has moved or zoomed
	Selected             func()                               // the operator has changed the selection
	Key                  func(rune)                           // letters that Lanes has no use for
	Escape               func()                               // Esc without a selection; nil gives the keyboard back
	Fault                func(error)                          // told once when it could not be drawn
	Empty                string                               // the sentence while there is nothing
	Least                time.Duration                        // the shortest span; 0 means ten seconds
	Most                 time.Duration                        // the longest; 0 means a day
	Location             *time.Location                       // of the upper clock; nil is the local one
	ClockName, MediaName string                               // what the two clocks are, beside them
}
