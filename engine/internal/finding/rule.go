package finding

import (
	"time"

	"pubpoint/engine"
)

// Rule says how a kind of finding is told, and when it comes and goes.
type Rule struct {
	Severity engine.Severity
	Action   string // one sentence: what to do
	Option   string // ffmpeg option that does it, to copy; may be empty
	// Sightings is how many times it must be seen before it is told, without the opposite in
	// between; 0 means at once.
	Sightings int
	// Calm is how many times in a row the opposite must be seen until it goes; 0 when nothing
	// tells.
	Calm int
	// Lasts is for how long it stays after it was last seen; 0 means as long as the event.
	Lasts time.Duration
	// OffAir tells that it also holds while no event is on air: it is about who was turned away.
	OffAir bool
}

// Options that several rules name.
const (
	optionGOP       = "-g 50 -keyint_min 50 -sc_threshold 0"
	optionKeyFrames = "-force_key_frames expr:gte(t,n_forced*2) -sc_threshold 0"
	optionFragments = "-f ismv -movflags isml+frag_keyframe"
	optionWallClock = "-use_wallclock_as_timestamps 1 -copyts"
	optionSetup     = "-flags +global_header"
	optionResample  = "-af aresample=async=1"
)

// RuleOf is the rule of a code; a plain warning for a code that is not known.
func RuleOf(code string) Rule {
	for _, rules := range [...]func(string) (Rule, bool){timeRule, pictureRule, rateRule, soundRule, headerRule, refusalRule} {
		if r, ok := rules(code); ok {
			return r
		}
	}
	return Rule{Severity: engine.Warning}
}

// timeRule has the rules of times and clocks.
func timeRule(code string) (Rule, bool) {
	switch code {
	case TimeNegative:
		return Rule{Severity: engine.Info, Lasts: time.Minute, Action: "Nothing has to be done: what lies before zero is kept and not published."}, true
	case TimeBackwards:
		return Rule{Severity: engine.Failure, Lasts: time.Minute, Option: optionWallClock,
			Action: "Start the encoder again: a new connection may begin with another time, and goes on as on_reconnect says."}, true
	case TimeGap:
		return Rule{Severity: engine.Warning, Lasts: time.Minute,
			Action: "Check the network and the load of the encoder; a second encoder of the same stream would have filled it."}, true
	case TimeOverlap:
		return Rule{Severity: engine.Failure, Lasts: time.Minute, OffAir: true, Option: optionWallClock,
			Action: "Lock both encoders to the wall clock, or give them different stream ids."}, true
	case FragmentLate:
		return Rule{Severity: engine.Warning, Lasts: time.Minute,
			Action: "Send the fragments of a track in order on one connection, or let a second encoder send the same stream."}, true
	case ClockRestarted:
		return Rule{Severity: engine.Warning, Lasts: time.Minute, Option: optionWallClock,
			Action: "Lock the encoder's clock to the wall clock, so that it goes on where it was."}, true
	case ClockOwn:
		return Rule{Severity: engine.Warning, Lasts: 10 * time.Minute, Option: optionWallClock, Action: "Start all rungs together, or lock them to one clock."}, true
	case ClockDrift:
		return Rule{Severity: engine.Warning, Calm: 3, Option: optionResample,
			Action: "Set both machines by the same time server, and let the encoder follow its own clock."}, true
	}
	return Rule{}, false
}

// pictureRule has the rules of how video is cut.
func pictureRule(code string) (Rule, bool) {
	switch code {
	case GOPMisaligned:
		return Rule{Severity: engine.Warning, Calm: 5, Option: optionKeyFrames,
			Action: "Give all rungs the same GOP, frame rate and B-frames, without key frames at scene cuts, and one clock."}, true
	case GOPVariable:
		return Rule{Severity: engine.Warning, Sightings: 2, Calm: 2, Option: optionGOP,
			Action: "Set a fixed distance of key frames, two seconds of pictures (50 at 25 pictures a second), without key frames at scene cuts."}, true
	case GOPLong:
		return Rule{Severity: engine.Warning, Sightings: 2, Calm: 3, Option: optionGOP,
			Action: "Set a key frame every two seconds of pictures (50 at 25 pictures a second): viewers are as far behind as fragments are long."}, true
	case NoKeyStart:
		return Rule{Severity: engine.Warning, Calm: 3, Option: "-movflags isml+frag_keyframe",
			Action: "Let every fragment begin with a key frame: no -frag_duration with video, closed groups of pictures, and the same GOP and B-frames on all rungs."}, true
	case DuplicateDiffers:
		return Rule{Severity: engine.Warning, Calm: 10, Lasts: time.Minute, Option: "-flags +bitexact -threads 1",
			Action: "Give both encoders the same input, settings and clock, or give them different stream ids; the first copy of a fragment is kept."}, true
	}
	return Rule{}, false
}

