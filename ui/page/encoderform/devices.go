package encoderform

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// devices lets the operator choose among the cameras, microphones and screens of this machine.
type devices struct {
	in      *Input
	all     []engine.CaptureDevice
	asked   bool
	looking bool
	failed  string
	round   int

	camera, microphone, display, heard *picker
	refresh, refreshScreen             *kit.Button
	note, screenNote                   *note
	device, screen                     *fyne.Container // the panels
}

func newDevices(in *Input) *devices {
	s := &devices{in: in, note: newNote(), screenNote: newNote()}
	d := in.draft
	s.camera = newPicker(func(id string) { d.Camera = id; in.changed() })
	s.microphone = newPicker(func(id string) { d.Microphone = id; in.changed() })
	s.display = newPicker(func(id string) { d.Screen = id; in.changed() })
	s.heard = newPicker(func(id string) { d.Heard = id; in.changed() })
	s.refresh = kit.NewButton(kit.ButtonPlain, words.T(textRefresh), look.IconRestart, s.look)
	s.refreshScreen = kit.NewButton(kit.ButtonPlain, words.T(textRefresh), look.IconRestart, s.look)
	beside := func(p *picker, b *kit.Button) fyne.CanvasObject {
		return page.Edges(nil, nil, nil, page.Inset(b, look.Space2, 0, 0, 0), framed(p.box))
	}
	s.device = page.Column(look.Space1,
		in.labelled(labelCamera, beside(s.camera, s.refresh)),
		in.labelled(labelMicrophone, framed(s.microphone.box)),
		in.labelled("", s.note.box))
	s.screen = page.Column(look.Space1,
		in.labelled(labelScreen, beside(s.display, s.refreshScreen)),
		in.labelled(labelSound, framed(s.heard.box)),
		in.labelled("", s.screenNote.box))
	return s
}

// look asks for the devices of this machine.
func (s *devices) look() {
	s.asked, s.looking, s.failed = true, true, ""
	s.round++
	round := s.round
	s.in.Show()
	var all []engine.CaptureDevice
	s.in.host.Do(func(ctx context.Context) error {
		var err error
		all, err = s.in.operator.CaptureDevices(ctx)
		return err
	}, func(err error) {
		if round != s.round {
			return
		}
		s.looking = false
		if err != nil {
			s.failed = page.Sentence(engine.Sentence(err))
		} else {
			s.all = all
			s.first()
		}
		s.in.changed()
	})
}

// first chooses the first camera, microphone and screen there are, when none is chosen yet.
func (s *devices) first() {
	d := s.in.draft
	take := func(into *string, kind engine.DeviceKind) {
		for _, c := range s.all {
			if c.Kind == kind && *into == "" {
				*into = c.ID
			}
		}
	}
	if d.Kind == engine.InputScreen {
		take(&d.Screen, engine.DeviceScreen)
		return
	}
	if d.Camera == "" && d.Microphone == "" {
		take(&d.Camera, engine.DeviceCamera)
		take(&d.Microphone, engine.DeviceMicrophone)
	}
}

func (s *devices) show(problem string) {
	d := s.in.draft
	if (d.Kind == engine.InputDevice || d.Kind == engine.InputScreen) && !s.asked {
		s.look()
		return
	}
	s.camera.show(s.of(engine.DeviceCamera), d.Camera)
	s.microphone.show(s.of(engine.DeviceMicrophone), d.Microphone)
	s.display.show(s.of(engine.DeviceScreen), d.Screen)
	s.heard.show(s.of(engine.DeviceMicrophone), d.Heard)
	for _, b := range []*kit.Button{s.refresh, s.refreshScreen} {
		page.SetDisabled(b, s.looking)
	}
	hint := words.T(textDeviceHint)
	switch {
	case s.looking:
		problem, hint = "", words.T(textLooking)
	case s.failed != "":
		problem = s.failed
	case len(s.all) == 0:
		problem = words.T(textNoneFound)
	}
	s.note.show(problem, hint)
	s.screenNote.show(problem, hint)
}

func (s *devices) of(kind engine.DeviceKind) []engine.CaptureDevice {
	var some []engine.CaptureDevice
	for _, c := range s.all {
		if c.Kind == kind {
			some = append(some, c)
		}
	}
	return some
}

func (s *devices) controls() []page.Control {
	prefix := s.in.config.Prefix
	at := func(name string, p *picker) page.Control {
		return page.Control{Name: prefix + name, Text: p.box.Selected, Object: p.box}
	}
	if s.in.draft.Kind == engine.InputScreen {
		return []page.Control{at("screen-which", s.display), at("sound", s.heard), page.ButtonControl(prefix+"refresh", s.refreshScreen),
			{Name: prefix + "note", Text: s.screenNote.text.Text(), Object: s.screenNote.text}}
	}
	return []page.Control{at("camera", s.camera), at("microphone", s.microphone), page.ButtonControl(prefix+"refresh", s.refresh),
		{Name: prefix + "note", Text: s.note.text.Text(), Object: s.note.text}}
}

// picker chooses one device, or none.
type picker struct {
	box    *widget.Select
	ids    []string // of the options; the first is none
	chosen func(id string)
}

func newPicker(chosen func(id string)) *picker {
	p := &picker{chosen: chosen, ids: []string{""}}
	p.box = widget.NewSelect(translated(textNone), func(string) {
		if i := p.box.SelectedIndex(); i >= 0 && i < len(p.ids) {
			p.chosen(p.ids[i])
		}
	})
	return p
}

// show offers some devices, of which that one is chosen. One that is gone stays on offer by its id.
func (p *picker) show(all []engine.CaptureDevice, id string) {
	p.ids = []string{""}
	labels := translated(textNone)
	at := 0
	for _, c := range all {
		if c.ID == id {
			at = len(p.ids)
		}
		p.ids = append(p.ids, c.ID)
		labels = append(labels, distinct(labels, c))
	}
	if at == 0 && id != "" {
		at = len(p.ids)
		p.ids = append(p.ids, id)
		labels = append(labels, id)
	}
	told := p.box.OnChanged
	p.box.OnChanged = nil
	p.box.SetOptions(labels)
	p.box.SetSelectedIndex(at)
	p.box.OnChanged = told
}

// distinct is what c is called among others that may have its label.
func distinct(others []string, c engine.CaptureDevice) string {
	if c.Label == "" {
		return c.ID
	}
	for _, o := range others {
		if o == c.Label {
			return c.Label + " (" + c.ID + ")"
		}
	}
	return c.Label
}
