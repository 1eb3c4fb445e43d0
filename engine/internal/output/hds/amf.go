package hds

import (
	"encoding/binary"
	"math"
)

// metadata is the onMetaData of a rendition: a name and an ECMA array in AMF0 (F4V 10.1, E.5).
func (o offer) metadata() []byte {
	duration := 0.0
	if !o.view.Live {
		duration = float64(o.duration()) / 1000
	}
	a := amf{}
	a.number("duration", duration)
	voice := o.sound
	if video(o.lead) {
		i := o.lead.Init
		a.number("width", float64(i.DisplayWidth))
		a.number("height", float64(i.DisplayHeight))
		a.number("videodatarate", float64(o.lead.Bitrate)/1000)
		a.number("videocodecid", 7)
	} else {
		voice = o.lead
	}
	if voice != nil {
		a.number("audiodatarate", float64(voice.Bitrate)/1000)
		a.number("audiosamplerate", float64(voice.Init.SamplingRate))
		a.number("audiosamplesize", 16)
		a.boolean("stereo", voice.Init.Channels > 1)
		a.number("audiocodecid", 10)
	}
	return a.array("onMetaData")
}

// amf writes the properties of an ECMA array (AMF0, 2.10).
type amf struct {
	properties []byte
	count      uint32
}

func (a *amf) key(name string) {
	a.properties = append(binary.BigEndian.AppendUint16(a.properties, uint16(len(name))), name...)
	a.count++
}

func (a *amf) number(name string, value float64) {
	a.key(name)
	a.properties = binary.BigEndian.AppendUint64(append(a.properties, 0), math.Float64bits(value))
}

func (a *amf) boolean(name string, value bool) {
	a.key(name)
	b := byte(0)
	if value {
		b = 1
	}
	a.properties = append(a.properties, 1, b)
}

// array is a string and the array behind it.
func (a *amf) array(name string) []byte {
	b := append(binary.BigEndian.AppendUint16([]byte{2}, uint16(len(name))), name...)
	b = binary.BigEndian.AppendUint32(append(b, 8), a.count)
	return append(append(b, a.properties...), 0, 0, 9)
}
