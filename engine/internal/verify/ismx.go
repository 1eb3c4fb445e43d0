package verify

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// The kinds of pieces that an index file has, and the shape of its records: archive/FORMAT.md.
const (
	pieceHeader   = 1
	pieceMark     = 2
	pieceFragment = 3
	pieceMfra     = 4

	indexMagic = "PPISMX\r\n"
	indexHead  = 16
	recordBase = 64
	trackSize  = 80
	trackLimit = 1024
)

// piece is a record of an index file: what a range of the media file is.
type piece struct {
	at             int64 // of the record in the index file
	size           int64 // of the record
	kind           byte
	discontinuity  bool
	offset, length int64
	sum            uint32
	moofSize       int64
	mdatHeader     int64
	arrived        int64
	shift          int64
	tracks         []facts
}

func (p *piece) end() int64 { return p.offset + p.length }

// facts are what a record says of one track of a fragment, in the encoder's own times.
type facts struct {
	track                                 uint32
	sync, tfxd                            bool
	start, duration, decode, tfxdDuration int64
	payloadSize                           int64
	sequence                              uint32
}

// castagnoli is the table of CRC-32C.
func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// errTorn says that an index file ends inside a record.
var errTorn = errors.New("the index ends inside a record")

// indexReader reads an index file from front to back.
type indexReader struct {
	r  *bufio.Reader
	at int64
}

func newIndexReader(r io.Reader) *indexReader {
	return &indexReader{r: bufio.NewReaderSize(r, recordBase+trackSize*trackLimit)}
}

// head checks the beginning of the file.
func (x *indexReader) head() error {
	b, err := x.r.Peek(indexHead)
	if err != nil {
		if errors.Is(err, io.EOF) {
			return errTorn
		}
		return err
	}
	if string(b[:8]) != indexMagic || binary.BigEndian.Uint32(b[8:]) != 1 ||
		crc32.Checksum(b[:12], castagnoli()) != binary.BigEndian.Uint32(b[12:]) {
		return errors.New("the beginning of the index is not the one that was written")
	}
	return x.pass(indexHead)
}

func (x *indexReader) pass(n int) error {
	done, err := x.r.Discard(n)
	x.at += int64(done)
	return err
}

// next returns the next record; io.EOF at the end, errTorn when the file ends inside it, and
// another error when it is not one that was written.
func (x *indexReader) next() (*piece, error) {
	head, err := x.r.Peek(8)
	switch {
	case len(head) == 0 && errors.Is(err, io.EOF):
		return nil, io.EOF
	case len(head) < 8:
		return nil, torn(err)
	}
	size, err := recordSize(head)
	if err != nil {
		return nil, err
	}
	b, err := x.r.Peek(size)
	if len(b) < size {
		return nil, torn(err)
	}
	p, err := parseRecord(b, x.at)
	if err != nil {
		return nil, err
	}
	return p, x.pass(size)
}

func torn(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return errTorn
	}
	return err
}

// resync looks behind a record that is damaged for the next that is whole. The error is
// errTorn when there is none.
func (x *indexReader) resync() error {
	for {
		if err := x.pass(1); err != nil {
			return torn(err)
		}
		head, err := x.r.Peek(8)
		if len(head) < 8 {
			if err := x.pass(len(head)); err != nil { // too short for a record
				return err
			}
			return torn(err)
		}
		size, err := recordSize(head)
		if err != nil {
			continue
		}
		b, err := x.r.Peek(size)
		if len(b) < size && err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if len(b) == size {
			if _, err := parseRecord(b, x.at); err == nil {
				return nil
			}
		}
	}
}

func recordSize(head []byte) (int, error) {
	size, tracks := int64(binary.BigEndian.Uint32(head)), int64(binary.BigEndian.Uint16(head[6:]))
	if tracks > trackLimit || size != recordBase+trackSize*tracks {
		return 0, fmt.Errorf("a record of %d bytes cannot have %d tracks", size, tracks)
	}
	return int(size), nil
}

func parseRecord(b []byte, at int64) (*piece, error) {
	order, body := binary.BigEndian, b[:len(b)-4]
	if crc32.Checksum(body, castagnoli()) != order.Uint32(b[len(body):]) {
		return nil, errors.New("the checksum of a record does not fit")
	}
	p := &piece{at: at, size: int64(len(b)), kind: b[4], discontinuity: b[5]&1 != 0,
		offset: int64(order.Uint64(b[8:])), length: int64(order.Uint64(b[16:])), sum: order.Uint32(b[24:]),
		moofSize: int64(order.Uint32(b[28:])), mdatHeader: int64(order.Uint32(b[32:])),
		arrived: int64(order.Uint64(b[36:])), shift: int64(order.Uint64(b[44:]))}
	if p.kind < pieceHeader || p.kind > pieceMfra || p.offset < 0 || p.length <= 0 || p.end() < 0 ||
		p.kind == pieceFragment && p.moofSize+p.mdatHeader > p.length {
		return nil, errors.New("a record makes no sense")
	}
	for t := b[recordBase-4 : len(body)]; len(t) >= trackSize; t = t[trackSize:] {
		number := func(at int) int64 { return int64(order.Uint64(t[at:])) }
		flags := order.Uint32(t[4:])
		p.tracks = append(p.tracks, facts{track: order.Uint32(t), sync: flags&1 != 0, tfxd: flags&2 != 0, sequence: order.Uint32(t[8:]),
			start: number(16), duration: number(24), decode: number(32), tfxdDuration: number(40),
			payloadSize: number(56)})
	}
	return p, nil
}
