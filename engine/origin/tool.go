package origin

import (
	"context"

	"pubpoint/engine"
	"pubpoint/engine/internal/encoder"
)

// TryTool asks the ffmpeg at path, or the one in PATH when path is empty, whether it can encode for
// publishing points. The error is a sentence with a next step, of the kind Unsupported.
func TryTool(ctx context.Context, path string) (engine.ToolStatus, error) {
	tool, err := encoder.Find(ctx, path)
	if err != nil {
		return engine.ToolStatus{}, &engine.Error{Op: "try ffmpeg", Kind: engine.Unsupported, Text: err.Error(), Err: err}
	}
	return engine.ToolStatus{Path: tool.Path, Version: tool.Version.Text}, nil
}
