package look

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Unknown is written where a number is not known.
const Unknown = "—"

// narrow is the narrow no-break space between groups of digits and before units that would break off otherwise.
const narrow = "\u202f"

// Bits writes a rate in bits per second with three significant digits: "812 kbit/s", "2.41 Mbit/s". Rates below
// one kilobit are written in bit/s. NaN and infinities are Unknown.
func Bits(bps float64) string {
	return scaled(bps, " ", [...]string{"bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"})
}

// BitsTick writes a rate for a chart's axis, as short as it goes: "0", "500k", "2.5M".
func BitsTick(bps float64) string {
	return strings.TrimSpace(tick(bps, [...]string{"", "k", "M", "G", "T"}))
}

// Bytes writes an amount of bytes in decimal units with three significant digits: "1.24 GB". NaN and infinities are
// Unknown.
func Bytes(n float64) string {
	return scaled(n, " ", [...]string{"B", "kB", "MB", "GB", "TB"})
}

// Count writes a whole number with its digits in groups: "31 208".
func Count(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if digits[0] == '-' {
		sign, digits = "−", digits[1:]
	}
	var b strings.Builder
	b.WriteString(sign)
	for i, d := range digits {
		// Four digits stand better without a gap.
		if i > 0 && len(digits) > 4 && (len(digits)-i)%3 == 0 {
			b.WriteString(narrow)
		}
		b.WriteRune(d)
	}
	return b.String()
}

// Clock writes how long something has been running: "0:00:07", "1:02:33", and beyond a day "2 d 01:02:33".
// Negative durations are written as zero.
func Clock(d time.Duration) string {
	s := int64(max(0, d) / time.Second)
	days, h, m, s := s/86400, s/3600%24, s/60%60, s%60
	if days > 0 {
		return fmt.Sprintf("%d d %02d:%02d:%02d", days, h, m, s)
	}
	return fmt.Sprintf("%d:%02d:%02d", h, m, s)
}

// Age writes how long ago something was, in its largest unit: "now" below a second, "4 s", "12 min", "3 h", "2 d".
// A negative duration, from clocks that disagree, is "now".
func Age(d time.Duration) string {
	switch {
	case d < time.Second:
		return "now"
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < 24*time.Hour:
		return fmt.Sprintf("%d h", d/time.Hour)
	default:
		return fmt.Sprintf("%d d", d/(24*time.Hour))
	}
}

// Seconds writes a short duration in seconds with one decimal: "2.4 s"; below a second in milliseconds: "480 ms".
func Seconds(d time.Duration) string {
	if d.Abs() < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// Speed writes a factor of real time: "1.00x". NaN and infinities are Unknown.
func Speed(factor float64) string {
	if math.IsNaN(factor) || math.IsInf(factor, 0) {
		return Unknown
	}
	return fmt.Sprintf("%.2fx", factor)
}

// Percent writes a share of 1 as whole percent: "42 %". NaN and infinities are Unknown.
func Percent(share float64) string {
	if math.IsNaN(share) || math.IsInf(share, 0) {
		return Unknown
	}
	return fmt.Sprintf("%.0f %%", share*100)
}

// TimeOfDay writes the time of day of t in its own location: "14:05:33".
func TimeOfDay(t time.Time) string { return t.Format("15:04:05") }

// scaled writes v with three significant digits and the largest unit that keeps it at 1 or above.
func scaled(v float64, gap string, units [5]string) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return Unknown
	}
	sign := ""
	if v < 0 {
		sign, v = "−", -v
	}
	unit := 0
	// 999.5 of a unit would round to 1000: it belongs to the next.
	for unit < len(units)-1 && v >= 999.5 {
		v /= 1000
		unit++
	}
	decimals := 0
	switch {
	case unit == 0 || v >= 99.95:
	case v >= 9.995:
		decimals = 1
	default:
		decimals = 2
	}
	return sign + strconv.FormatFloat(v, 'f', decimals, 64) + gap + units[unit]
}

// tick writes v with as few digits as a round number needs, up to three.
func tick(v float64, units [5]string) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return Unknown
	}
	sign := ""
	if v < 0 {
		sign, v = "−", -v
	}
	unit := 0
	for unit < len(units)-1 && v >= 999.5 {
		v /= 1000
		unit++
	}
	return sign + strconv.FormatFloat(v, 'g', 3, 64) + units[unit]
}
