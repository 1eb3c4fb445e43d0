package archive

import (
	"strconv"

	"fyne.io/fyne/v2"

	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// strip lists the jobs that run, and those that have ended until they are dismissed.
type strip struct {
	page    *Page
	object  *fyne.Container // holds column
	banners []*kit.Banner
	shown   []jobView
}

func newStrip(w *Page) *strip {
	s := &strip{page: w}
	column := page.Column(look.Space1)
	for range shownJobs {
		b := kit.NewBanner(kit.Notice{})
		b.Hide()
		s.banners = append(s.banners, b)
		column.Add(b)
	}
	s.object = page.Inset(column, 0, look.Space3, 0, 0)
	s.object.Hide()
	return s
}

// show brings the jobs up to date; those beyond the newest few are left out until there is room.
func (s *strip) show() {
	jobs := s.page.last.jobs
	jobs = jobs[:min(len(jobs), shownJobs)]
	layOut := len(jobs) != len(s.shown)
	for i, b := range s.banners {
		page.SetHidden(b, i >= len(jobs))
		if i < len(jobs) && (i >= len(s.shown) || jobs[i] != s.shown[i]) {
			b.Set(s.notice(jobs[i]))
		}
	}
	s.shown = jobs
	page.SetHidden(s.object, len(jobs) == 0)
	if layOut {
		s.page.sheet.Refresh()
	}
}

func (s *strip) notice(j jobView) kit.Notice {
	n := kit.Notice{Lamp: j.lamp, Sentence: j.text}
	switch {
	case j.running && j.verb == doDelete, j.running && j.verb == doPurge, j.stopping && j.running:
		// It is quick, or on its way out already.
	case j.running:
		n.Action, n.OnAction = words.T(textCancel), func() { s.stop(j.id) }
	default:
		n.OnClose = func() { s.dismiss(j.id) }
		if j.play != "" {
			n.Action, n.OnAction = words.T(textPlay), func() { s.page.host.Open(j.play) }
		}
	}
	return n
}

func (s *strip) stop(id int) {
	s.page.jobs.stop(id)
	s.page.host.Wake()
}

func (s *strip) dismiss(id int) {
	s.page.jobs.dismiss(id)
	s.page.host.Wake()
}

func (s *strip) controls() []page.Control {
	var all []page.Control
	for i, j := range s.shown {
		all = append(all, page.Control{Name: "archive-job-" + strconv.Itoa(j.id), Text: j.text, Object: s.banners[i]})
	}
	return all
}
