package proc

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// readLines calls emit with every line of r until its end, without the line ending. A line
// longer than limit bytes is emitted cut, once, and the rest of it is read and discarded; cut
// counts those lines. The slice given to emit is valid during the call only.
func readLines(r io.Reader, limit int, emit func(line []byte)) (cut int64, err error) {
	// One byte more than the limit, so that a line of exactly limit bytes still finds room for its end.
	br := bufio.NewReaderSize(r, limit+1)
	limit = br.Size() - 1
	inRest := false
	for {
		part, err := br.ReadSlice('\n')
		full := errors.Is(err, bufio.ErrBufferFull)
		switch {
		case inRest:
		case full:
			cut++
			emit(part[:limit])
		case len(part) > 0:
			emit(bytes.TrimRight(part, "\r\n"))
		}
		inRest = full
		if err == nil || full {
			continue
		}
		if errors.Is(err, io.EOF) {
			return cut, nil
		}
		return cut, err
	}
}

// readParts calls emit with what r gives, as it comes, until its end. The slice given to emit is
// valid during the call only.
func readParts(r io.Reader, emit func(part []byte)) error {
	buf := make([]byte, 32<<10)
	for {
		n, err := r.Read(buf)
		if n > 0 {
			emit(buf[:n])
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
