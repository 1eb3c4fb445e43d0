package finding

import (
	"fmt"
	"time"

	"pubpoint/engine"
)

// Label names a track in a sentence: "Video 1500k", or "Video" as long as its bitrate is not
// known.
func Label(stream string, bitrate int) string {
	if stream == "" {
		stream = "track"
	}
	name := []byte(stream)
	if name[0] >= 'a' && name[0] <= 'z' {
		name[0] -= 'a' - 'A'
	}
	if bitrate <= 0 {
		return string(name)
	}
	return fmt.Sprintf("%s %s", name, kilobits(float64(bitrate)))
}

// kilobits is a bitrate as people name rungs.
func kilobits(rate float64) string { return fmt.Sprintf("%.0fk", rate/1000) }

// Seconds is a time as people say it, with as many digits as matter.
func Seconds(d time.Duration) string {
	if d < time.Second && d > -time.Second {
		return fmt.Sprintf("%d ms", d.Round(time.Millisecond).Milliseconds())
	}
	return fmt.Sprintf("%.2f s", d.Seconds())
}

func about(s *Subject, code, text string) Case {
	return Case{Code: code, Stream: s.Stream, Bitrate: s.Bitrate, Text: text}
}

// BeforeZero is a track that begins before time zero.
func BeforeZero(s *Subject, by time.Duration) Case {
	why := ""
	if s.Type == engine.Audio {
		why = " (encoder priming)"
	}
	return about(s, TimeNegative, fmt.Sprintf("%s starts %s before zero%s.", s.Label(), Seconds(by), why))
}

// JumpedBack is a track whose times went back within a connection.
func JumpedBack(s *Subject, by time.Duration) Case {
	return about(s, TimeBackwards, fmt.Sprintf("%s jumped back by %s inside its connection, so what it sends is left out.", s.Label(), Seconds(by)))
}

// Missing is a track of which media is missing in front of a fragment.
func Missing(s *Subject, missing time.Duration) Case {
	return about(s, TimeGap, fmt.Sprintf("%s of %s never arrived.", Seconds(missing), s.Label()))
}

// Late is a track of which a fragment came after later ones.
func Late(stream string, s *Subject) Case {
	return Case{Code: FragmentLate, Stream: stream, Text: "A fragment of " + s.Label() + " came after later ones and could not be taken."}
}

// JoinedApart is a rung that joined an event with another clock and was moved.
func JoinedApart(stream string, by time.Duration) Case {
	return Case{Code: ClockOwn, Stream: stream, Text: "Stream " + stream + " joined with a clock of its own; what it sends was moved by " + Seconds(by) + " to the live edge."}
}

// Restarted is an encoder that came back with a clock that began again, and was moved.
func Restarted(stream string, by time.Duration) Case {
	return Case{Code: ClockRestarted, Stream: stream, Text: "The clock of " + stream + " began again, " + Seconds(by) +
		" back; what it sends was moved to the end of the timeline."}
}

// wallClock is a time that can only be a wall clock's: the year 2001.
const wallClock = 1_000_000_000 * time.Second

// Differs is a stream that two encoders send with other bytes for the same time.
func Differs(stream, label string, at time.Duration) Case {
	when := fmt.Sprintf("%.1f s", at.Seconds())
	if at > wallClock { // such an encoder counts from 1970
		when = time.Unix(0, int64(at)).UTC().Format("15:04:05 UTC")
	}
	return Case{Code: DuplicateDiffers, Stream: stream, Text: fmt.Sprintf("Two encoders, or one that was started again, send different media of %s for the same time (%s at %s): "+
		"the backup is not interchangeable.", stream, label, when)}
}

// Misaligned is a rung that is not cut where another one is.
func Misaligned(s, other *Subject, apart time.Duration) Case {
	this, that, when := s.Label(), other.Label(), "after"
	if s.Height > 0 && other.Height > 0 && s.Height != other.Height {
		this, that = fmt.Sprintf("%dp", s.Height), fmt.Sprintf("%dp", other.Height)
	}
	if apart < 0 {
		when, apart = "before", -apart
	}
	return Case{Code: GOPMisaligned, Stream: s.Stream, Text: fmt.Sprintf("%s cuts %s %s %s; players will glitch when they switch.",
		this, Seconds(apart), when, that)}
}

