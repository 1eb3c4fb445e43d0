package origin

import (
	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
)

// Thumbnail implements engine.Pictures.
func (o *Origin) Thumbnail(point string) (engine.Thumbnail, error) {
	if o.points.find(point, liveExt) == nil {
		return engine.Thumbnail{}, noPoint("thumbnail", point)
	}
	return o.sights.Thumbnail(point)
}

// AudioLevel implements engine.Pictures.
func (o *Origin) AudioLevel(point string) (engine.AudioLevel, error) {
	if o.points.find(point, liveExt) == nil {
		return engine.AudioLevel{}, noPoint("audio level", point)
	}
	return o.sights.AudioLevel(point)
}

// sourceOf is what a point has to show, nil when there is no such point.
func (o *Origin) sourceOf(point string) presentation.Source {
	e := o.points.find(point, liveExt)
	if e == nil {
		return nil
	}
	return e.Source()
}
