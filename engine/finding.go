package engine

import "time"

// Finding is something that is wrong with a stream, though it is on air: what a person
// should know and can mend. It stays while its cause lasts, and is counted when it comes again.
type Finding struct {
	Code     string   // short and stable, for programs: "name-mismatch"
	Severity Severity // how much it matters
	Stream   string   // stream id or name of a track's stream; empty when it concerns the point
	Bitrate  int      // nominal bit/s of the track of Stream that it concerns; 0 for all of it
	Text     string   // one sentence: what is wrong, with the measured value
	Action   string   // one sentence: what to do
	Option   string   // ffmpeg option that mends it, to copy; may be empty
	First    time.Time
	Last     time.Time
	Count    int64 // how often it was seen
}
