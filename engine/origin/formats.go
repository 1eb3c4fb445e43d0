package origin

import (
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/output/dash"
	"pubpoint/engine/internal/output/hds"
	"pubpoint/engine/internal/output/hls"
	"pubpoint/engine/internal/output/smooth"
)

// formats is the list of delivery formats. A new one is an import and a line.
func formats() []output.Format {
	return []output.Format{
		smooth.New(),
		hls.TS(),
		hls.CMAF(),
		dash.New(),
		hds.New(),
	}
}
