package verify

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/servermanifest"
)

// Names of meta elements in server manifests of ours; see point/files.go.
const (
	metaEvent = "pubpoint.event"
	metaZero  = "pubpoint.zeroTime"
	metaEnd   = "pubpoint.end"
	metaBase  = "pubpoint.base"
	metaEnded = "pubpoint.ended"
)

// The most that is read of a manifest.
const (
	maxServerManifest = 1 << 20
	maxClientManifest = 64 << 20
)

// readServerManifest reads the .ism of the directory and what it says of the event.
func (c *checker) readServerManifest() error {
	name, ok := c.manifestName()
	if !ok {
		if len(c.mediaNames()) > 0 {
			c.addFile(name, "")
			c.unnamed = name
			c.open = !slices.ContainsFunc(c.names, func(n string) bool { return path.Ext(n) == clientExt })
		}
		return nil
	}
	c.base = strings.TrimSuffix(name, manifestExt)
	file := c.addFile(name, "")
	b, err := c.readFile(name, maxServerManifest)
	if err != nil {
		return err
	}
	file.Bytes = int64(len(b))
	doc, err := servermanifest.ParseDocument(b)
	stamped, fits := servermanifest.CheckStamp(b)
	switch {
	case err != nil:
		c.flaw(engine.Flaw{Verdict: engine.VerdictAltered, File: name, From: 0, To: int64(len(b)),
			Text: "The server manifest was altered: it cannot be read any more (" + err.Error() + ")."})
		return nil
	case stamped && !fits:
		c.flaw(engine.Flaw{Verdict: engine.VerdictAltered, File: name, From: 0, To: int64(len(b)), Text: "The server manifest was altered."})
	case !stamped:
		c.flaw(engine.Flaw{Verdict: engine.VerdictUnchecked, File: name, Text: "The server manifest carries no checksum: it is read but not checked."})
	}
	c.doc = doc
	c.ours = c.text(metaEvent) != ""
	c.out.Event = c.text(metaEvent)
	c.open = c.ours && c.text(metaEnded) == ""
	if zero, err := time.Parse(time.RFC3339Nano, c.text(metaZero)); err == nil {
		c.out.Zero = zero
	}
	return nil
}

// manifestName is the name that the server manifest has or should have, and whether it is there.
func (c *checker) manifestName() (string, bool) {
	if c.base != "" {
		name := c.base + manifestExt
		return name, slices.Contains(c.names, name)
	}
	for _, name := range c.names {
		if strings.EqualFold(path.Ext(name), manifestExt) {
			return name, true
		}
	}
	return "a server manifest (" + manifestExt + ")", false
}

// checkUnnamed tells of media without a server manifest.
func (c *checker) checkUnnamed() {
	if c.unnamed == "" {
		return
	}
	flaw := engine.Flaw{Verdict: engine.VerdictHole, File: c.unnamed,
		Text: "The server manifest is missing: nothing tells which media belongs to the event, and the point does not play it."}
	if !slices.ContainsFunc(c.files, func(f *engine.VerifiedFile) bool { return f.Fragments > 0 }) {
		flaw.Verdict = engine.VerdictRepaired
		flaw.Text = "There is no server manifest and no media, as when the program dies just when an encoder comes."
	}
	c.flaw(flaw)
}

func (c *checker) text(name string) string {
	for _, m := range c.doc.Meta {
		if m.Name == name {
			return m.Value
		}
	}
	return ""
}

