package scte35

// cuei marks the descriptors of SCTE.
const cuei = 0x43554549

// readDescriptors reads the segmentation descriptors (SCTE 35 clause 10.3.3) of a section
// and passes over all others.
func (s *Section) readDescriptors(r *reader) {
	for len(r.b) > 0 && !r.short {
		tag := r.number(1)
		d := reader{b: r.cut(int(r.number(1)))}
		if r.short || tag != 2 || d.number(4) != cuei {
			continue
		}
		e := readSegmentation(&d)
		if d.short {
			r.short = true
			return
		}
		s.Events = append(s.Events, e)
	}
}

func readSegmentation(d *reader) Event {
	e := Event{ID: uint32(d.number(4))}
	if e.Cancel = d.number(1)&0x80 != 0; e.Cancel {
		return e
	}
	flags := d.number(1)
	if flags&0x80 == 0 {
		d.skip(int(d.number(1)) * 6) // components and their offsets
	}
	if flags&0x40 != 0 {
		e.Duration = ticks(d.number(5))
	}
	d.skip(1) // kind of the identifier
	d.skip(int(d.number(1)))
	e.Type = uint8(d.number(1))
	d.skip(2) // segment numbers
	e.Out, e.In = e.leaves(), e.returns()
	return e
}

// leaves tells that a segment for advertisements begins.
func (e Event) leaves() bool {
	switch e.Type {
	case 0x22, 0x30, 0x32, 0x34, 0x36, 0x38, 0x3a, 0x44, 0x46:
		return true
	}
	return false
}

// returns tells that such a segment ends.
func (e Event) returns() bool {
	switch e.Type {
	case 0x23, 0x31, 0x33, 0x35, 0x37, 0x39, 0x3b, 0x45, 0x47:
		return true
	}
	return false
}

// Name says in words what the event is, as the beginning of a sentence.
func (e Event) Name() string {
	if e.Type == 0 {
		switch {
		case e.Out:
			return "Splice out"
		case e.In:
			return "Splice in"
		}
		return "Splice"
	}
	name := segmentationName(e.Type &^ 1)
	switch {
	case e.Type == 0x01 || e.Type == 0x02 || name == "":
		return "Segmentation"
	case e.Type&1 != 0:
		return name + " end"
	}
	return name + " start"
}

// segmentationName is what a pair of segmentation_type_id is for, by its even one.
func segmentationName(pair uint8) string {
	switch pair {
	case 0x10:
		return "Programme"
	case 0x20:
		return "Chapter"
	case 0x22:
		return "Break"
	case 0x30:
		return "Provider advertisement"
	case 0x32:
		return "Distributor advertisement"
	case 0x34:
		return "Provider placement opportunity"
	case 0x36:
		return "Distributor placement opportunity"
	case 0x40:
		return "Unscheduled event"
	case 0x50:
		return "Network"
	}
	return ""
}
