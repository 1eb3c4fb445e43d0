package sender

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

// TTML is a document with one caption that is shown from the beginning of its fragment for
// so long.
func TTML(text string, shown time.Duration) []byte {
	var b strings.Builder
	// A strings.Builder takes everything.
	_ = xml.EscapeText(&b, []byte(text))
	return fmt.Appendf(nil, `<?xml version="1.0" encoding="utf-8"?><tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"><body><div>`+
		`<p begin="00:00:00.000" end="%s">%s</p></div></body></tt>`, clock(shown), b.String())
}

// WebVTT is a sample with one cue, as ISO/IEC 14496-30 has it; an empty text is the sample
// that says that nothing is shown.
func WebVTT(text string) []byte {
	if text == "" {
		return box("vtte")
	}
	return box("vttc", box("payl", []byte(text)))
}

func clock(d time.Duration) string {
	return fmt.Sprintf("%02d:%02d:%02d.%03d", d/time.Hour, d/time.Minute%60, d/time.Second%60, d/time.Millisecond%1000)
}
