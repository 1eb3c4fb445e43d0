package encoder

import (
	"fmt"
	"slices"
	"strings"
)

// customOptions are the options with a value that own arguments may have: how an input is opened and
// paced, what is mapped, filtered and encoded, and how it is fragmented. None of them names a file or
// an address; those with -i and in filters are looked at on their own.
func customOptions() []string {
	return strings.Fields(`
i f ss sseof t to stream_loop itsoffset itsscale readrate readrate_initial_burst isync loop start_number pattern_type thread_queue_size
c codec vcodec acodec scodec dcodec b ab vb r fpsmax s aspect pix_fmt ac ar sample_fmt channel_layout ch_layout guess_layout_max vol apad
map map_metadata map_chapters map_channel metadata disposition vf af filter filter_complex lavfi filter_threads filter_complex_threads filter_hw_device bsf vbsf absf
vsync fps_mode async g keyint_min bf refs b_strategy sc_threshold profile level preset tune crf qp q qscale qmin qmax qdiff qcomp maxrate minrate bufsize
force_key_frames flags flags2 fflags avoid_negative_ts max_delay max_muxing_queue_size muxing_queue_data_threshold muxdelay muxpreload max_interleave_delta
threads thread_type slices analyzeduration probesize fpsprobesize framerate video_size pixel_format input_format channels sample_rate channel
frag_duration min_frag_duration frag_size frag_interleave movflags write_tmcd write_prft use_editlist brand video_track_timescale movie_timescale output_ts_offset
copytb timecode use_wallclock_as_timestamps timestamps ts standard rtbufsize audio_buffer_size audio_device_number video_device_number
audio_device_index video_device_index capture_cursor capture_mouse_clicks draw_mouse grab_x grab_y follow_mouse show_region region_border window_id offset_x offset_y
video_pin_name audio_pin_name crossbar_video_input_pin_number crossbar_audio_input_pin_number sample_size
format_code raw_format video_input audio_input audio_depth duplex_mode queue_size draw_bars enable_klv timing_offset teletext_lines wait_for_tc
hwaccel hwaccel_device hwaccel_output_format hwaccel_flags init_hw_device qsv_device vaapi_device extra_hw_frames
x264-params x264opts x265-params svtav1-params aq-mode aq-strength psy psy-rd rc-lookahead weightp weightb intra-refresh nal-hrd forced-idr coder me_method me_range subq trellis
mbtree b-pyramid b-bias mixed-refs 8x8dct fast-pskip deblock partitions direct-pred slice-max-size a53cc udu_sei
gpu rc cq cbr spatial_aq spatial-aq temporal_aq temporal-aq no-scenecut strict_gop b_ref_mode multipass surfaces delay zerolatency nonref_p b_adapt bluray-compat tier
rc_mode low_power idr_interval quality compression_level async_depth look_ahead look_ahead_depth global_quality usage realtime allow_sw
aac_coder aac_pns aac_tns aac_ms aac_is cutoff afterburner eld_sbr signaling vbr frame_duration application
color_primaries color_trc colorspace color_range chroma_sample_location field_order top dts_delta_threshold dts_error_threshold frame_drop_threshold
enc_time_base time_base bits_per_raw_sample strict err_detect ec skip_frame skip_loop_filter skip_idct discard max_error_rate tag vtag atag
display_rotation autorotate autoscale apply_cropping reinit_filter timelimit frames vframes aframes
listen timeout stimeout rw_timeout listen_timeout connect_timeout reconnect reconnect_at_eof reconnect_streamed reconnect_on_network_error reconnect_on_http_error reconnect_delay_max
user_agent headers referer cookies seekable multiple_requests tls_verify verifyhost mode latency rcvlatency peerlatency passphrase pbkeylen streamid srt_streamid pkt_size tlpktdrop
payload_size maxbw inputbw oheadbw transtype linger snddropdelay ffs recv_buffer_size rtsp_transport rtsp_flags allowed_media_types min_port max_port reorder_queue_size initial_timeout
buffer_size fifo_size overrun_nonfatal localaddr localport reuse sources block broadcast ttl dscp rtmp_live rtmp_buffer rtmp_app rtmp_playpath rtmp_conn rtmp_flashver rtmp_pageurl rtmp_swfurl rtmp_tcurl
live_start_index m3u8_hold_counters max_reload http_persistent http_multiple http_seekable seg_max_retry prefer_x_start
scan_all_pmts resync_size merge_pmt_versions fix_teletext_pts ignore_editlist advanced_editlist scte35
`)
}

// customInputs are the formats by which own arguments may read. What makes a picture of any bytes, or
// reads a list of other files, is not among them.
func customInputs() []string {
	return append(customDevices(), strings.Fields("mov mp4 m4a 3gp ismv matroska webm mpegts mpeg mpegvideo flv live_flv kux avi asf nut mxf gxf "+
		"h264 hevc av1 aac ac3 eac3 mp3 wav flac ogg caf aiff image2 image2pipe png_pipe jpeg_pipe mjpeg gif hls dash rtsp")...)
}

// customDevices are the formats whose input is a device or a filter, and no file or address.
func customDevices() []string {
	return strings.Fields("lavfi v4l2 video4linux2 alsa pulse x11grab dshow gdigrab avfoundation decklink fbdev kmsgrab")
}

