package origin

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"

	"pubpoint/engine"
	"pubpoint/engine/internal/access"
)

// accessFile is what point.toml says of access. Its values may be of any type, so that one of a
// wrong type closes the point and does not make the file one that cannot be understood.
type accessFile struct {
	IngestAuth     any `toml:"ingest_auth,omitempty"`
	AllowFrom      any `toml:"allow_from,omitempty"`
	PlayFrom       any `toml:"play_from,omitempty"`
	SignedPlayback any `toml:"signed_playback,omitempty"`
	PlaybackKey    any `toml:"playback_key,omitempty"`
}

// Names of settings: those of publishing and those of playback.
func publishKeys() []string { return []string{"ingest_auth", "allow_from"} }
func playKeys() []string    { return []string{"play_from", "signed_playback", "playback_key"} }

// reading is what a settings file says of access.
type reading struct {
	rules  access.Rules
	policy *access.Policy
	// inClear are the credentials that stand there in clear text, each with what is to stand there
	// instead. They go no further than the file.
	inClear [][2]string
	keyless bool // a playback key was made that is not in the file
}

// unkept reports whether the file is to be written again. One that has to be corrected first is not:
// hashing its passwords at each look would keep a core busy.
func (r *reading) unkept() bool {
	return r.rules.NoPublish == "" && r.rules.NoPlay == "" && (len(r.inClear) > 0 || r.keyless)
}

// read reads the settings. What cannot be understood closes the point for those whom it is about.
func (f accessFile) read() *reading {
	r := &reading{}
	r.rules.NoPublish = nobodyMay("publish", errors.Join(r.readSecrets(f.IngestAuth), list(&r.rules.AllowFrom, "allow_from", f.AllowFrom)))
	r.rules.NoPlay = nobodyMay("watch", errors.Join(list(&r.rules.PlayFrom, "play_from", f.PlayFrom), r.readKey(f)))
	r.enforce()
	return r
}

// nobodyMay is the sentence for a point that is closed for an error; empty for none.
func nobodyMay(who string, err error) string {
	if err == nil {
		return ""
	}
	return "point.toml: " + strings.ReplaceAll(err.Error(), "\n", "; ") + "; until that is corrected nobody may " + who + "."
}

// enforce makes the policy of the rules. What package access finds wrong closes the point too.
func (r *reading) enforce() {
	publish, play := r.rules, r.rules
	publish.PlayFrom, publish.Signed, play.Secrets, play.AllowFrom = nil, false, nil, nil
	if _, err := access.New(publish); err != nil {
		r.rules.Secrets, r.rules.AllowFrom, r.rules.NoPublish = nil, nil, nobodyMay("publish", err)
	}
	if _, err := access.New(play); err != nil {
		r.rules.PlayFrom, r.rules.Signed, r.rules.NoPlay = nil, false, nobodyMay("watch", err)
	}
	policy, err := access.New(r.rules)
	if err != nil { // not reached: both halves are good
		policy = noPolicy(err)
	}
	r.policy = policy
}

// noPolicy is the policy that lets nobody do anything.
func noPolicy(err error) *access.Policy {
	// Rules without lists cannot be wrong.
	policy, _ := access.New(access.Rules{NoPublish: nobodyMay("publish", err), NoPlay: nobodyMay("watch", err)})
	return policy
}

func (r *reading) readSecrets(value any) error {
	var texts []string
	if err := list(&texts, "ingest_auth", value); err != nil {
		return err
	}
	if len(texts) > engine.MaxCredentials {
		return fmt.Errorf("ingest_auth has %d credentials, and at most %d are allowed", len(texts), engine.MaxCredentials)
	}
	for i, text := range texts {
		s, inClear, err := access.ParseSecret(text)
		if err != nil {
			return fmt.Errorf("entry %d of ingest_auth cannot be understood: %w", i+1, err)
		}
		if inClear {
			r.inClear = append(r.inClear, [2]string{text, s.Text()})
		}
		r.rules.Secrets = append(r.rules.Secrets, s)
	}
	return nil
}

func (r *reading) readKey(f accessFile) error {
	for _, v := range []struct {
		key  string
		from any
		ok   bool
	}{
		{"signed_playback", f.SignedPlayback, as(&r.rules.Signed, f.SignedPlayback)},
		{"playback_key", f.PlaybackKey, as(&r.rules.Key, f.PlaybackKey)},
	} {
		if v.from != nil && !v.ok {
			return fmt.Errorf("%s has a value of a wrong type", v.key)
		}
	}
	if r.rules.Signed && r.rules.Key == "" {
		r.rules.Key, r.keyless = access.NewKey(), true
	}
	return nil
}

func as[T any](into *T, value any) bool {
	v, ok := value.(T)
	if ok {
		*into = v
	}
	return ok
}

