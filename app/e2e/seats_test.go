//go:build e2e

package e2e

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// seat is one viewer: it follows a manifest as players do, and fetches the newest of what it lists.
type seat struct {
	client  *http.Client
	base    string          // of the point
	seen    map[string]bool // addresses of media, relative to base
	got     atomic.Int64
	refused atomic.Int64
	trouble atomic.Value // the last error
	next    uint32       // HDS: the fragment to ask for
	msn     int64        // low latency: what to wait for; 0 at the beginning
	part    int
}

func (s *seat) complain(err error) {
	s.refused.Add(1)
	s.trouble.Store(err.Error())
}

// rest lets time pass; false when it is over.
func (s *seat) rest(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (s *seat) fetch(ctx context.Context, path string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+path, nil)
	if err != nil {
		return "", err
	}
	res, err := s.client.Do(req)
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(res.Body)
	if closed := res.Body.Close(); err == nil {
		err = closed
	}
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %d %s", path, res.StatusCode, text)
	}
	return string(text), err
}

// media fetches what was not fetched before.
func (s *seat) media(ctx context.Context, path string) error {
	if s.seen[path] {
		return nil
	}
	if _, err := s.fetch(ctx, path); err != nil {
		return err
	}
	s.seen[path] = true
	s.got.Add(1)
	return nil
}

func (s *seat) smooth(ctx context.Context) error {
	text, err := s.fetch(ctx, "Manifest")
	if err != nil {
		return err
	}
	_, levels, err := parseManifest([]byte(text))
	if err != nil {
		return err
	}
	for _, l := range levels {
		if len(l.spans) == 0 {
			continue
		}
		if err := s.media(ctx, l.at(l.spans[len(l.spans)-1].start)); err != nil {
			return err
		}
	}
	return nil
}

// playlists plays HLS with transport streams.
func (s *seat) playlists(ctx context.Context) error {
	playlist, folder, err := s.playlist(ctx, "oceans.m3u8", "")
	if err != nil {
		return err
	}
	newest := ""
	for line := range strings.Lines(playlist) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			newest = line
		}
	}
	return s.media(ctx, folder+newest)
}

// playlist fetches the first media playlist that a multivariant playlist names, and its folder.
func (s *seat) playlist(ctx context.Context, multivariant, query string) (text, folder string, err error) {
	if text, err = s.fetch(ctx, multivariant); err != nil {
		return "", "", err
	}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			text, err = s.fetch(ctx, line+query)
			return text, line[:strings.LastIndexByte(line, '/')+1], err
		}
	}
	return "", "", fmt.Errorf("%s names nothing: %s", multivariant, text)
}

var (
	sequence = regexp.MustCompile(`#EXT-X-MEDIA-SEQUENCE:(\d+)`)
	partLine = regexp.MustCompile(`#EXT-X-PART:.*URI="([^"]+)"`)
)

// lowLatency plays HLS part by part for a while: each playlist is waited for.
func (s *seat) lowLatency(ctx context.Context) error {
	s.msn = 0
	for range 20 {
		query := ""
		if s.msn > 0 {
			query = fmt.Sprintf("?_HLS_msn=%d&_HLS_part=%d", s.msn, s.part)
		}
		text, folder, err := s.playlist(ctx, "oceans-cmaf.m3u8", query)
		if err != nil {
			return err
		}
		first := sequence.FindStringSubmatch(text)
		if first == nil {
			return fmt.Errorf("no sequence number in %s", text)
		}
		if s.msn, err = strconv.ParseInt(first[1], 10, 64); err != nil {
			return err
		}
		s.part = 0
		newest := ""
		for line := range strings.Lines(text) {
			if uri := partLine.FindStringSubmatch(line); uri != nil {
				newest = folder + uri[1]
				s.part++
			} else if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
				s.msn++
				s.part = 0
			}
		}
		if newest == "" {
			return fmt.Errorf("no part in %s", text)
		}
		if err := s.media(ctx, path.Join(newest)); err != nil { // as every client does
			return err
		}
	}
	return nil
}

// dash plays the newest segment that has begun, as it comes.
func (s *seat) dash(ctx context.Context) error {
	text, err := s.fetch(ctx, "oceans.mpd")
	if err != nil {
		return err
	}
	var mpd struct {
		Sets []struct {
			Template struct {
				Media string `xml:"media,attr"`
				S     []struct {
					T *int64 `xml:"t,attr"`
					D int64  `xml:"d,attr"`
					R int64  `xml:"r,attr"`
				} `xml:"SegmentTimeline>S"`
			} `xml:"SegmentTemplate"`
			Representations []struct {
				ID string `xml:"id,attr"`
			} `xml:"Representation"`
		} `xml:"Period>AdaptationSet"`
	}
	if err := xml.Unmarshal([]byte(text), &mpd); err != nil {
		return err
	}
	for _, set := range mpd.Sets {
		var at, last, before int64
		for _, run := range set.Template.S {
			if run.T != nil {
				at = *run.T
			}
			for range run.R + 1 {
				last, before, at = at, last, at+run.D
			}
		}
		// The last may be listed before it begins: the one before is arriving or there.
		if len(set.Representations) == 0 || before == 0 {
			before = last
		}
		address := strings.NewReplacer("$RepresentationID$", set.Representations[0].ID, "$Time$", strconv.FormatInt(before, 10)).Replace(set.Template.Media)
		if err := s.media(ctx, address); err != nil {
			return err
		}
	}
	return nil
}

// hds asks for the fragment that comes next, and looks into the bootstrap when it does not.
func (s *seat) hds(ctx context.Context) error {
	text, err := s.fetch(ctx, "oceans.f4m")
	if err != nil {
		return err
	}
	var doc f4m
	if err := xml.Unmarshal([]byte(text), &doc); err != nil {
		return err
	}
	if len(doc.Media) == 0 || len(doc.BootstrapInfo) == 0 {
		return fmt.Errorf("nothing to play in %s", text)
	}
	abst, err := s.fetch(ctx, doc.BootstrapInfo[0].URL)
	if err != nil {
		return err
	}
	_, last, _, err := readBootstrap([]byte(abst))
	if err != nil {
		return err
	}
	if s.next == 0 {
		s.next = last
	}
	if err := s.media(ctx, fmt.Sprintf("%sSeg1-Frag%d", doc.Media[0].URL, s.next)); err != nil {
		return err
	}
	s.next++
	return nil
}
