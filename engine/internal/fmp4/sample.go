package fmp4

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/Eyevinn/mp4ff/mp4"
)

// readSampleEntry fills in what the handler type and the one entry of the stsd in stbl
// tell. The trak is at offset.
func (t *TrackInit) readSampleEntry(handler string, stbl []byte, offset int) error {
	err := t.readEntry(handler, stbl)
	var fault *FormatError
	if errors.As(err, &fault) {
		fault.Offset = int64(offset)
		fault.Reason = fmt.Sprintf("track %d %s", t.ID, fault.Reason)
	}
	return err
}

// readEntry words its errors so that "track 1 " can go in front.
func (t *TrackInit) readEntry(handler string, stbl []byte) error {
	var stsd []byte
	if stbl != nil {
		stsd = find(stbl, "stsd")
	}
	if len(stsd) < 24 {
		return faultf(Malformed, "stbl", 0, "has no sample description (stsd)")
	}
	if n := binary.BigEndian.Uint32(stsd[12:16]); n != 1 {
		return faultf(Unsupported, "stsd", 0,
			"has %d sample descriptions and one is supported: restart the encoder when its settings change", n)
	}
	entry, _, err := nextBox(stsd[16:], 0)
	if err != nil {
		return err
	}
	t.SampleEntry, t.Entry = string(entry[4:8]), bytes.Clone(entry)
	switch handler {
	case "vide":
		t.Type = "video"
		return t.readVideoEntry(entry)
	case "soun":
		t.Type = "audio"
		return t.readAudioEntry(entry)
	case "text", "subt", "sbtl":
		t.Type = "text"
		return t.readTextEntry()
	case "meta":
		t.Type = "text"
		return t.readMetadataEntry(entry)
	}
	return faultf(Unsupported, "hdlr", 0,
		"is of type %q, not video, audio, text or metadata: leave it out with -dn", handler)
}

// readVideoEntry reads a VisualSampleEntry (ISO/IEC 14496-12 clause 12.1.3).
func (t *TrackInit) readVideoEntry(entry []byte) error {
	const fixed = 86
	if len(entry) < fixed {
		return faultf(BadSize, t.SampleEntry, 0, "has a video sample entry of only %d bytes", len(entry))
	}
	t.Width = int(binary.BigEndian.Uint16(entry[32:]))
	t.Height = int(binary.BigEndian.Uint16(entry[34:]))
	c, err := readEntryBoxes(entry, fixed)
	if err != nil {
		return err
	}
	if h, v := c.aspect(); h > 0 && v > 0 {
		t.DisplayWidth, t.DisplayHeight = int(uint64(t.Width)*h/v), t.Height
	}
	t.Bitrate = c.bitrate()
	switch t.SampleEntry {
	case "avc1", "avc3":
		return t.readAVC(body(c.avcC))
	case "hvc1", "hev1":
		return t.readHEVC(body(c.hvcC))
	case "encv":
		return faultf(Unsupported, t.SampleEntry, 0, "is encrypted, which cannot be delivered: send it in the clear")
	}
	return faultf(Unsupported, t.SampleEntry, 0,
		"carries %q video, which cannot be delivered: encode it as H.264 with -c:v libx264", t.SampleEntry)
}

