package words

import (
	"strconv"
	"strings"
	"time"
)

// Date is t in its own zone, written as layout says, as time.Time.Format does it. A layout that
// begins with "2 Jan" begins with the day and the month in the operator's language: "4 Mar" or
// "4. Mär".
func Date(t time.Time, layout string) string {
	rest, ok := strings.CutPrefix(layout, "2 Jan")
	if !ok || Current() != German {
		return t.Format(layout)
	}
	months := [...]string{"Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"}
	return strconv.Itoa(t.Day()) + ". " + months[t.Month()-time.January] + t.Format(rest)
}
