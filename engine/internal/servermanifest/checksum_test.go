package servermanifest

import (
	"bytes"
	"testing"
)

// TestStamp changes a stamped document at every byte.
func TestStamp(t *testing.T) {
	plain := Write(&Document{Title: "Oceans", Meta: []Pair{{Name: "a", Value: "b"}}, Sources: []Source{{Type: "video", Src: "x.ismv", SystemBitrate: 1, TrackID: 1}}})
	if stamped, _ := CheckStamp(plain); stamped {
		t.Error("a document without a stamp has one")
	}
	doc := Stamp(plain)
	if stamped, fits := CheckStamp(doc); !stamped || !fits {
		t.Fatalf("stamped %t, fits %t:\n%s", stamped, fits, doc)
	}
	if _, err := ParseDocument(doc); err != nil {
		t.Error(err)
	}
	for i := range doc {
		for bit := range 8 {
			other := bytes.Clone(doc)
			other[i] ^= 1 << bit
			if stamped, fits := CheckStamp(other); stamped && fits {
				t.Errorf("bit %d of byte %d is not noticed", bit, i)
			}
		}
		if stamped, fits := CheckStamp(doc[:i]); stamped && fits {
			t.Errorf("%d bytes are enough", i)
		}
	}
	if got := Stamp([]byte("<smil/>")); string(got) != "<smil/>" {
		t.Errorf("%s", got)
	}
}
