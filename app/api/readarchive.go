package api

import "pubpoint/engine"

func (r recording) recording() engine.Recording {
	return engine.Recording{Name: r.Name, Title: r.Title, State: engine.State(r.State), Reason: r.Reason, Event: r.Event.status(), Bytes: r.Bytes, Manifest: r.URL}
}

// ReadArchive reads the answer to GET /points/{name}/archive.
func ReadArchive(body []byte) ([]engine.ArchivedEvent, error) {
	var in struct {
		Events []archivedEvent `json:"events"`
	}
	err := read(body, &in)
	return list(in.Events, archivedEvent.event), err
}

func (e archivedEvent) event() engine.ArchivedEvent {
	return engine.ArchivedEvent{ID: e.ID, Title: e.Title, Began: e.Began, Ended: e.Ended, Duration: span(e.Duration), Bytes: e.Bytes,
		Files: list(e.Files, func(f archiveFile) engine.ArchiveFile { return engine.ArchiveFile(f) }),
		URL:   e.URL, Links: list(e.Links, link.link), Live: e.Live, Current: e.Current}
}

// PurgeBody is the action "purge" on an archive.
func PurgeBody(p engine.Purge) any {
	body := map[string]any{"action": "purge"}
	if p.Event != "" {
		body["event"] = p.Event
	}
	if !p.Before.IsZero() {
		body["before"] = p.Before
	}
	return body
}

// ReadPurged reads what a purge has done.
func ReadPurged(body []byte) (engine.Purged, error) {
	var in struct {
		Events []string `json:"events"`
		Bytes  int64    `json:"bytes"`
	}
	err := read(body, &in)
	return engine.Purged{Events: in.Events, Bytes: in.Bytes}, err
}

// VerifyBody is the action "verify" on an archive.
func VerifyBody(event string) any { return map[string]string{"action": "verify", "event": event} }

// VerifyLine is one line of a check that is told while it goes on: how far it is, or with Done its
// result.
type VerifyLine struct {
	Read, Total int64
	Done        bool
	Result      engine.Verification
}

// ReadVerifyLine reads one line. The error may be that of the check.
func ReadVerifyLine(body []byte) (VerifyLine, error) {
	var in verifyProgress
	if err := read(body, &in); err != nil {
		return VerifyLine{}, err
	}
	switch {
	case in.Problem != nil:
		return VerifyLine{}, in.Problem.err("verify archive")
	case in.Verification != nil:
		return VerifyLine{Done: true, Result: in.Verification.verification()}, nil
	}
	return VerifyLine{Read: in.Done, Total: in.Total}, nil
}

func (v Verification) verification() engine.Verification {
	return engine.Verification{Dir: v.Dir, Event: v.Event, Verdict: engine.Verdict(v.Verdict), Open: v.Open, Zero: v.Zero, Bytes: v.Bytes,
		Files: list(v.Files, func(f verifiedFile) engine.VerifiedFile {
			return engine.VerifiedFile{Name: f.Name, Stream: f.Stream, Verdict: engine.Verdict(f.Verdict), Writing: f.Writing, Bytes: f.Bytes,
				Fragments: f.Fragments, Start: span(f.Start), End: span(f.End)}
		}),
		Flaws: list(v.Flaws, func(f archivedFlaw) engine.Flaw {
			return engine.Flaw{Verdict: engine.Verdict(f.Verdict), File: f.File, Stream: f.Stream, Text: f.Text, From: f.From, To: f.To,
				Timed: f.Timed, Start: span(f.Start), End: span(f.End)}
		})}
}

// ClipBody is the action "clip" on an archive.
func ClipBody(c engine.ClipRequest) any {
	return clipOrder{Action: "clip", Name: c.Name, Event: c.Event, From: moment(c.Range.From.String()), To: moment(c.Range.To.String()), Title: c.Title}
}

// ReadClip reads the clip that was cut.
func ReadClip(body []byte) (engine.Clip, error) {
	var in madeClip
	err := read(body, &in)
	return engine.Clip{Name: in.Name, URL: in.URL, From: span(in.From), To: span(in.To), Began: in.Began, Tracks: in.Tracks,
		Fragments: in.Fragments, Bytes: in.Bytes, Took: span(in.Took)}, err
}
