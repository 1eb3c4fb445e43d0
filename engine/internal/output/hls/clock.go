package hls

import "time"

// date writes times, most of which are of the day of the one before.
type date struct {
	day  int64  // since 1970
	text []byte // "2006-01-02T"
}

// append writes a time in milliseconds and UTC.
func (d *date) append(b []byte, t time.Time) []byte {
	const day = 24 * 60 * 60 * 1000
	ms := t.UnixMilli()
	n := ms / day
	if ms < 0 { // before 1970: no encoder's clock that is set
		return t.UTC().AppendFormat(b, "2006-01-02T15:04:05.000Z")
	}
	if d.text == nil || d.day != n {
		d.day, d.text = n, t.UTC().AppendFormat(d.text[:0], "2006-01-02T")
	}
	ms -= n * day
	b = append(b, d.text...)
	b = append(appendDigits(b, ms/3_600_000, 2), ':')
	b = append(appendDigits(b, ms/60_000%60, 2), ':')
	b = append(appendDigits(b, ms/1000%60, 2), '.')
	return append(appendDigits(b, ms%1000, 3), 'Z')
}

// appendSeconds writes a length in seconds with five digits behind the point, rounded.
func appendSeconds(b []byte, d time.Duration) []byte {
	n := int64(d+5*time.Microsecond) / 10_000
	digits := 1
	for rest := n / 1_000_000; rest > 0; rest /= 10 {
		digits++
	}
	b = append(appendDigits(b, n/100_000, digits), '.')
	return appendDigits(b, n%100_000, 5)
}

// appendDigits writes a number with so many digits.
func appendDigits(b []byte, n int64, digits int) []byte {
	at := len(b)
	for range digits {
		b = append(b, '0')
	}
	for i := len(b) - 1; i >= at; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
	return b
}
