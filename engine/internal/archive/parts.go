package archive

import "pubpoint/engine/internal/fmp4"

// ParseMoof reads the moof at offset in an archive file as a scan does: offsets of samples
// that are counted from the start of the encoder's stream do not fail for the file's being
// another one.
func ParseMoof(moof []byte, init *fmp4.Init, l fmp4.Limits, offset int64) ([]*fmp4.Fragment, error) {
	at := fmp4.Position{Moof: offset, Payload: offset}
	if base, ok := baseDataOffset(moof); ok && base > 0 {
		at = fmp4.Position{Moof: base, Payload: base}
	}
	return fmp4.ParseMoof(moof, init, l, at)
}

// ParseMark reads a whole uuid box; false for one that is none of ours.
func ParseMark(box []byte) (Mark, bool) { return parseMark(box) }
