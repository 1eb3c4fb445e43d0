package ui

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"pubpoint/engine"
	"pubpoint/engine/enginetest"
	"pubpoint/ui/words"
)

// guarded is a house whose point "arena-main" lets in who has a password, and plays by signed links.
func guarded() *enginetest.Fake {
	fake := house()
	fake.ChangePoint("arena-main", func(p *engine.PointStatus) {
		p.Config.IngestAuth = []engine.Credential{{Name: "van", Kind: engine.CredentialPassword, Scheme: engine.SchemePBKDF2}, {Name: "cloud", Kind: engine.CredentialToken, Scheme: engine.SchemeSHA256}}
		p.Config.AllowFrom, p.Config.SignedPlayback = []string{"10.0.0.0/8"}, true
	})
	return fake
}

// onAccess opens the dialog of who may send and watch.
func onAccess(t *testing.T, fake *enginetest.Fake, name string) *bench {
	t.Helper()
	b := onPoint(t, fake, name, 1280, 720)
	b.tap("access")
	return b
}

// config are the settings of a point as the engine has them.
func (b *bench) config(name string) engine.PointConfig {
	b.t.Helper()
	p, err := b.fake.Point(name)
	if err != nil {
		b.t.Fatal(err)
	}
	return p.Config
}

// ordered is the newest UpdatePoint, secrets and all.
func (b *bench) ordered() engine.PointConfig {
	b.t.Helper()
	calls := b.fake.CallsOf("UpdatePoint")
	return calls[len(calls)-1].Args[1].(engine.PointConfig)
}

func TestCredentialsOfAPoint(t *testing.T) {
	b := onAccess(t, house(), "arena-main")
	if !b.find("access-save").Disabled || !b.find("access-add").Disabled || b.find("access-cancel").Text != "Close" {
		t.Error("nothing was changed, and it can be saved")
	}
	b.typeInto("access-name", "van")
	b.typeInto("access-secret", "opens-the-sea")
	b.tap("access-add")
	if got := b.find("credential-secret-van").Text; got != "opens-the-sea" || b.find("access-name").Text != "" || b.find("access-secret").Text != "" {
		t.Errorf("the secret is shown as %q", got)
	}
	b.typeInto("access-name", "cloud")
	if !b.find("access-save").Disabled || !strings.HasPrefix(b.find("access-failure").Text, "Add what you have typed") {
		t.Error("what was only typed gets lost")
	}
	b.tap("access-token")
	b.press("access-name", fyne.KeyReturn)
	made := b.find("credential-secret-cloud").Text
	if !engine.ValidToken(made) {
		t.Errorf("the token is %q", made)
	}
	b.fake.Fail("UpdatePoint", &engine.Error{Op: "update point", Kind: engine.Storage, Text: "The disk is full; make room."})
	b.tap("access-save")
	b.until("the sentence", func() bool { return b.has("access-failure") && !b.find("access-save").Disabled })
	b.fake.Fail("UpdatePoint", nil)
	b.tap("access-save")
	b.until("that it is saved", func() bool { return b.find("access-save").Disabled && b.find("access-cancel").Text == "Close" })
	if got := b.ordered().IngestAuth; len(got) != 2 || got[0] != (engine.Credential{Name: "van", Kind: engine.CredentialPassword, Secret: "opens-the-sea"}) ||
		got[1] != (engine.Credential{Name: "cloud", Kind: engine.CredentialToken, Secret: made}) {
		t.Errorf("ordered was %+v", got)
	}
	if b.find("credential-secret-cloud").Text != made {
		t.Error("the secret is gone before it could be copied")
	}
	b.tap("access-cancel")
	b.until("the new settings", func() bool { return b.has("access-say") })
	b.tap("access")
	if b.has("credential-secret-cloud") || b.find("credential-cloud").Text != "token" {
		t.Error("a secret is shown again")
	}
	b.tap("credential-replace-cloud")
	if b.find("access-name").Text != "cloud" || b.find("access-add").Text != "Replace" {
		t.Errorf("the form says %q, %q", b.find("access-name").Text, b.find("access-add").Text)
	}
	b.tap("access-add")
	b.tap("credential-remove-van")
	again := b.find("credential-secret-cloud").Text
	b.tap("access-save")
	b.until("that it is saved", func() bool { return b.find("access-save").Disabled && b.find("access-cancel").Text == "Close" })
	if got := b.ordered().IngestAuth; again == made || len(got) != 1 || got[0] != (engine.Credential{Name: "cloud", Kind: engine.CredentialToken, Scheme: engine.SchemeSHA256, Secret: again}) {
		t.Errorf("ordered was %+v", got)
	}
}