func (c *checker) number(name string) int64 {
	n, err := strconv.ParseInt(c.text(name), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// lost reports whether the server manifest says that the disk refused media of a track
// between two times.
func (c *checker) lost(s *stream, t *track, from, to engine.Ticks) bool {
	start, end := from.Rescale(t.init.Timescale, shiftScale), to.Rescale(t.init.Timescale, shiftScale)
	for _, m := range c.doc.Meta {
		if m.Name != servermanifest.MetaLost {
			continue
		}
		fields := strings.Fields(m.Value)
		if len(fields) != 4 || fields[0] != s.id || fields[1] != strconv.FormatUint(uint64(t.init.ID), 10) {
			continue
		}
		a, errA := strconv.ParseInt(fields[2], 10, 64)
		b, errB := strconv.ParseInt(fields[3], 10, 64)
		if errA == nil && errB == nil && engine.Ticks(a) < end && engine.Ticks(b) > start {
			return true
		}
	}
	return false
}

// clientManifest is what is needed of a .ismc.
type clientManifest struct {
	Streams []struct {
		Name      string `xml:",attr"`
		Type      string `xml:",attr"`
		TimeScale int64  `xml:",attr"`
		Chunks    []struct {
			T *int64 `xml:"t,attr"`
			D int64  `xml:"d,attr"`
			R int64  `xml:"r,attr"`
		} `xml:"c"`
	} `xml:"StreamIndex"`
}

// checkClientManifest holds the .ismc against its checksum, and the media against it.
func (c *checker) checkClientManifest() error {
	name := c.base + clientExt
	if c.doc.ClientManifest != "" {
		name = c.doc.ClientManifest
	}
	b, err := c.readFile(name, maxClientManifest)
	if errors.Is(err, fs.ErrNotExist) {
		if c.doc.ClientManifest != "" {
			c.addFile(name, "")
			c.flaw(engine.Flaw{Verdict: engine.VerdictHole, File: name, Text: "The client manifest of the ended event is missing."})
		}
		return nil
	}
	if err != nil {
		return err
	}
	c.addFile(name, "").Bytes = int64(len(b))
	sum := c.text(servermanifest.MetaClientManifest)
	switch {
	case sum != "" && sum != servermanifest.Sum(b):
		c.flaw(engine.Flaw{Verdict: engine.VerdictAltered, File: name, From: 0, To: int64(len(b)), Text: "The client manifest was altered."})
		return nil
	case c.open:
		c.flaw(engine.Flaw{Verdict: engine.VerdictRepaired, File: c.base + manifestExt,
			Text: "There is a client manifest, and the server manifest is that of an open event: the program died while it ended it, or the file is an old one."})
	case sum == "":
		c.flaw(engine.Flaw{Verdict: engine.VerdictUnchecked, File: name, Text: "Nothing has a checksum of the client manifest: it is read but not checked."})
	}
	var m clientManifest
	if err := xml.Unmarshal(b, &m); err != nil {
		c.flaw(engine.Flaw{Verdict: engine.VerdictAltered, File: name, From: 0, To: int64(len(b)), Text: "The client manifest cannot be read (" + err.Error() + ")."})
		return nil
	}
	c.listed(&m)
	return nil
}

// listed makes sure that every fragment of the client manifest is there on some track.
func (c *checker) listed(m *clientManifest) {
	for _, list := range m.Streams {
		s, tracks := c.tracksOf(list.Name)
		if s == nil {
			continue
		}
		scale := list.TimeScale
		if scale <= 0 {
			scale = shiftScale
		}
		var at int64
		var hole *engine.Flaw
		for _, chunk := range list.Chunks {
			if chunk.T != nil {
				at = *chunk.T
			}
			for range max(1, min(chunk.R, 1<<20)) {
				start, end := engine.Ticks(at).Duration(uint32(scale)), engine.Ticks(at+chunk.D).Duration(uint32(scale))
				at += chunk.D
				switch {
				case has(tracks, at-chunk.D):
					hole = c.close(hole)
				case hole != nil:
					hole.End = end
				default:
					hole = &engine.Flaw{Verdict: engine.VerdictHole, File: s.files[0], Stream: s.id, Timed: true, Start: start, End: end,
						Text: fmt.Sprintf("%s has no media here, though the client manifest lists it.", list.Name)}
				}
			}
		}
		c.close(hole)
	}
}

func (c *checker) close(hole *engine.Flaw) *engine.Flaw {
	if hole != nil {
		c.flaw(*hole)
	}
	return nil
}

// tracksOf are the tracks that players know by a name, if all of them could be read.
func (c *checker) tracksOf(name string) (of *stream, tracks []*track) {
	for _, s := range c.streams {
		for _, t := range s.tracks {
			if t.name == name {
				if s.faulty {
					return nil, nil
				}
				of, tracks = s, append(tracks, t)
			}
		}
		if s.init == nil {
			return nil, nil // it may have been one of them
		}
	}
	return of, tracks
}

// has reports whether a fragment can begin at start: with a piece, or where a key frame cuts one.
func has(tracks []*track, start int64) bool {
	for _, t := range tracks {
		i, ok := slices.BinarySearch(t.starts, start)
		if ok || i > 0 && start < t.ends[i-1] {
			return true
		}
	}
	return false
}
