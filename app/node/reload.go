package node

import (
	"context"
	"slices"
	"strings"

	"pubpoint/app/settings"
	"pubpoint/engine"
)

// now is what this run works with.
func (n *Node) now() settings.Settings {
	n.hold.Lock()
	defer n.hold.Unlock()
	return n.settings
}

// Reload reads the settings and the certificate again, and tells what holds now and what needs a
// restart. Kinds: BadInput when the settings cannot be understood or the certificate is not whole, and
// then all stays as it is; Unsupported where settings cannot be read again. It may be called from any
// goroutine once Run has begun.
func (n *Node) Reload(ctx context.Context) (done engine.Reload, failed error) {
	const op = "reload"
	defer func() { n.audit(ctx, "reload settings", strings.Join(done.Changed, ", "), failed) }()
	if n.deps.Reread == nil {
		return engine.Reload{}, &engine.Error{Op: op, Kind: engine.Unsupported, Text: "This program cannot read its settings again; start it again."}
	}
	n.hold.Lock()
	defer n.hold.Unlock()
	next, err := n.deps.Reread()
	if err != nil {
		text := "The settings stay as they are: " + err.Error() + "."
		n.origin.Tell(engine.Warning, text)
		return engine.Reload{}, &engine.Error{Op: op, Kind: engine.BadInput, Text: text, Err: err}
	}
	if n.keeper != nil && next.TLSCert != "" && n.settings.TLSCert != "" {
		changed, err := n.keeper.Use(next.TLSCert, next.TLSKey) // tells why not
		if err != nil {
			return engine.Reload{}, &engine.Error{Op: op, Kind: engine.BadInput, Text: "The certificate stays as it is: " + err.Error() + ".", Err: err}
		}
		if changed {
			done.Changed = append(done.Changed, "certificate")
		}
		n.settings.TLSCert, n.settings.TLSKey = next.TLSCert, next.TLSKey
	}
	if n.deps.Level != nil && next.LogLevel != n.settings.LogLevel {
		n.deps.Level.Set(next.LogLevel)
		n.settings.LogLevel = next.LogLevel
		done.Changed = append(done.Changed, "log-level")
	}
	done.Restart = n.settings.Differences(next)
	n.log.Info("settings read again", "changed", strings.Join(done.Changed, " "), "restart", strings.Join(done.Restart, " "))
	if text := reloaded(done); text != "" {
		n.origin.Tell(engine.Info, text)
	}
	return done, nil
}

// reloaded says in a sentence what Reload has done; nothing when it had nothing to do.
func reloaded(r engine.Reload) string {
	var all []string
	if len(r.Changed) > 0 {
		all = append(all, "The settings were read again; this holds now: "+strings.Join(r.Changed, ", ")+".")
	}
	if len(r.Restart) > 0 {
		all = append(all, "This holds from the next start on: "+strings.Join(r.Restart, ", ")+".")
	}
	return strings.Join(all, " ")
}

// hangup reloads because of a signal, whose sender sees no answer.
func (n *Node) hangup(ctx context.Context) {
	if _, err := n.Reload(ctx); err != nil {
		n.log.Warn("settings not read again", "err", engine.Sentence(err))
	}
}

// startable refuses a change with which the next start would be refused, because then nobody could take
// it back but by hand. What this run was told of open listeners counts for the next.
func (n *Node) startable(change engine.SetupChange) error {
	next := n.now()
	before := next.Exposure()
	if change.Listen != nil && !next.Fixed.Listen {
		next.Listen = *change.Listen
		if next.Listen == "" {
			next.Listen = settings.DefaultListen
		}
	}
	if change.Admin != nil && !next.Fixed.Admin {
		next.Admin = *change.Admin
		if next.Admin == "" {
			next.Admin = settings.DefaultAdmin
		}
	}
	for _, why := range next.Exposure() {
		if !slices.Contains(before, why) {
			return &engine.Error{Op: "change settings", Kind: engine.BadInput,
				Text: "With this the program would not start again: " + why + ". In the settings file that is open = [\"media\", \"admin\"], of which one may be left out."}
		}
	}
	return nil
}
