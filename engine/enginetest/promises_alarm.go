package enginetest

import (
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
)

func unknownAlarms(t *testing.T, s engine.Service) {
	if all := s.Alarms(); len(all) != 0 {
		t.Errorf("a new engine has alarms: %+v", all)
	}
	wantKind(t, "AckAlarm", s.AckAlarm(t.Context(), "none"), engine.NotFound)
	wantKind(t, "ShelveAlarm", s.ShelveAlarm(t.Context(), "none", time.Minute, "because"), engine.NotFound)
	wantKind(t, "ShelveAlarm for 0", s.ShelveAlarm(t.Context(), "none", 0, ""), engine.NotFound)
}

func notes(t *testing.T, s engine.Service) {
	wantKind(t, "AddNote to no point", s.AddNote(t.Context(), "oceans", "Goal"), engine.NotFound)
	create(t, s, "oceans")
	wantKind(t, "AddNote of a long text", s.AddNote(t.Context(), "oceans", strings.Repeat("ü", 201)), engine.BadInput)
	for _, text := range []string{"Goal", "", strings.Repeat("ü", 200)} {
		if err := s.AddNote(t.Context(), "oceans", text); err != nil {
			t.Fatalf("AddNote %q: %v", text, err)
		}
		past := s.RecentEvents(1)
		if len(past) != 1 || !past[0].Note || past[0].Text != text || past[0].Point != "oceans" || past[0].Severity != engine.Info || past[0].At.IsZero() {
			t.Errorf("the note %q is the event %+v", text, past)
		}
	}
}

func machineTold(t *testing.T, s engine.Service) {
	if st := s.System(); st.CPU < 0 || st.Memory < 0 || st.Recording < 0 || st.DiskLasts < 0 || st.Encoders < 0 {
		t.Errorf("figures below zero: %+v", st)
	}
}
