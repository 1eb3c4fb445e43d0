package encoder

import "time"

// State is what an encoder is doing. The zero value is "not known". Orders are in capitals:
//
//	Idle ──RUN──▶ Starting ──progress──▶ Running
//	                 │                      │
//	                 └──────────┬───────────┘
//	                            ├─ STOP, RESTART, hang ────▶ Stopping ─▶ Idle (STOP), Starting (RESTART), Waiting (hang)
//	                            ├─ died ───────────────────▶ Waiting ──▶ Starting (pause over, RUN), Idle (STOP)
//	                            ├─ died too often, refused ▶ Failed ───▶ Starting (RUN), Idle (STOP)
//	                            └─ not to be run again ────▶ Idle, and the order to run is taken back
//
// Whether an ffmpeg that ended by itself is run again is said by [Restart].
type State uint8

// The states of an encoder.
const (
	StateUnknown State = iota
	Idle               // no ffmpeg, and none wanted
	Starting           // ffmpeg runs and has not told of progress yet
	Running            // ffmpeg tells of progress
	Stopping           // ffmpeg was asked to end
	Waiting            // ffmpeg died; it is started again at Status.NextStart
	Failed             // ffmpeg died and is not started again without an order
)

// String is the state in one word.
func (s State) String() string {
	switch s {
	case Idle:
		return "idle"
	case Starting:
		return "starting"
	case Running:
		return "running"
	case Stopping:
		return "stopping"
	case Waiting:
		return "waiting"
	case Failed:
		return "failed"
	default:
		return "unknown"
	}
}

// Status is an encoder at one instant. It is a copy that its receiver may keep and change.
type Status struct {
	ID    string // of the spec
	Point string // publishing point that it sends to

	Ordered bool      // the order: it should run
	State   State     // what is
	Since   time.Time // when State began

	PID       int       // of the running ffmpeg; 0 without one
	Started   time.Time // when the newest ffmpeg was started; zero before the first
	Progress  Progress  // newest block of the newest ffmpeg
	Stalled   bool      // ffmpeg runs, but for Config.StallAfter it told of no progress and nothing arrived
	CPU       float64   // share of one core that ffmpeg takes; 0 when not known
	Memory    int64     // bytes that ffmpeg holds; 0 when not known
	Seen      time.Time // when the engine last saw this stream arrive; zero if never or unknown
	Restarts  int       // starts that nobody ordered, since the last order
	NextStart time.Time // Waiting: when ffmpeg is started again

	LastExit   string    // how the newest ffmpeg ended, in words; empty before the first end
	LastExitAt time.Time //
	Failed     bool      // it ended by itself, and not because its input did
	Failure    string    // Failed: one sentence with a next step

	URL     string   // where it sends to
	Args    []string // what runs, without the program, as started last; secrets are masked
	Command string   // the same with the program, for a POSIX shell
}
