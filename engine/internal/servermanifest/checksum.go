package servermanifest

import (
	"bytes"
	"fmt"
	"hash/crc32"
)

// MetaChecksum names the meta element that carries the checksum of the document it is in:
// CRC-32C, in eight hexadecimal digits, of all bytes but those of the line of the element.
const MetaChecksum = "pubpoint.checksum"

// Names of further meta elements that say what is true of the files beside the document.
const (
	// MetaClientManifest has the checksum of the client manifest, as [Sum] tells it.
	MetaClientManifest = "pubpoint.clientManifestChecksum"
	// MetaLost tells, one each, of media that was taken in and is lost because the disk
	// refused it: stream id, track, and presentation times in ticks of 100 ns.
	MetaLost = "pubpoint.lost"
)

const (
	checksumHead = `    <meta name="` + MetaChecksum + `" content="`
	checksumTail = `"/>` + "\n"
	headEnd      = "  </head>\n"
)

// Sum is the CRC-32C of b as manifests tell it, in eight hexadecimal digits.
func Sum(b []byte) string {
	return fmt.Sprintf("%08x", crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)))
}

// Stamp adds the checksum to a document of [Write].
func Stamp(doc []byte) []byte {
	head, rest, found := bytes.Cut(doc, []byte(headEnd))
	if !found {
		return doc
	}
	return bytes.Join([][]byte{head, []byte(checksumHead + Sum(doc) + checksumTail + headEnd), rest}, nil)
}

// CheckStamp holds a document against the checksum that it carries. Without one, stamped is
// false.
func CheckStamp(doc []byte) (stamped, fits bool) {
	head, rest, found := bytes.Cut(doc, []byte(checksumHead))
	if !found {
		return false, false
	}
	const size = 8 + len(checksumTail)
	if len(rest) < size || string(rest[8:size]) != checksumTail || !bytes.HasPrefix(rest[size:], []byte(headEnd)) {
		return true, false
	}
	return true, Sum(append(head[:len(head):len(head)], rest[size:]...)) == string(rest[:8])
}
