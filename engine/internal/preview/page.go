package preview

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// frame is what every page has around its content.
type frame struct {
	Style, Icon, Player, Licences string // relative addresses, "" when not built
	Version                       string
}

func (p *Preview) frame(depth int) frame {
	return frame{
		Style:    p.assets.path(assetStyle, depth),
		Icon:     p.assets.path(assetIcon, depth),
		Player:   p.assets.path(assetPlayer, depth),
		Licences: p.assets.path(assetLicences, depth),
		Version:  p.cfg.Version,
	}
}

// pointPage is the data of templates/point.html.
type pointPage struct {
	frame
	Home      string
	Title     string
	Name      string
	State     State
	StateWord string
	Reason    string
	Badge     string
	Playback  []linkRow
	Ingest    []linkRow
	Command   string // what an idle point teaches; "" without an ingest link
	Tracks    []trackRow
	Events    []eventRow
	Boot      boot
}

// boot is the page's JSON block: what the script must know before its first poll.
type boot struct {
	Formats []format `json:"formats"` // what the page can play
	Worker  string   `json:"worker"`  // relative address of the script that takes MPEG-TS apart
	Facts   string   `json:"facts"`
	First   facts    `json:"first"`
}

// format is a delivery format that the page can play: its kind, and its manifest relative to
// the page.
type format struct {
	Kind  LinkKind `json:"kind"`
	Label string   `json:"label"`
	URL   string   `json:"url"`
}

func newBoot(p *Preview, v *PointView, depth int, asked url.Values) boot {
	b := boot{Formats: []format{}, Worker: p.assets.path(assetWorker, depth), Facts: FactsPath, First: newFacts(v)}
	for _, l := range v.played() {
		b.Formats = append(b.Formats, format{Kind: l.Kind, Label: l.Label, URL: playout(l.URL, asked)})
	}
	return b
}

// linkRow is a link with its full address. The script replaces the full address by what
// the browser sees, which differs behind a reverse proxy.
type linkRow struct {
	Link
	Full string
}

// eventRow is an event of the point; Instant is Began for programs, empty when not known.
type eventRow struct {
	URL, Began, Instant, Length, Badge string
	Here                               bool
}

// eventRows is empty unless there is an event besides the one that the page shows.
func eventRows(events []EventLink) []eventRow {
	if len(events) == 0 || len(events) == 1 && events[0].Here {
		return nil
	}
	rows := make([]eventRow, 0, len(events))
	for _, e := range events {
		row := eventRow{URL: e.URL, Began: "Unknown time", Length: clock(e.Duration), Badge: "VOD", Here: e.Here}
		if !e.Began.IsZero() {
			row.Began = e.Began.UTC().Format("2 January 2006, 15:04:05 UTC")
			row.Instant = e.Began.UTC().Format(time.RFC3339)
		}
		if e.Live {
			row.Badge, row.Length = "LIVE", "" // it grows while the page is open
		}
		rows = append(rows, row)
	}
	return rows
}

// clock writes a length as players do: "1:02:03", "2:03".
func clock(d time.Duration) string {
	s := int(d / time.Second)
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

type trackRow struct{ Type, Name, Codec, Bitrate, Size string }

func (p *Preview) pointPage(r *http.Request, v *PointView) (*pointPage, error) {
	depth := strings.Count(strings.Trim(r.URL.Path, "/"), "/") + 1
	page := &pointPage{
		frame:     p.frame(depth),
		Home:      strings.Repeat("../", depth),
		Title:     v.title(),
		Name:      v.Name,
		State:     v.State,
		StateWord: v.stateWord(),
		Reason:    v.Reason,
		Badge:     badge(v),
		Tracks:    trackRows(v.Tracks),
		Events:    eventRows(v.Events),
		Boot:      newBoot(p, v, depth, r.URL.Query()),
	}
	base := baseURL(r)
	for _, l := range v.Links {
		target, err := base.Parse(l.URL)
		if err != nil {
			return nil, fmt.Errorf("the link %q of %s is no address: %w", l.Label, v.Name, err)
		}
		row := linkRow{Link: l, Full: target.String()}
		if l.Kind != KindIngest {
			page.Playback = append(page.Playback, row)
			continue
		}
		page.Ingest = append(page.Ingest, row)
		if page.Command == "" {
			page.Command = command(row.Full)
		}
	}
	return page, nil
}

// playout adds to the address of a manifest how the viewer of the page wants it: what the page
// itself was asked with.
func playout(manifest string, asked url.Values) string {
	wanted := url.Values{}
	for _, key := range []string{"dvr_window_length", "time_shift"} {
		if asked.Has(key) {
			wanted.Set(key, asked.Get(key))
		}
	}
	if len(wanted) == 0 {
		return manifest
	}
	return manifest + "?" + wanted.Encode()
}

// baseURL is the page's own full address as the client wrote it.
func baseURL(r *http.Request) *url.URL {
	base := &url.URL{Scheme: "http", Host: r.Host, Path: r.URL.Path, RawPath: r.URL.RawPath}
	if r.TLS != nil {
		base.Scheme = "https"
	}
	return base
}

// command is an ffmpeg test pattern into an ingest address, in one line that every shell
// takes: key frames every two seconds without scene cuts, one fragment for each.
func command(ingest string) string {
	return `ffmpeg -re -f lavfi -i testsrc2=size=1280x720:rate=25 -re -f lavfi -i sine=frequency=440:sample_rate=48000` +
		` -c:v libx264 -preset veryfast -tune zerolatency -pix_fmt yuv420p -bf 0 -g 50 -keyint_min 50 -sc_threshold 0 -b:v 1500k` +
		` -c:a aac -ac 2 -b:a 64k -f ismv -movflags isml+frag_keyframe -send_expect_100 1 "` + ingest + `"`
}

func badge(v *PointView) string {
	switch {
	case len(v.Tracks) == 0:
		return ""
	case v.Live:
		return "LIVE"
	default:
		return "VOD"
	}
}

func trackRows(tracks []Track) []trackRow {
	rows := make([]trackRow, 0, len(tracks))
	for _, t := range tracks {
		row := trackRow{Type: t.Type, Name: t.Name, Codec: t.Codec, Bitrate: bitrate(t.Bitrate)}
		if t.Width > 0 && t.Height > 0 {
			row.Size = strconv.Itoa(t.Width) + "×" + strconv.Itoa(t.Height)
		}
		if t.Language != "" && t.Language != "und" {
			row.Name += " (" + t.Language + ")"
		}
		rows = append(rows, row)
	}
	return rows
}

func bitrate(bits int) string {
	if bits <= 0 {
		return ""
	}
	return strconv.Itoa((bits+500)/1000) + " kbit/s"
}

// listPage is the data of templates/list.html.
type listPage struct {
	frame
	Points []listRow
}

type listRow struct {
	Title, Name, Href string
	State             State
	StateWord, Reason string
	Badge             string
}

func (p *Preview) listPage(points []PointView) *listPage {
	page := &listPage{frame: p.frame(0)}
	for i := range points {
		v := &points[i]
		page.Points = append(page.Points, listRow{
			Title:     v.title(),
			Name:      v.Name,
			Href:      "./" + escapePath(v.Name) + ".isml/",
			State:     v.State,
			StateWord: v.stateWord(),
			Reason:    v.Reason,
			Badge:     badge(v),
		})
	}
	return page
}

// escapePath escapes each part of a nested name, so that no name can leave its folder or
// start a query.
func escapePath(name string) string {
	parts := strings.Split(name, "/")
	for i, part := range parts {
		parts[i] = url.PathEscape(part)
	}
	return strings.Join(parts, "/")
}