// GOPSpread is a track whose fragments are not of one length.
func GOPSpread(s *Subject, shortest, longest time.Duration) Case {
	return about(s, GOPVariable, fmt.Sprintf("%s has fragments of %.2f to %.2f s, and they should be of one length.", s.Label(), shortest.Seconds(), longest.Seconds()))
}

// GOPTooLong is a track with a fragment of more than four seconds.
func GOPTooLong(s *Subject, length time.Duration) Case {
	return about(s, GOPLong, fmt.Sprintf("%s has fragments of %.2f s; more than 4 s keep viewers far behind, and 2 s are usual.", s.Label(), length.Seconds()))
}

// NoKeyFrame is a track with a fragment inside a group of pictures.
func NoKeyFrame(s *Subject) Case {
	return about(s, NoKeyStart, "Fragments of "+s.Label()+" begin inside a group of pictures; players cannot join or switch here.")
}

// BeganInside is an encoder whose first fragments are left out, because they do not begin with a
// key frame.
func BeganInside(s *Subject) Case {
	c := about(s, NoKeyStart, "The encoder of "+s.Label()+" began inside a group of pictures, so its first fragments are left out: players cannot join here.")
	c.Action = "Wait for the next key frame; fragments must begin with one."
	return c
}

// TooMuch is a track of which more arrives than its encoder promised.
func TooMuch(s *Subject, rate float64, over time.Duration) Case {
	c := about(s, RateHigh, fmt.Sprintf("%s: nominal %.0f, arriving %.0f kbit/s (mean of %.0f s).", Label(s.Stream, 0), float64(s.Nominal)/1000, rate/1000, over.Seconds()))
	if s.Type == engine.Video {
		c.Option = fmt.Sprintf("-maxrate %s -bufsize %s", kilobits(float64(s.Nominal)), kilobits(2*float64(s.Nominal)))
	}
	return c
}

// TooLittle is a track of which less arrives than its encoder promised. When media comes as fast
// as it plays, its encoder just needs no more for these pictures, which is nothing to mend.
func TooLittle(s *Subject, rate float64, over time.Duration, behind bool) Case {
	c := about(s, RateLow, fmt.Sprintf("%s: nominal %.0f, arriving %.0f kbit/s (mean of %.0f s).", Label(s.Stream, 0), float64(s.Nominal)/1000, rate/1000, over.Seconds()))
	if !behind {
		c.Severity = engine.Info
		c.Action = "Nothing is missing: the encoder needs no more for what it is given. If it should, look at its input and its bitrate."
	}
	return c
}

// Slow is a track that comes more slowly than it plays.
func Slow(s *Subject, speed float64) Case {
	return about(s, SlowerThanLive, fmt.Sprintf("The encoder of %s is at %.2fx, and needs 1x: viewers will wait for it again and again.", s.Label(), speed))
}

// Fast is a track that comes faster than it plays.
func Fast(s *Subject, speed float64) Case {
	return about(s, FasterThanLive, fmt.Sprintf("The source of %s is read faster than real time, at %.2fx.", s.Label(), speed))
}

// Drift is an encoder whose clock is not as fast as ours.
func Drift(s *Subject, ppm float64, by time.Duration) Case {
	how := "slow"
	if ppm < 0 {
		how, ppm, by = "fast", -ppm, -by
	}
	return about(s, ClockDrift, fmt.Sprintf("The clock of the encoder of %s is %.0f ppm %s: %s in ten minutes.", s.Label(), ppm, how, Seconds(by)))
}

// Offset is an encoder whose sound does not end where its pictures do.
func Offset(sound, pictures *Subject, behind time.Duration) Case {
	how := "behind"
	if behind < 0 {
		how, behind = "ahead of", -behind
	}
	return about(sound, AVOffset, fmt.Sprintf("%s is %s %s %s, and 100 ms are usual at most.", sound.Label(), Seconds(behind), how, pictures.Label()))
}

// Unclean is an encoder that left without an end mark.
func Unclean(stream, remote, ending string) Case {
	return Case{Code: CloseUnclean, Stream: stream, Text: "The encoder of " + stream + " at " + remote + " left without an end mark (" + ending + ")."}
}
