package hds

import (
	"context"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/presentation"
)

// kind is which manifest is asked for.
type kind int

const (
	listKind   kind = iota + 1 // F4M 1.0 of every rendition
	setKind                    // F4M 2.0 that leads to one manifest for each rendition
	singleKind                 // F4M 1.0 of one rendition
)

// manifest asks for a manifest.
type manifest struct {
	kind      kind
	rendition rendition // of singleKind
}

// Class is ClientManifest.
func (manifest) Class() output.Class { return output.ClientManifest }

// Render writes the manifest of the newest view. Kinds: Starting, and Never for an event that
// has nothing that Flash can play.
func (m manifest) Render(_ context.Context, src presentation.Source) (*output.Object, error) {
	v := src.View()
	if v == nil || v.Opening() {
		return nil, starting()
	}
	text, err := m.write(v)
	if err != nil {
		return nil, err
	}
	return &output.Object{
		Type: "application/f4m+xml", Size: int64(len(text)), Modified: v.Changed, Body: output.Bytes(text),
	}, nil
}

func (m manifest) write(v *presentation.View) ([]byte, error) {
	if m.kind == singleKind {
		p, err := m.rendition.find(v)
		if err != nil {
			return nil, err
		}
		found := offers(v, []rendition{p.rendition})
		if len(found) == 0 {
			return nil, nothing(v, choice{main: []rendition{p.rendition}})
		}
		return f4m(v, found), nil
	}
	c := choose(v)
	found := offers(v, c.main)
	if !ready(v, found) {
		return nil, nothing(v, c)
	}
	if m.kind == setKind {
		return set(v, found, offers(v, c.languages)), nil
	}
	return f4m(v, found), nil
}

// nothing is why there is no manifest.
func nothing(v *presentation.View, c choice) error {
	if len(c.main) == 0 && len(c.left) > 0 && !missing(v) {
		slices.Sort(c.left)
		return never("This presentation has nothing that Flash can play: HDS carries H.264 and AAC, and what is sent is " +
			strings.Join(slices.Compact(c.left), ", ") + ".")
	}
	if v.Live {
		return starting()
	}
	return never("The event ended without anything that can be played as HDS.")
}

// f4m writes a manifest of the version 1.0.
func f4m(v *presentation.View, found []offer) []byte {
	var w writer
	w.begin(v, "1.0", found)
	for i, o := range found {
		info := `<bootstrapInfo profile="named" id="b` + strconv.Itoa(i) + `"`
		if v.Live {
			w.line(info + ` url="` + o.path() + `.abst"></bootstrapInfo>`)
		} else {
			w.line(info + `>` + base64.StdEncoding.EncodeToString(o.abst(o.steps, false)) + `</bootstrapInfo>`)
		}
	}
	for i, o := range found {
		w.line(`<media` + o.attributes() + ` url="` + o.path() + `/" bootstrapInfoId="b` + strconv.Itoa(i) + `"><metadata>` +
			base64.StdEncoding.EncodeToString(o.metadata()) + `</metadata></media>`)
	}
	return w.end()
}

// set writes a manifest of the version 2.0, for players that rewind and choose languages.
func set(v *presentation.View, found, languages []offer) []byte {
	var w writer
	w.begin(v, "2.0", found)
	if v.Live {
		window := int64(-1)
		if v.Window > 0 {
			window = int64(v.Window / time.Second)
		}
		w.line(`<dvrInfo windowDuration="` + strconv.FormatInt(window, 10) + `"></dvrInfo>`)
	}
	for _, o := range found {
		w.line(`<media href="` + o.path() + `.f4m"` + o.attributes() + `></media>`)
	}
	for _, o := range languages {
		language := escaped(o.stream.Language)
		w.line(`<media href="` + o.path() + `.f4m"` + o.attributes() + ` type="audio" alternate="true" lang="` + language +
			`" label="` + language + `" streamId="` + escaped(o.stream.Name) + `"></media>`)
	}
	return w.end()
}

// attributes are what a player chooses by. Bitrates are in kbit/s.
func (o offer) attributes() string {
	rate := o.lead.Bitrate
	if o.sound != nil {
		rate += o.sound.Bitrate
	}
	text := fmt.Sprintf(` bitrate="%d"`, (rate+500)/1000)
	if i := o.lead.Init; i.DisplayWidth > 0 && i.DisplayHeight > 0 {
		text += fmt.Sprintf(` width="%d" height="%d"`, i.DisplayWidth, i.DisplayHeight)
	}
	return text
}

// duration is from the first fragment's start to the last one's end, in milliseconds.
func (o offer) duration() int64 { return o.steps[len(o.steps)-1].end - o.steps[0].start }

// writer writes elements one a line.
type writer struct{ text []byte }

func (w *writer) line(s string) { w.text = append(append(append(w.text, ' ', ' '), s...), '\n') }

// begin writes what all manifests begin with. Only a recording has a duration: some players
// take anything with one for a recording.
func (w *writer) begin(v *presentation.View, version string, found []offer) {
	w.text = append(w.text, `<?xml version="1.0" encoding="utf-8"?>`+"\n"+
		`<manifest xmlns="http://ns.adobe.com/f4m/`+version+`">`+"\n"...)
	w.line(`<id>` + escaped(v.Point) + `</id>`)
	if v.Live {
		w.line(`<streamType>live</streamType>`)
	} else {
		longest := int64(0)
		for _, o := range found {
			longest = max(longest, o.duration())
		}
		w.line(`<streamType>recorded</streamType>`)
		w.line(fmt.Sprintf(`<duration>%d.%03d</duration>`, longest/1000, longest%1000))
	}
	w.line(`<deliveryType>streaming</deliveryType>`)
}

func (w *writer) end() []byte { return append(w.text, "</manifest>\n"...) }

func escaped(s string) string {
	var b strings.Builder
	// A strings.Builder accepts everything.
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}