// customFilters are the filters that own arguments may have; none of them opens a file or a connection.
func customFilters() []string {
	return strings.Fields(`
testsrc testsrc2 smptebars smptehdbars rgbtestsrc yuvtestsrc pal75bars pal100bars allrgb allyuv color mandelbrot gradients nullsrc sine anullsrc aevalsrc anoisesrc
null anull copy acopy scale scale2ref pad crop fps framerate setsar setdar format noformat yadif bwdif w3fdif kerndeint estdif overlay drawtext drawbox drawgrid split asplit
setpts asetpts settb asettb trim atrim loop aloop concat interleave ainterleave select aselect tpad fifo afifo realtime arealtime
aresample aformat volume loudnorm dynaudnorm amix amerge pan channelmap channelsplit join acompressor alimiter agate compand adelay apad atempo asetrate asetnsamples
highpass lowpass bandpass bandreject equalizer superequalizer firequalizer bass treble afade acrossfade afftdn anlmdn aecho stereotools stereowiden crossfeed silencedetect
hflip vflip transpose rotate zoompan fade xfade hstack vstack xstack blend alphamerge alphaextract colorkey chromakey eq hue unsharp boxblur gblur avgblur smartblur delogo hqdn3d nlmeans
deband deblock tonemap zscale colorspace colormatrix colorbalance colorchannelmixer colorlevels interlace tinterlace fieldorder setfield setparams idet telecine pullup fieldmatch decimate mpdecimate
showwaves showspectrum showvolume showcqt avectorscope vectorscope waveform histogram ebur128 astats volumedetect cropdetect showinfo ashowinfo
hwupload hwdownload hwmap hwupload_cuda scale_vaapi scale_cuda scale_npp scale_qsv scale_vulkan deinterlace_vaapi deinterlace_qsv yadif_cuda bwdif_cuda vpp_qsv tonemap_vaapi overlay_vaapi overlay_cuda overlay_qsv
transpose_vaapi transpose_npp procamp_vaapi denoise_vaapi sharpness_vaapi sws_flags
`)
}

// validateFilters refuses filters that are not known to leave files and connections alone.
func validateFilters(graph string) error {
	for _, f := range filtersOf(graph) {
		name, args, _ := strings.Cut(f, "=")
		name, _, _ = strings.Cut(strings.TrimSpace(name), "@")
		if name == "" {
			continue
		}
		if !slices.Contains(customFilters(), name) {
			return fmt.Errorf("the filter %q is not among those that encoders may use, because it may read or write files: take it out", name)
		}
		if name == "drawtext" && !namedAlone(args) {
			return fmt.Errorf("drawtext may not read a file: write its options by name, and the text with text=")
		}
	}
	return nil
}

// namedAlone reports whether the options of a filter are given by name, none of them a file of text.
func namedAlone(args string) bool {
	for _, a := range cut(args, ":") {
		name, _, named := strings.Cut(a, "=")
		if name = strings.ToLower(strings.TrimSpace(name)); !named || strings.ContainsAny(name, `\'`) || name == "textfile" {
			return false
		}
	}
	return true
}

// filtersOf takes a filter graph apart into its filters, without labels.
func filtersOf(graph string) []string {
	var all []string
	for _, part := range cut(graph, ",;") {
		part = strings.TrimSpace(part)
		for strings.HasPrefix(part, "[") {
			_, rest, found := strings.Cut(part, "]")
			if !found {
				break
			}
			part = strings.TrimSpace(rest)
		}
		all = append(all, cut(part, "[")[0])
	}
	return all
}

// cut splits text at separators that are neither quoted nor escaped.
func cut(text, separators string) []string {
	var parts []string
	quoted, escaped, from := false, false, 0
	for i, c := range text {
		switch {
		case escaped:
			escaped = false
		case c == '\'':
			quoted = !quoted
		case quoted:
		case c == '\\':
			escaped = true
		case strings.ContainsRune(separators, c):
			parts, from = append(parts, text[from:i]), i+1
		}
	}
	return append(parts, text[from:])
}

// validateTuning refuses what makes an encoder library read or write files of its own.
func validateTuning(name, value string) error {
	for _, pair := range strings.Split(value, ":") {
		key, _, _ := strings.Cut(pair, "=")
		switch key = strings.ToLower(strings.TrimSpace(strings.ReplaceAll(key, "_", "-"))); {
		case slices.Contains([]string{"stats", "pass", "dump-yuv", "qpfile", "cqmfile", "csv", "recon", "zonefile", "scaling-list", "lambda-file", "tcfile-in", "tcfile-out",
			"opencl-clbin", "multi-pass-opt-analysis", "dolby-vision-rpu", "dhdr10-info", "hdr10-opt-file", "fgs-table"}, key),
			strings.HasPrefix(key, "analysis-"), strings.Contains(key, "file"):
			return fmt.Errorf("%s may not have %s, which reads or writes a file: take it out", name, key)
		}
	}
	return nil
}

// guarded puts in front of every input of own arguments by which protocols it may be read.
func guarded(args []string) []string {
	var out []string
	format := ""
	for i := 0; i < len(args); i++ {
		if i+1 < len(args) {
			switch args[i] {
			case "-f":
				format = args[i+1]
			case "-i":
				if !slices.Contains(customDevices(), format) {
					out = append(out, "-protocol_whitelist", protocolsOf(args[i+1]))
				}
				format = ""
			}
		}
		out = append(out, args[i])
		if !slices.Contains(customSwitches(), optionName(args[i])) && i+1 < len(args) {
			i++ // its value, which may look like an option
			out = append(out, args[i])
		}
	}
	return out
}

// optionName is an option without its hyphen and the streams that it is for.
func optionName(arg string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(arg, "-"), ":")
	return name
}

// protocolsOf are the protocols that an input may be read by.
func protocolsOf(input string) string {
	if protocols := networkProtocols(scheme(input)); protocols != "" {
		return protocols
	}
	return "file"
}