func TestAddressesOfAPoint(t *testing.T) {
	b := onAccess(t, house(), "arena-main")
	b.typeInto("access-allow", "10.0.0.0/8, 192.0.2")
	if got := b.find("access-failure").Text; got != "“192.0.2” is no address; write one like 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32." && !strings.HasPrefix(got, `"192.0.2" is no address`) {
		t.Errorf("it says %q", got)
	}
	if !b.find("access-save").Disabled {
		t.Error("half an address can be saved")
	}
	b.typeInto("access-allow", ".7")
	b.typeInto("access-play", "2001:db8::/32")
	// What was changed elsewhere meanwhile stays.
	b.fake.ChangePoint("arena-main", func(p *engine.PointStatus) { p.Config.Title = "Changed meanwhile" })
	b.press("access-play", fyne.KeyReturn)
	b.await("UpdatePoint")
	b.until("that it is saved", func() bool { return b.find("access-cancel").Text == "Close" })
	c := b.config("arena-main")
	if strings.Join(c.AllowFrom, " ") != "10.0.0.0/8 192.0.2.7" || strings.Join(c.PlayFrom, " ") != "2001:db8::/32" || c.Title != "Changed meanwhile" {
		t.Errorf("the settings are %+v", c)
	}
	b.press("access-play", fyne.KeyEscape)
	if b.win.modal != nil {
		t.Error("Esc does not close the dialog")
	}
}

func TestSignedLinks(t *testing.T) {
	b := onAccess(t, house(), "arena-main")
	if !b.find("access-sign").Disabled {
		t.Error("links of an open point can be signed")
	}
	b.check("access-signed")
	if got := b.find("access-said").Text; !b.find("access-sign").Disabled || !strings.HasPrefix(got, "Save first") {
		t.Errorf("before it is saved it says %q", got)
	}
	b.tap("access-save")
	b.until("that it is saved", func() bool { return b.find("access-cancel").Text == "Close" })
	b.tap("sign-24h")
	b.fake.Fail("SignPlayback", &engine.Error{Op: "sign playback", Kind: engine.Unavailable, Text: "The engine is away."})
	b.tap("access-sign")
	b.until("the sentence", func() bool { return b.has("access-failure") })
	b.fake.Fail("SignPlayback", nil)
	b.tap("access-sign")
	b.until("the links", func() bool { return b.has("signed-preview") && b.has("signed-smooth-streaming") })
	calls := b.fake.CallsOf("SignPlayback")
	if got := calls[len(calls)-1].Args[1]; got != 24*time.Hour || b.find("access-said").Text != "These play until 15 Mar 2026 12:00." || b.has("access-failure") {
		t.Errorf("for %v it says %q", got, b.find("access-said").Text)
	}
	b.tap("access-worthless")
	b.later()
	if len(b.fake.CallsOf("RotatePlaybackKey")) > 0 {
		t.Fatal("one click cuts the viewers off")
	}
	if c := b.find("asking-access-worthless"); c.Text != "Viewers are cut off. Again?" {
		t.Errorf("it asks %q", c.Text)
	}
	b.tap("asking-access-worthless")
	b.await("RotatePlaybackKey")
	b.until("that they are gone", func() bool {
		return !b.has("signed-preview") && strings.HasPrefix(b.find("access-said").Text, "No link that was made")
	})
}

// Other encoders are told where their name and password belong, and no secret.
func TestIngestLinkOfAGuardedPoint(t *testing.T) {
	b := onPoint(t, guarded(), "arena-main", 1280, 720)
	if got := b.find("link-ingest").Text; !strings.HasPrefix(got, "http://USER:PASSWORD@127.0.0.1:8088/arena-main.isml/") {
		t.Errorf("the ingest address is %q", got)
	}
	if got := b.find("access-say").Text; !strings.HasPrefix(got, "Encoders need a name and a password") || !strings.Contains(got, "signed link") {
		t.Errorf("it says %q", got)
	}
	b.fake.ChangePoint("arena-main", func(p *engine.PointStatus) { p.Config = engine.DefaultPointConfig() })
	b.until("that it is open", func() bool { return !b.has("access-say") })
	if got := b.find("link-ingest").Text; !strings.HasPrefix(got, "http://127.0.0.1:8088/") {
		t.Errorf("the ingest address of an open point is %q", got)
	}
	bare := onPoint(t, house(), "concert-b", 1280, 720)
	bare.until("a command", func() bool { return strings.Contains(bare.find("command").Text, "http://") })
	if strings.Contains(bare.find("command").Text, "USER") {
		t.Error("an open point asks for a name")
	}
	bare.fake.ChangePoint("concert-b", func(p *engine.PointStatus) {
		p.Config.IngestAuth = []engine.Credential{{Name: "van", Kind: engine.CredentialPassword}}
	})
	bare.until("the place for a name", func() bool { return strings.Contains(bare.find("command").Text, "http://USER:PASSWORD@") })
}

