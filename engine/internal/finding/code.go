package finding

// Codes of findings. They are part of the API: programs tell findings apart by them.
const (
	TimeNegative      = "time-negative"       // a track begins before zero
	TimeBackwards     = "time-backwards"      // times jump back within a connection
	TimeGap           = "time-gap"            // media is missing
	TimeOverlap       = "time-overlap"        // two encoders send a track with different clocks
	DuplicateDiffers  = "duplicate-differs"   // two encoders send other bytes for the same time
	GOPMisaligned     = "gop-misaligned"      // rungs are not cut at the same times
	GOPVariable       = "gop-variable"        // fragments of different lengths
	GOPLong           = "gop-long"            // fragments of more than 4 s
	NoKeyStart        = "no-key-start"        // fragments that do not begin with a key frame
	RateHigh          = "rate-high"           // more arrives than the nominal bitrate
	RateLow           = "rate-low"            // less arrives than the nominal bitrate
	RateZero          = "rate-zero"           // nothing arrives on one track
	SlowerThanLive    = "slower-than-live"    // media comes more slowly than it plays
	FasterThanLive    = "faster-than-live"    // media comes faster than it plays
	NameMismatch      = "name-mismatch"       // the stream_id names another number of bitrates
	HeaderChanged     = "header-changed"      // another header for a stream that is on air
	CodecUnsupported  = "codec-unsupported"   // media that cannot be delivered
	CodecSetupMissing = "codec-setup-missing" // the header lacks the decoder's configuration
	AudioMissing      = "audio-missing"       // pictures without sound
	AVOffset          = "av-offset"           // sound and pictures of one encoder end apart
	ClockDrift        = "clock-drift"         // the encoder's clock is not as fast as ours
	BoxOrder          = "box-order"           // a box where it must not be
	BoxSize           = "box-size"            // a box of a size that cannot be, or cut off
	CloseUnclean      = "close-unclean"       // an encoder left without an end mark
	RefusedAuth       = "refused-auth"        // turned away: no or wrong credentials
	RefusedState      = "refused-state"       // turned away: the point takes nothing now
	RefusedLimit      = "refused-limit"       // turned away: over a limit
	RefusedName       = "refused-name"        // turned away: the URL makes no sense
	LimitNear         = "limit-near"          // at 85 % of a limit

	SourceLost         = "source-lost"         // no encoder is sending
	NoFragment         = "no-fragment"         // an encoder is connected and has sent no fragment
	FragmentLate       = "fragment-late"       // a fragment came after later ones
	ClockRestarted     = "clock-restarted"     // an encoder came back with a clock that began again
	ClockOwn           = "clock-of-its-own"    // a rung joined with another clock
	ManifestUnreadable = "manifest-unreadable" // the encoder's server manifest
	StreamMalformed    = "stream-malformed"    // any other content that breaks the format
)

// Codes are all codes, in the order of their declaration.
func Codes() []string {
	return []string{
		TimeNegative, TimeBackwards, TimeGap, TimeOverlap, DuplicateDiffers, GOPMisaligned, GOPVariable, GOPLong, NoKeyStart,
		RateHigh, RateLow, RateZero, SlowerThanLive, FasterThanLive, NameMismatch, HeaderChanged, CodecUnsupported, CodecSetupMissing,
		AudioMissing, AVOffset, ClockDrift, BoxOrder, BoxSize, CloseUnclean, RefusedAuth, RefusedState, RefusedLimit, RefusedName, LimitNear,
		SourceLost, NoFragment, FragmentLate, ClockRestarted, ClockOwn, ManifestUnreadable, StreamMalformed,
	}
}
