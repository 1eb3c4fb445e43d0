package origin

import (
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/output/hds"
	"pubpoint/engine/internal/output/smooth"
)

// formats is the list of delivery formats. A new one is an import and a line.
func formats() []output.Format {
	return []output.Format{
		smooth.New(),
		hds.New(),
	}
}