func TestOrdersAreListed(t *testing.T) {
	fake := house()
	logOrders(fake)
	b := open(t, fake, Options{}, 1280, 720)
	b.win.ShowAlarms()
	b.settle()
	b.tap("alarm-orders")
	b.until("the orders", func() bool {
		return b.has("order-list") && strings.HasPrefix(b.find("order-list").Text, "delete recording")
	})
}

// logOrders writes some orders down.
func logOrders(fake *enginetest.Fake) {
	at := noon().Add(-time.Hour)
	for i, o := range []engine.Action{
		{Who: "window", What: "create point", Point: "arena-main"},
		{Who: "api 192.0.2.7", What: "change settings", Point: "arena-main", Detail: "DVRWindow 0s to 30m0s, IngestAuth"},
		{Who: "program", What: "start encoder", Point: "arena-main", Encoder: "arena-main-1"},
		{Who: "api 192.0.2.7", What: "delete recording", Detail: "final-goal", Outcome: "conflict", Reason: "The recording final-goal is being read; wait until nobody does."},
	} {
		o.At = at.Add(time.Duration(i) * time.Minute)
		if o.Outcome == "" {
			o.Outcome = engine.Done
		}
		fake.Record(o)
	}
}

// limited tells of limits, one of which has turned somebody away.
func limited(fake *enginetest.Fake) {
	s := fake.System()
	s.Limits = []engine.LimitStatus{{Key: "connections", Limit: 10_000, Used: 1_204}, {Key: "connections-per-address", Limit: 5_000, Used: 12, Refused: 1_204},
		{Key: "ingest-sessions", Limit: 1_000, Used: 8}, {Key: "requests", Limit: 8_000, Used: 31}, {Key: "requests-per-second", Limit: engine.NoLimit}}
	fake.SetSystem(s)
}

func TestLimitsAreTold(t *testing.T) {
	fake := house()
	limited(fake)
	b := open(t, fake, Options{Program: newProgram()}, 1280, 720)
	b.win.ShowSettings()
	b.until("the limits", func() bool { return b.has("limit-connections") })
	for name, want := range map[string]string{"limit-connections": "1204 of 10 000", "limit-connections-per-address": "12 of 5000", "limit-requests-per-second": "0, no limit", "limits-note": "Turned away: 1204 by connections-per-address. They are set in the table [limits] of the settings file."} {
		if got := strings.ReplaceAll(b.find(name).Text, "\u202f", " "); got != want {
			t.Errorf("%s says %q, want %q", name, got, want)
		}
	}
}

// Pictures for people: every view of access at both sizes, in both themes and languages.
func TestAccessLooks(t *testing.T) {
	for language, size := range map[string]fyne.Size{"": {Width: 1280, Height: 720}, words.German: {Width: 1600, Height: 900}} {
		p := newProgram()
		p.setup.Language = language
		fake := guarded()
		logOrders(fake)
		limited(fake)
		b := open(t, fake, Options{Program: p}, size.Width, size.Height)
		name := "-" + strconv.Itoa(int(size.Width)) + language
		inside := func(what string) {
			b.look(what + name)
			for _, p := range b.win.places() {
				if p.X < 0 || p.X+p.W > int(size.Width)+1 || p.Y < 0 || !strings.HasPrefix(p.Name, "limit") && !strings.HasPrefix(p.Name, "link-") && !strings.HasPrefix(p.Name, "code-") && !strings.HasPrefix(p.Name, "signed-") && !strings.HasPrefix(p.Name, "credential-") && p.Y+p.H > int(size.Height)+1 {
					t.Errorf("%s%s: %s stands outside of the window: %+v", what, name, p.Name, p)
				}
			}
		}
		b.win.ShowPoint("arena-main")
		b.until("the page", func() bool { return b.has("access-say") })
		b.settle()
		inside("guarded")
		b.tap("access")
		b.typeInto("access-name", "truck")
		b.tap("access-add")
		b.tap("access-sign")
		b.until("links", func() bool { return b.has("signed-preview") })
		inside("access")
		b.typeInto("access-play", "nowhere")
		b.win.toggleTheme()
		b.settle()
		b.tap("access")
		b.typeInto("access-play", "nowhere")
		inside("access-light")
		b.win.closeModal()
		b.win.ShowAlarms()
		b.settle()
		b.tap("alarm-orders")
		b.until("orders", func() bool { return strings.HasPrefix(b.find("order-row").Text, "delete") })
		b.find("order-list").Object.(interface{ Select(int) }).Select(0)
		b.settle()
		inside("orders")
		b.win.ShowSettings()
		b.until("limits", func() bool { return b.has("limit-connections") })
		b.settle()
		b.win.win.Canvas().Unfocus()
		inside("limits")
	}
}
