package scte35

import (
	"errors"
	"fmt"
	"time"
)

// Command is a splice_command_type (SCTE 35 clause 9.6.1).
type Command uint8

// The commands that have a meaning for players.
const (
	SpliceNull   Command = 0x00 // a sign of life
	SpliceInsert Command = 0x05
	TimeSignal   Command = 0x06
)

// Section is what a splice_info_section says.
type Section struct {
	Command   Command
	Encrypted bool // nothing else is known of it
	// HasPTS tells that PTS is known: a splice may be meant for at once.
	HasPTS bool
	// PTS is the time of the splice on the 90 kHz clock of the transport stream that the
	// message was made for, adjustment added, modulo 2^33.
	PTS uint64
	// Events has one for a splice_insert, and one for each segmentation descriptor of a
	// time_signal.
	Events []Event
}

// Event is one thing that begins, ends or is called off.
type Event struct {
	ID     uint32 // splice_event_id or segmentation_event_id
	Cancel bool   // what was announced under the ID does not take place; the rest is unknown
	// Type is the segmentation_type_id, and 0 for a splice_insert.
	Type uint8
	Out  bool // the programme is left here
	In   bool // the programme is taken up again here
	// Duration is how long what begins here lasts; 0 when it is not told.
	Duration   time.Duration
	AutoReturn bool // of a splice_insert: the programme comes back by itself after Duration
}

// errEncoding is the cause of all errors about a section's bytes.
var errEncoding = errors.New("not a splice_info_section")

// Parse reads a splice_info_section, whose CRC must fit. What follows its end is let pass.
func Parse(b []byte) (Section, error) {
	var s Section
	if len(b) < 3 || b[0] != 0xfc {
		return s, fmt.Errorf("%w: it does not begin with table 0xfc", errEncoding)
	}
	size := 3 + int(b[1]&0x0f)<<8 + int(b[2])
	if size > len(b) || size < 20 {
		return s, fmt.Errorf("%w: its length is %d and there are %d bytes", errEncoding, size, len(b))
	}
	if got := crc(b[:size]); got != 0 {
		return s, fmt.Errorf("%w: its checksum is wrong", errEncoding)
	}
	r := reader{b: b[3 : size-4]}
	r.skip(1) // protocol version
	flags := r.number(5)
	s.Encrypted = flags>>39 != 0
	adjustment := flags & (1<<33 - 1)
	r.skip(1) // control word
	lengths := r.number(3)
	s.Command = Command(r.number(1))
	if s.Encrypted {
		return s, r.err()
	}
	command := r
	if n := int(lengths & 0xfff); n != 0xfff { // else unknown: an older sender
		command = reader{b: r.cut(n)}
	}
	s.readCommand(&command)
	if lengths&0xfff == 0xfff {
		r = command
	} else if command.short {
		r.short = true
	}
	descriptors := reader{b: r.cut(int(r.number(2)))}
	if s.Command == TimeSignal {
		s.readDescriptors(&descriptors)
	}
	s.PTS = (s.PTS + adjustment) & (1<<33 - 1)
	if !s.HasPTS {
		s.PTS = 0
	}
	r.short = r.short || descriptors.short
	return s, r.err()
}

// readCommand reads a splice_insert or time_signal; of others, whose length is known, nothing
// is of use here.
func (s *Section) readCommand(r *reader) {
	switch s.Command {
	case SpliceInsert:
		s.readInsert(r)
	case TimeSignal:
		s.readTime(r)
	}
}

// readInsert reads a splice_insert (clause 9.7.3).
func (s *Section) readInsert(r *reader) {
	e := Event{ID: uint32(r.number(4))}
	e.Cancel = r.number(1)&0x80 != 0
	if !e.Cancel {
		flags := r.number(1)
		immediate := flags&0x10 != 0
		e.Out = flags&0x80 != 0
		e.In = !e.Out
		if flags&0x40 != 0 {
			if !immediate {
				s.readTime(r)
			}
		} else {
			for range r.number(1) {
				r.skip(1) // component
				if !immediate {
					s.readTime(r) // components splice together, or nearly
				}
			}
		}
		if flags&0x20 != 0 {
			length := r.number(5)
			e.AutoReturn = length>>39 != 0
			e.Duration = ticks(length & (1<<33 - 1))
		}
		r.skip(4) // programme and avail numbers
	}
	if !r.short {
		s.Events = append(s.Events, e)
	}
}

// readTime reads a splice_time (clause 9.8.1).
func (s *Section) readTime(r *reader) {
	if first := r.number(1); first&0x80 != 0 {
		s.PTS = (first&1)<<32 | r.number(4)
		s.HasPTS = !r.short
	}
}

// ticks converts a number of ticks of 90 kHz, at most 40 bits.
func ticks(n uint64) time.Duration { return time.Duration(n) * 100 * time.Microsecond / 9 }
