package engine

import "strconv"

func trackLabel(t TrackStatus) string {
	rate := strconv.Itoa((t.Bitrate+500)/1000) + "k"
	switch {
	case t.Type == Video && t.Height > 0:
		return strconv.Itoa(t.Width) + "×" + strconv.Itoa(t.Height) + " " + rate
	case t.Language != "" && t.Language != "und":
		return string(t.Type) + " " + t.Language + " " + rate
	default:
		return string(t.Type) + " " + rate
	}
}