// rateRule has the rules of bitrates and speed.
func rateRule(code string) (Rule, bool) {
	switch code {
	case RateHigh:
		return Rule{Severity: engine.Warning, Sightings: 3, Calm: 3, Action: "Bound the encoder's bitrate, or name the real one in stream_id: players choose by it."}, true
	case RateLow:
		return Rule{Severity: engine.Warning, Sightings: 3, Calm: 3, Action: "Check the uplink, and whether the encoder's processor keeps up (its speed is below 1x)."}, true
	case RateZero:
		return Rule{Severity: engine.Warning, Action: "Look whether the encoder still sends this track; the others go on without it."}, true
	case SlowerThanLive:
		return Rule{Severity: engine.Warning, Sightings: 3, Calm: 3, Option: "-preset veryfast",
			Action: "Choose a faster preset or fewer rungs if the processor is busy; else check the uplink."}, true
	case FasterThanLive:
		return Rule{Severity: engine.Warning, Sightings: 3, Calm: 3, Option: "-re", Action: "Let the encoder read its file in real time; -re stands in front of -i."}, true
	}
	return Rule{}, false
}

// soundRule has the rules of what should be there.
func soundRule(code string) (Rule, bool) {
	switch code {
	case AudioMissing:
		return Rule{Severity: engine.Info, Option: "-map 0:a:0 -c:a aac", Action: "If there should be sound, let one encoder send it; some players expect it."}, true
	case AVOffset:
		return Rule{Severity: engine.Warning, Sightings: 3, Calm: 3, Option: optionResample, Action: "Take sound and pictures from one clock, and fill what the input leaves out."}, true
	case SourceLost:
		return Rule{Severity: engine.Failure, Action: "Look whether the encoder runs and reaches this machine."}, true
	case NoFragment:
		return Rule{Severity: engine.Warning, Action: "Look whether the encoder hangs; it must send ftyp and moov at once."}, true
	case CloseUnclean:
		return Rule{Severity: engine.Info, Lasts: time.Minute, Action: "Nothing is lost if it comes back; end an encoder in order (q in ffmpeg) to end its stream."}, true
	}
	return Rule{}, false
}

// headerRule has the rules of headers, boxes and names.
func headerRule(code string) (Rule, bool) {
	const lasts = time.Minute
	switch code {
	case NameMismatch:
		return Rule{Severity: engine.Warning, Action: "Name one bitrate for each audio and video track, in their order, as in oceans-400k-64k."}, true
	case ManifestUnreadable:
		return Rule{Severity: engine.Warning, Action: "Nothing is lost: names and bitrates are taken from the header. Update the encoder, or leave out its manifest."}, true
	case HeaderChanged:
		return Rule{Severity: engine.Failure, Lasts: lasts, OffAir: true, Action: "Use another stream_id, or end the event first: a header holds for the whole event."}, true
	case CodecUnsupported:
		return Rule{Severity: engine.Failure, Lasts: lasts, OffAir: true, Option: "-c:v libx264 -pix_fmt yuv420p -c:a aac", Action: "Encode with H.264 or HEVC and AAC, AC-3 or E-AC-3."}, true
	case CodecSetupMissing:
		return Rule{Severity: engine.Failure, Lasts: lasts, OffAir: true, Option: optionSetup, Action: "Let the encoder put its parameter sets into the header."}, true
	case BoxOrder:
		return Rule{Severity: engine.Failure, Lasts: lasts, OffAir: true, Option: optionFragments, Action: "Send ftyp and moov first, on every connection, then each moof with its mdat."}, true
	case BoxSize:
		return Rule{Severity: engine.Failure, Lasts: lasts, OffAir: true, Option: optionFragments, Action: "Send fragmented MP4 in which every box states its size, with a key frame every two seconds."}, true
	case StreamMalformed:
		return Rule{Severity: engine.Failure, Lasts: lasts, OffAir: true, Option: optionFragments, Action: "Send fragmented MP4 as an encoder makes it."}, true
	case LimitNear:
		return Rule{Severity: engine.Warning, Lasts: lasts, Option: optionGOP, Action: "Make fragments shorter, or the bitrate smaller, before the encoder is refused."}, true
	}
	return Rule{}, false
}

// refusalRule has the rules of encoders that were turned away.
func refusalRule(code string) (Rule, bool) {
	r := Rule{Severity: engine.Warning, Lasts: time.Minute, OffAir: true}
	switch code {
	case RefusedAuth:
		r.Action = "Give the encoder a name and password, or a token, of this publishing point, or add its address to allow_from."
	case RefusedState:
		r.Action = "Start the publishing point, or end the encoder."
	case RefusedLimit:
		r.Action = "Make fragments shorter, or send fewer streams at once."
	case RefusedName:
		r.Action = "Post to NAME.isml/NAME.ism?stream_id=NAME-400k-64k.ismv or NAME.isml/Streams(NAME-400k-64k)."
	default:
		return Rule{}, false
	}
	return r, true
}
