package node

import (
	"context"
	"reflect"
	"strings"

	"pubpoint/app/api"
	"pubpoint/engine"
	"pubpoint/engine/origin"
)

// Setup tells what this run works with and what the settings file says. Kind: Storage. It may be
// called from any goroutine, also before Listen, as may the others about settings.
func (n *Node) Setup(context.Context) (engine.Setup, error) { return n.store.Setup(n.settings) }

// ChangeSetup writes to the settings file and tells what it says then. Kinds: BadInput, Storage.
func (n *Node) ChangeSetup(ctx context.Context, change engine.SetupChange) (after engine.Setup, failed error) {
	defer func() { n.audit(ctx, "change program settings", changed(change), failed) }()
	if err := n.store.Change(change); err != nil {
		return engine.Setup{}, err
	}
	return n.Setup(ctx)
}

// Token is that of the admin API; empty while it is off.
func (n *Node) Token(context.Context) (string, error) {
	n.tokens.Lock()
	defer n.tokens.Unlock()
	return n.token, nil
}

// RotateToken replaces the token of the admin API and returns the new one; the old one is refused
// from then on. Kinds: Conflict while the API is off, Storage.
func (n *Node) RotateToken(ctx context.Context) (token string, failed error) {
	const op = "replace token"
	defer func() { n.audit(ctx, op, "", failed) }()
	n.tokens.Lock()
	defer n.tokens.Unlock()
	if n.token == "" {
		return "", &engine.Error{Op: op, Kind: engine.Conflict, Text: "The admin API is off, so it has no token."}
	}
	token, err := api.ReplaceToken(n.settings.TokenFile())
	if err != nil {
		return "", &engine.Error{Op: op, Kind: engine.Storage, Text: "The token stays as it is: " + err.Error() + ".", Err: err}
	}
	n.token = token
	n.api.SetToken(token)
	n.log.Info("token of the admin API replaced")
	return token, nil
}

// TryTool asks an ffmpeg whether it can encode for publishing points. Kind: Unsupported.
func (n *Node) TryTool(ctx context.Context, path string) (engine.ToolStatus, error) {
	return origin.TryTool(ctx, path)
}

// audit writes down what somebody ordered of the program, once there is a desk to write it.
func (n *Node) audit(ctx context.Context, what, detail string, err error) {
	if n.desk != nil {
		n.desk.Audit(ctx, engine.Action{What: what, Detail: detail}, err)
	}
}

// changed names what a change changes.
func changed(c engine.SetupChange) string {
	var all []string
	v := reflect.ValueOf(c)
	for i := range v.NumField() {
		if f := v.Field(i); !f.IsZero() {
			all = append(all, v.Type().Field(i).Name)
		}
	}
	return strings.Join(all, ", ")
}
