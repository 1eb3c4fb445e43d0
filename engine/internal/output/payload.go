package output

import (
	"bytes"
	"fmt"

	"pubpoint/engine/internal/presentation"
)

// Payload returns the samples of what a track has in one of its fragments, one after the
// other: a document of captions, or the message of a marker, which are one sample. It reads
// no more than limit bytes.
//
// It fails with an *Error of kind Broken when there are more, or they cannot be read.
func Payload(t *presentation.Track, f *presentation.Fragment, limit int64) ([]byte, error) {
	samples, err := Samples(t, f)
	if err != nil {
		return nil, err
	}
	if samples.PayloadSize > limit {
		return nil, broken(f, fmt.Errorf("it has %d bytes of text, and %d are the limit", samples.PayloadSize, limit))
	}
	var b bytes.Buffer
	if _, err := f.Media.WritePayload(&b, samples.PayloadOffset, samples.PayloadSize); err != nil {
		return nil, broken(f, err)
	}
	return b.Bytes(), nil
}
