package scte35

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"pubpoint/engine/enginetest/sender"
)

// section makes a section of fields in hexadecimal: its command with its type, and its
// descriptors. adjustment is the pts_adjustment.
func section(t testing.TB, adjustment, command, descriptors string) []byte {
	t.Helper()
	unhex := func(s string) []byte {
		b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	c, d := unhex(command), unhex(descriptors)
	b := append([]byte{0xfc, 0x30, 0, 0}, unhex(adjustment)...)
	b = append(b, 0xff, 0xff, 0xf0|byte((len(c)-1)>>8), byte(len(c)-1))
	b = append(b, c...)
	b = append(binary.BigEndian.AppendUint16(b, uint16(len(d))), d...)
	b[2] = byte(len(b) - 3 + 4)
	return binary.BigEndian.AppendUint32(b, crc(b))
}

const none = "00 0000 0000"

func TestParse(t *testing.T) {
	const pts = 0x072bd0050
	for name, c := range map[string]struct {
		adjustment, command, descriptors string
		want                             Section
	}{
		// A placement opportunity of 307 s with a TI identifier of 8 bytes.
		"placement opportunity start": {none, "06 fe72bd0050", "02 1c 43554549 4800008e 7f cf 0001a599b0 08 08 000000002ca0a18a 34 02 00",
			Section{Command: TimeSignal, HasPTS: true, PTS: pts, Events: []Event{{ID: 0x4800008e, Type: 0x34, Out: true, Duration: 307 * time.Second}}}},
		"end beside a foreign descriptor": {none, "06 fe72bd0050", "00 08 43554549 00000135  02 0f 43554549 00000007 7f bf 00 00 35 01 01",
			Section{Command: TimeSignal, HasPTS: true, PTS: pts, Events: []Event{{ID: 7, Type: 0x35, In: true}}}},
		"two descriptors": {none, "06 fe72bd0050", "02 0f 43554549 00000001 7f bf 00 00 31 01 01  02 0f 43554549 00000002 7f bf 00 00 11 01 01",
			Section{Command: TimeSignal, HasPTS: true, PTS: pts, Events: []Event{{ID: 1, Type: 0x31, In: true}, {ID: 2, Type: 0x11}}}},
		"cancelled segment": {none, "06 7f", "02 09 43554549 00000003 ff",
			Section{Command: TimeSignal, Events: []Event{{ID: 3, Cancel: true}}}},
		"segment of components": {none, "06 7f", "02 16 43554549 00000004 7f 3f 01 01 fe00000000 00 00 22 00 00",
			Section{Command: TimeSignal, Events: []Event{{ID: 4, Type: 0x22, Out: true}}}},
		"of another organisation": {none, "06 7f", "02 05 41424344 00", Section{Command: TimeSignal}},
		"splice out with its length": {none, "05 4800008f 7f ef fe7369c02e fe0052ccf5 0000 00 00", "00 08 43554549 00000135",
			Section{Command: SpliceInsert, HasPTS: true, PTS: 0x07369c02e, Events: []Event{
				{ID: 0x4800008f, Out: true, AutoReturn: true, Duration: time.Duration(0x52ccf5) * 100 * time.Microsecond / 9}}}},
		"splice in": {none, "05 4800008f 7f 4f fe7369c02e 0000 00 00", "",
			Section{Command: SpliceInsert, HasPTS: true, PTS: 0x07369c02e, Events: []Event{{ID: 0x4800008f, In: true}}}},
		"splice at once": {none, "05 00000009 7f df 0001 00 00", "",
			Section{Command: SpliceInsert, Events: []Event{{ID: 9, Out: true}}}},
		"cancelled splice": {none, "05 00000009 ff", "", Section{Command: SpliceInsert, Events: []Event{{ID: 9, Cancel: true}}}},
		"splice of components": {none, "05 00000009 7f 8f 02 01 fe00000064 02 fe00000064 0001 00 00", "",
			Section{Command: SpliceInsert, HasPTS: true, PTS: 100, Events: []Event{{ID: 9, Out: true}}}},
		"adjusted over the end of the clock": {"01 ffff ffff", "06 fe00000002", "",
			Section{Command: TimeSignal, HasPTS: true, PTS: 1}},
		"sign of life": {none, "00", "", Section{Command: SpliceNull}},
		"encrypted":    {"80 00000000", "05 0102030405", "", Section{Command: SpliceInsert, Encrypted: true}},
		"private":      {none, "ff 43554549 0102", "", Section{Command: 0xff}},
	} {
		got, err := Parse(section(t, c.adjustment, c.command, c.descriptors))
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\n%+v, %v, want\n%+v", name, got, err, c.want)
		}
	}
}