// list reads a string or a list of strings.
func list(into *[]string, key string, value any) error {
	wrong := fmt.Errorf("%s must be a string or a list of strings", key)
	switch v := value.(type) {
	case nil:
	case string:
		*into = []string{v}
	case []any:
		for _, e := range v {
			text, ok := e.(string)
			if !ok {
				return wrong
			}
			*into = append(*into, text)
		}
	default:
		return wrong
	}
	return nil
}

// show puts into a configuration what may be shown of the rules.
func (r *reading) show(cfg *engine.PointConfig) {
	cfg.IngestAuth = nil
	for _, s := range r.rules.Secrets {
		cfg.IngestAuth = append(cfg.IngestAuth, s.Credential())
	}
	cfg.AllowFrom, cfg.PlayFrom, cfg.SignedPlayback = r.rules.AllowFrom, r.rules.PlayFrom, r.rules.Signed
}

// unreadable is what a file says of access that cannot be understood at all: nobody may do what
// it may have been about. Of the rest the rules of before hold; where nothing is known of before,
// what a broken file does not mention may be in the part of it that is not there.
func unreadable(file []byte, before *reading, err error) *reading {
	r := &reading{}
	if before != nil {
		r.rules = before.rules
	}
	if before == nil || mentions(file, publishKeys()) {
		r.rules.NoPublish = nobodyMay("publish", err)
	}
	if before == nil || mentions(file, playKeys()) {
		r.rules.NoPlay = nobodyMay("watch", err)
	}
	r.enforce()
	return r
}

func mentions(file []byte, keys []string) bool {
	lower := bytes.ToLower(file) // as TOML's reader takes keys in any case
	for _, key := range keys {
		if file == nil || bytes.Contains(lower, []byte(key)) { // nil: nobody could read it
			return true
		}
	}
	return false
}

// keep makes the rules of a configuration that was given, with the secrets that are kept where
// none is given.
func keep(cfg engine.PointConfig, before access.Rules) (access.Rules, error) {
	rules := access.Rules{AllowFrom: cfg.AllowFrom, PlayFrom: cfg.PlayFrom, Signed: cfg.SignedPlayback, Key: before.Key}
	if rules.Signed && len(rules.Key) < access.MinKey {
		rules.Key = access.NewKey()
	}
	for _, c := range cfg.IngestAuth {
		s, ok := kept(c, before.Secrets)
		if !ok {
			var err error
			if s, err = access.Keep(c); err != nil {
				return rules, err
			}
		}
		rules.Secrets = append(rules.Secrets, s)
	}
	return rules, nil
}

// kept is the secret that a credential has already.
func kept(c engine.Credential, secrets []access.Secret) (access.Secret, bool) {
	for _, s := range secrets {
		have := s.Credential()
		if c.Secret == "" && have.Name == c.Name && have.Kind == c.Kind && (c.Scheme == "" || c.Scheme == have.Scheme) {
			return s, true
		}
	}
	return access.Secret{}, false
}

// putAccess puts rules into the settings of a file.
func putAccess(all map[string]any, rules access.Rules) {
	put := func(key string, there bool, value any) {
		for old := range all { // in any case: what is taken back must not come back
			if strings.EqualFold(old, key) {
				delete(all, old)
			}
		}
		if there {
			all[key] = value
		}
	}
	texts := make([]string, len(rules.Secrets))
	for i, s := range rules.Secrets {
		texts[i] = s.Text()
	}
	put("ingest_auth", len(texts) > 0, texts)
	put("allow_from", len(rules.AllowFrom) > 0, rules.AllowFrom)
	put("play_from", len(rules.PlayFrom) > 0, rules.PlayFrom)
	put("signed_playback", rules.Signed, true)
	put("playback_key", rules.Key != "", rules.Key)
}

// private reports whether a file with these rules is nobody else's to read.
func private(rules access.Rules) bool { return len(rules.Secrets) > 0 || rules.Key != "" }

// withoutClearText is a file with the hashes in the place of what stood there in clear text, and
// with a playback key where one was made. Everything else stays as it was written, comments too,
// if that is possible.
func withoutClearText(old []byte, r *reading) ([]byte, error) {
	file := bytes.Clone(old)
	for _, pair := range r.inClear {
		for _, quoted := range []string{strconv.Quote(pair[0]), "'" + pair[0] + "'"} {
			file = bytes.ReplaceAll(file, []byte(quoted), []byte(strconv.Quote(pair[1])))
		}
	}
	if r.keyless {
		file = append([]byte("playback_key = "+strconv.Quote(r.rules.Key)+"\n"), file...)
	}
	var got pointFile
	if _, err := toml.Decode(string(file), &got); err == nil {
		if again := got.read(); !again.unkept() && again.rules.NoPublish+again.rules.NoPlay == r.rules.NoPublish+r.rules.NoPlay {
			return file, nil
		}
	}
	// It is written in a way that cannot be replaced in its place.
	all := map[string]any{}
	if _, err := toml.Decode(string(old), &all); err != nil {
		return nil, fmt.Errorf("%w: %w", errNotTOML, withoutValues(err))
	}
	putAccess(all, r.rules)
	return toml.Marshal(all)
}
