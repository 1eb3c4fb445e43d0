package encoder

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Own arguments are ffmpeg's, without a shell. Whoever may write them runs ffmpeg with the
// rights of this program, so the rules below are no prison: they keep an encoder to its
// purpose, which is to read something and post it to one publishing point. Options, filters and
// input formats are those of a list, and none of them opens files or connections besides the input;
// refused are a second output, an input by a protocol that [validateURL] does not know either, and
// an output format that the engine does not take in.

// customSwitches are ffmpeg's options that take no value, from version 4.4 to 8. All others do, so
// that what remains without an option is an output.
func customSwitches() []string {
	return strings.Fields("accurate_seek an auto_conversion_filters benchmark benchmark_all bitexact copy_unknown copyinkf copyts " +
		"debug_ts dn dump find_stream_info fix_sub_duration fix_sub_duration_heartbeat force_fps hex hide_banner ignore_unknown n psnr " +
		"qphist re recast_media shortest sn start_at_zero stats stdin vn xerror " +
		"noaccurate_seek noauto_conversion_filters noautorotate noautoscale nobitexact nofind_stream_info norecast_media nostats nostdin")
}

// customRefused are options that have no place in an encoder, with the reason.
func customRefused(name string) string {
	name, _, _ = strings.Cut(name, ":") // "pass:v:0"
	switch name {
	case "y", "report", "vstats", "vstats_file", "passlogfile", "pass", "dump_attachment", "sdp_file", "print_graphs_file",
		"print_graphs", "stats_file", "stats_enc_pre", "stats_enc_post", "stats_mux_pre":
		return "writes files of its own"
	case "progress", "stats_period", "loglevel", "v":
		return "is how the encoder is watched, and set already"
	case "filter_script", "filter_complex_script", "attach", "fpre", "vpre", "apre", "spre", "pre":
		return "reads a script or attachment from a file"
	case "protocol_whitelist", "protocol_blacklist", "format_whitelist", "allowed_extensions", "safe", "allowed_segment_extensions":
		return "opens protocols that an encoder does not need"
	case "h", "help", "version", "formats", "codecs", "encoders", "decoders", "devices", "sources", "sinks":
		return "asks ffmpeg a question instead of encoding"
	}
	if strings.HasPrefix(name, "/") {
		return "reads its value from a file"
	}
	return ""
}

// customFormats are the output formats that the engine takes in.
func customFormats() []string { return []string{"ismv", "mp4"} }

// customWalk is one reading of own arguments.
type customWalk struct {
	inputs int
	format string // the newest -f since the last -i
}

// validateCustom refuses what does not belong into an encoder's arguments.
func validateCustom(args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("there are no arguments: write ffmpeg's, up to the address it posts to")
	}
	if len(args) > 1000 {
		return fmt.Errorf("%d arguments are too many: at most 1000", len(args))
	}
	var walk customWalk
	switches := customSwitches()
	for i := 0; i < len(args); i++ {
		name, isOption := strings.CutPrefix(args[i], "-")
		if !isOption || name == "" {
			return fmt.Errorf("%q would be a second output: leave the address that is posted to out, it is put behind the arguments", Mask(args[i]))
		}
		if why := customRefused(name); why != "" {
			return fmt.Errorf("the option -%s %s: take it out", name, why)
		}
		base := optionName(name)
		if slices.Contains(switches, base) {
			continue
		}
		if !slices.Contains(customOptions(), base) {
			return fmt.Errorf("the option -%s is not among those that encoders may use: take it out", name)
		}
		if i++; i == len(args) {
			return fmt.Errorf("the option -%s has no value: write it, or take the option out", name)
		}
		if err := walk.option(name, args[i]); err != nil {
			return err
		}
	}
	if walk.inputs == 0 {
		return fmt.Errorf("the arguments name no input: write -i and what to read")
	}
	if walk.format != "" && !slices.Contains(customFormats(), walk.format) {
		return fmt.Errorf("publishing points do not take in the format %q: take out its -f, or write one of %s", walk.format, strings.Join(customFormats(), ", "))
	}
	return nil
}

func (w *customWalk) option(name, value string) error {
	switch optionName(name) {
	case "f":
		w.format = value
	case "vf", "af", "filter", "filter_complex", "lavfi":
		return validateFilters(value)
	case "x264-params", "x264opts", "x265-params", "svtav1-params":
		return validateTuning(name, value)
	case "i":
		return w.input(value)
	}
	return nil
}

// input looks at what is read.
func (w *customWalk) input(value string) error {
	format := w.format
	w.inputs, w.format = w.inputs+1, ""
	switch {
	case format != "" && !slices.Contains(customInputs(), format):
		return fmt.Errorf("inputs are not read as %q: take out its -f, or choose a container or a device", format)
	case format == "lavfi":
		return validateFilters(value)
	case format == "alsa":
		return validateSound("alsa:"+value, "linux")
	case slices.Contains(customDevices(), format):
		return nil
	}
	protocol := regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]+)[:,]`).FindStringSubmatch(value)
	if value == "-" || protocol != nil && protocol[1] != "file" && networkProtocols(strings.ToLower(protocol[1])) == "" {
		return fmt.Errorf("the input %s is of a protocol that encoders do not read: choose a file or an address of rtmp, srt, rtsp, http or udp", Mask(value))
	}
	return validateHost(value)
}

// customFormat is the format that own arguments give their output; empty for none.
func customFormat(args []string) string {
	format := ""
	for i := 0; i+1 < len(args); i++ {
		switch args[i] {
		case "-f":
			format = args[i+1]
		case "-i":
			format = ""
		}
	}
	return format
}
