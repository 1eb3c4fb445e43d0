package origin

import "context"

// Alive returns nil when the origin still works: its publishing points answer, and so does who
// supervises encoders. Else it says what does not answer until ctx ends. A slow disk is no such case:
// no publishing point waits for one longer than it takes to end an event, some 10 s.
func (o *Origin) Alive(ctx context.Context) error {
	for _, e := range o.points.all() {
		if err := e.Answers(ctx); err != nil {
			return err
		}
	}
	o.fleet.all()
	return nil
}
