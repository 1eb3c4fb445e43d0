package finding

import (
	"fmt"
	"strconv"
	"strings"
)

// RatesInName are the bit/s that a stream id names in its trailing run of "-<digits>k"
// groups: "oceans-400k-64k" gives 400000 and 64000.
func RatesInName(id string) []int {
	rates, _ := splitName(id)
	return rates
}

// splitName cuts a stream id into the bitrates that it names and what stands before them.
func splitName(id string) (rates []int, base string) {
	for {
		i := strings.LastIndexByte(id, '-')
		if i < 0 || i == len(id)-1 {
			return rates, id
		}
		group := id[i+1:]
		digits, found := strings.CutSuffix(group, "k")
		if !found {
			if digits, found = strings.CutSuffix(group, "K"); !found {
				return rates, id
			}
		}
		n, err := strconv.ParseUint(digits, 10, 22)
		if err != nil || n == 0 {
			return rates, id
		}
		rates = append([]int{int(n) * 1000}, rates...)
		id = id[:i]
	}
}

// textRate is the bitrate of all tracks of text: it is only a name in a URL.
const textRate = 1000

// Announced is what a header says of one track.
type Announced struct {
	Text bool // it is neither audio nor video
	Rate int  // bit/s; 0 when nothing tells
}

// Promised gives each track of a header its nominal bit/s: from the stream id when it names
// exactly one for each audio and video track, else what was announced. It also tells of a stream
// id that names another number of bitrates.
func Promised(id string, tracks []Announced) (rates []int, misnamed Case, mismatch bool) {
	rates = make([]int, len(tracks))
	var media []int
	for i, t := range tracks {
		if rates[i] = t.Rate; t.Text {
			rates[i] = textRate
			continue
		}
		media = append(media, t.Rate)
	}
	named := RatesInName(id)
	if misnamed, mismatch = Misnamed(id, media); mismatch || len(named) == 0 {
		return rates, misnamed, mismatch
	}
	for i, t := range tracks {
		if !t.Text {
			rates[i], named = named[0], named[1:]
		}
	}
	return rates, misnamed, false
}

// Misnamed holds a stream id against the audio and video tracks of its header, whose bit/s
// are given as far as they are known, else 0. It reports whether the id names bitrates, but not
// one for each track; the case then proposes an id when all are known.
func Misnamed(id string, tracks []int) (Case, bool) {
	named, base := splitName(id)
	if len(named) == 0 || len(named) == len(tracks) {
		return Case{}, false
	}
	c := Case{Code: NameMismatch, Stream: id, Text: fmt.Sprintf(
		"The stream_id %s names %s but carries %s of audio and video; the names are not used.", id, counted(len(named), "bitrate"), counted(len(tracks), "track"))}
	proposed := base
	for _, rate := range tracks {
		if rate <= 0 {
			return c, true
		}
		proposed += "-" + kilobits(float64(rate))
	}
	c.Action = "Name every bitrate that it carries, in the order of the tracks: " + proposed + "."
	c.Option = "stream_id=" + proposed + ".ismv"
	return c, true
}

// counted is a number of things.
func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Unreadable is a server manifest of an encoder that cannot be read.
func Unreadable(stream, fault string) Case {
	return Case{Code: ManifestUnreadable, Stream: stream, Text: "The server manifest that the encoder of " + stream + " sends cannot be read: " + fault + "."}
}