func TestParseUnknownCommandLength(t *testing.T) {
	b := section(t, none, "05 00000009 7f df 0001 00 00", "00 08 43554549 00000135")
	b[11] |= 0x0f
	b[12] = 0xff
	binary.BigEndian.PutUint32(b[len(b)-4:], crc(b[:len(b)-4]))
	s, err := Parse(append(b, 0xff, 0xff)) // stuffed
	if err != nil || len(s.Events) != 1 || s.Events[0].ID != 9 {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestParseRefuses(t *testing.T) {
	good := section(t, none, "05 4800008f 7f ef fe7369c02e fe0052ccf5 0000 00 00", "")
	for n := range good {
		if _, err := Parse(good[:n]); !errors.Is(err, errEncoding) {
			t.Fatalf("%d of %d bytes: %v", n, len(good), err)
		}
		bad := append([]byte(nil), good...)
		bad[n] ^= 0x10
		if _, err := Parse(bad); err == nil {
			t.Errorf("a flipped bit in byte %d was not noticed", n)
		}
	}
	for name, b := range map[string][]byte{
		"insert cut":      section(t, none, "05 4800008f 7f ef fe7369", ""),
		"time cut":        section(t, none, "06 fe72", ""),
		"descriptor cut":  section(t, none, "06 7f", "02 1c 43554549"),
		"segment cut":     section(t, none, "06 7f", "02 0b 43554549 00000004 7f bf 00"),
		"components many": section(t, none, "05 00000009 7f 8f ff 01", ""),
	} {
		if _, err := Parse(b); !errors.Is(err, errEncoding) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParseMessage(t *testing.T) {
	section := sender.Splice{ID: 5, Out: true, PTS: 900, Duration: 30 * time.Second}.Section()
	m, err := ParseMessage(sender.Message(8, 40_000_000, section))
	if err != nil || m.Version != 1 || m.ID != 8 || m.Delta != 40_000_000 {
		t.Fatalf("%+v, %v", m, err)
	}
	s, err := Parse(m.Section)
	if want := (Event{ID: 5, Out: true, AutoReturn: true, Duration: 30 * time.Second}); err != nil || len(s.Events) != 1 || s.Events[0] != want || s.PTS != 900 {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := ParseMessage(make([]byte, 11)); err == nil {
		t.Error("a short message was taken")
	}
}

func TestNames(t *testing.T) {
	for want, e := range map[string]Event{
		"Splice out": {Out: true}, "Splice in": {In: true}, "Splice": {Cancel: true},
		"Provider advertisement start": {Type: 0x30}, "Provider advertisement end": {Type: 0x31},
		"Distributor placement opportunity start": {Type: 0x36}, "Programme start": {Type: 0x10},
		"Segmentation": {Type: 0x01},
	} {
		if got := e.Name(); got != want {
			t.Errorf("%+v is %q, want %q", e, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sender.Splice{ID: 5, Out: true, PTS: 900, Duration: 30 * time.Second}.Section())
	f.Add(sender.Splice{ID: 5, Segmentation: 0x34, Duration: 15 * time.Second}.Section())
	f.Add(sender.Splice{ID: 5, Cancel: true, Segmentation: 0x34}.Section())
	f.Add(sender.SpliceNull())
	f.Add([]byte{0xfc})
	f.Fuzz(func(t *testing.T, b []byte) {
		// A checksum that fits lets the fuzzer in.
		if len(b) > 7 {
			if size := 3 + int(b[1]&0x0f)<<8 + int(b[2]); size >= 8 && size <= len(b) {
				binary.BigEndian.PutUint32(b[size-4:], crc(b[:size-4]))
			}
		}
		s, err := Parse(b)
		if err == nil && len(s.Events) > len(b) {
			t.Errorf("%d events in %d bytes", len(s.Events), len(b))
		}
		for _, e := range s.Events {
			if e.Name() == "" || e.Duration < 0 {
				t.Errorf("event %+v", e)
			}
		}
		if _, err := ParseMessage(b); err != nil && len(b) >= 12 {
			t.Error(err)
		}
	})
}
