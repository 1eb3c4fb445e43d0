package encoderform

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/words"
)

// Field names a part of a Draft that can be wrong.
type Field string

// The fields. A rung's field is FieldRung and its number, counted from 0.
const (
	FieldID     Field = "id"
	FieldPoint  Field = "point"
	FieldPath   Field = "path"
	FieldDevice Field = "device"
	FieldScreen Field = "screen"
	FieldURL    Field = "url"
	FieldArgs   Field = "args"
	FieldRung   Field = "rung-"
	FieldAudio  Field = "audio"
	FieldFPS    Field = "fps"
	FieldGOP    Field = "gop"
)

// Problem is what is wrong with a field, in a sentence.
type Problem struct {
	Field   Field
	Text    string
	Missing bool // nothing has been filled in yet, which need not be said before it matters
}

// rungField is the field of the rung of that number.
func rungField(i int) Field { return FieldRung + Field(strconv.Itoa(i)) }

// The limits that the engine has.
const (
	leastSide, mostSide = 32, 7680
	leastKbit, mostKbit = 10, 100_000
	leastGOP, mostGOP   = 500 * time.Millisecond, 10 * time.Second
	mostFPS             = 120
	mostRungs           = 16
)

// Problems is all that is wrong with the draft, in the order of its fields.
func (d *Draft) Problems() []Problem {
	all := d.inputProblems()
	if d.ID != "" && !engine.ValidElement(strings.TrimSpace(d.ID)) {
		all = append(all, Problem{FieldID, words.T(textBadID), false})
	}
	if d.Point == "" {
		all = append(all, Problem{FieldPoint, words.T(textNoPoint), true})
	}
	return append(all, d.outputProblems()...)
}

// InputProblem is the first thing that is wrong with what the draft reads; false when nothing is.
func (d *Draft) InputProblem() (Problem, bool) {
	all := d.inputProblems()
	if len(all) == 0 {
		return Problem{}, false
	}
	return all[0], true
}

func (d *Draft) inputProblems() []Problem {
	one := func(f Field, text string, missing bool) []Problem { return []Problem{{f, words.T(text), missing}} }
	switch d.Kind {
	case engine.InputFile:
		if strings.TrimSpace(d.Path) == "" {
			return one(FieldPath, textNoPath, true)
		}
	case engine.InputDevice:
		if d.Camera == "" && d.Microphone == "" {
			return one(FieldDevice, textNoDevice, true)
		}
	case engine.InputScreen:
		if d.Screen == "" {
			return one(FieldScreen, textNoScreen, true)
		}
	case engine.InputNetwork:
		if text, missing := urlProblem(d.URL); text != "" {
			return one(FieldURL, text, missing)
		}
	case engine.InputCustom:
		if len(argsOf(d.Args)) == 0 {
			return one(FieldArgs, textNoArgs, true)
		}
	}
	return nil
}

// schemes are the protocols that an encoder reads, and whether it can wait for a caller with them.
func schemes() map[string]bool {
	return map[string]bool{"srt": true, "rtmp": true, "http": true, "https": false, "rtmps": false, "rtsp": false, "rtsps": false, "udp": true, "rtp": true}
}

// schemeOf is the protocol of an address, in small letters.
func schemeOf(raw string) string {
	s, _, _ := strings.Cut(strings.TrimSpace(raw), ":")
	return strings.ToLower(s)
}

// canListen reports whether an encoder can wait for a caller at that address.
func canListen(raw string) bool { return schemes()[schemeOf(raw)] }

// alwaysListens reports whether nobody is called at that address: packets just come.
func alwaysListens(raw string) bool { return schemeOf(raw) == "udp" || schemeOf(raw) == "rtp" }

func urlProblem(raw string) (text string, missing bool) {
	raw = strings.TrimSpace(raw)
	if raw == "" {
		return textNoURL, true
	}
	u, err := url.Parse(raw)
	if err != nil || u.Scheme == "" {
		return textBadURL, false
	}
	if _, known := schemes()[strings.ToLower(u.Scheme)]; !known {
		return textBadScheme, false
	}
	if u.Host == "" {
		return textNoHost, false
	}
	if s := schemeOf(raw); u.Port() == "" && (s == "srt" || s == "udp" || s == "rtp") {
		return textNoPort, false
	}
	return "", false
}

func (d *Draft) outputProblems() []Problem {
	var all []Problem
	add := func(f Field, text string) { all = append(all, Problem{f, text, false}) }
	if !d.seen() && !d.heard() {
		add(FieldAudio, words.T(textNothing))
	}
	if !d.seen() {
		return all
	}
	for i := range d.Rungs {
		if text := d.rungProblem(i); text != "" {
			add(rungField(i), text)
		}
	}
	if d.Video == VideoCopy {
		return all // frames come as they are
	}
	fps := number(d.FPS)
	if fps < 1 || fps > mostFPS {
		add(FieldFPS, words.T(textBadFPS))
	}
	switch gop := seconds(d.GOP); {
	case gop < leastGOP || gop > mostGOP:
		add(FieldGOP, words.T(textBadGOP))
	case fps > 0 && gop*time.Duration(fps)%time.Second != 0:
		add(FieldGOP, textUnevenGOP(fps))
	}
	return all
}

func (d *Draft) rungProblem(i int) string {
	r := d.Rungs[i]
	side := func(s string) bool { n := number(s); return n >= leastSide && n <= mostSide && n%2 == 0 }
	kbit := number(r.Kbit)
	switch {
	case !side(r.Width) || !side(r.Height):
		return words.T(textBadSide)
	case kbit < leastKbit || kbit > mostKbit:
		return words.T(textBadKbit)
	case slices.ContainsFunc(d.Rungs[:i], func(o RungText) bool { return number(o.Kbit) == kbit }):
		return words.T(textSameKbit)
	}
	return ""
}