// readAudioEntry reads an AudioSampleEntry (ISO/IEC 14496-12 clause 12.2.3), in the
// layout of version 0 or of QuickTime version 1.
func (t *TrackInit) readAudioEntry(entry []byte) error {
	fixed := 36
	if len(entry) >= fixed && binary.BigEndian.Uint16(entry[16:]) == 1 {
		fixed = 52
	}
	if len(entry) < fixed {
		return faultf(BadSize, t.SampleEntry, 0, "has an audio sample entry of only %d bytes", len(entry))
	}
	t.Channels = int(binary.BigEndian.Uint16(entry[24:]))
	t.BitsPerSample = int(binary.BigEndian.Uint16(entry[26:]))
	t.SamplingRate = int(binary.BigEndian.Uint16(entry[32:]))
	switch t.SampleEntry {
	case "mp4a", "ac-3", "ec-3":
	case "enca":
		return faultf(Unsupported, t.SampleEntry, 0, "is encrypted, which cannot be delivered: send it in the clear")
	default:
		return faultf(Unsupported, t.SampleEntry, 0,
			"carries %q audio, which cannot be delivered: encode it as AAC with -c:a aac", t.SampleEntry)
	}
	c, err := readEntryBoxes(entry, fixed)
	if err != nil {
		return err
	}
	t.Bitrate = c.bitrate()
	switch t.SampleEntry {
	case "ac-3":
		return t.readAC3(body(c.dac3))
	case "ec-3":
		return t.readEC3(body(c.dec3))
	}
	return t.readAAC(c.esds)
}

// entryBoxes are the boxes of a sample entry that matter here, each whole or nil.
type entryBoxes struct {
	avcC, hvcC, esds, dac3, dec3, btrt, pasp []byte
}

// readEntryBoxes walks the boxes of a sample entry from byte from on. Trailing bytes
// too few for a box are let pass: QuickTime ends such lists with a zero word.
func readEntryBoxes(entry []byte, from int) (entryBoxes, error) {
	var c entryBoxes
	for rest := entry[from:]; len(rest) >= 8; {
		box, next, err := nextBox(rest, 0)
		if err != nil {
			return c, err
		}
		rest = next
		switch string(box[4:8]) {
		case "avcC":
			c.avcC = box
		case "hvcC":
			c.hvcC = box
		case "esds":
			c.esds = box
		case "dac3":
			c.dac3 = box
		case "dec3":
			c.dec3 = box
		case "btrt":
			c.btrt = box
		case "pasp":
			c.pasp = box
		}
	}
	return c, nil
}

// bitrate returns avgBitrate of the btrt, or 0.
func (c entryBoxes) bitrate() uint32 {
	if len(c.btrt) < 20 {
		return 0
	}
	return binary.BigEndian.Uint32(c.btrt[16:])
}

// aspect returns hSpacing and vSpacing of the pasp, or zeros.
func (c entryBoxes) aspect() (h, v uint64) {
	if len(c.pasp) < 16 {
		return 0, 0
	}
	return uint64(binary.BigEndian.Uint32(c.pasp[8:])), uint64(binary.BigEndian.Uint32(c.pasp[12:]))
}

// body returns what follows the header of box, nil for a missing one.
func body(box []byte) []byte {
	if len(box) < 8 {
		return nil
	}
	return box[8:]
}

// readAAC reads the esds of an mp4a entry (ISO/IEC 14496-14 clause 5.6).
func (t *TrackInit) readAAC(esds []byte) error {
	if esds == nil {
		return faultf(Malformed, t.SampleEntry, 0, "codec-setup-missing: has no esds; add -flags +global_header")
	}
	box, err := decode[*mp4.EsdsBox](esds, "esds", 0)
	if err != nil {
		return err
	}
	dec := box.DecConfigDescriptor
	if dec == nil {
		return faultf(Malformed, "esds", 0, "has an esds without a decoder configuration")
	}
	if dec.ObjectType != mp4.ObjectTypeAAC {
		return faultf(Unsupported, "esds", 0,
			"carries mp4a audio of object type 0x%02x, which cannot be delivered: encode it as AAC with -c:a aac", dec.ObjectType)
	}
	if t.Bitrate == 0 {
		t.Bitrate = dec.AvgBitrate
	}
	if dec.DecSpecificInfo == nil {
		return faultf(Malformed, "esds", 0, "codec-setup-missing: has no AudioSpecificConfig; add -flags +global_header")
	}
	return t.readAudioSpecificConfig(dec.DecSpecificInfo.DecConfig)
}
