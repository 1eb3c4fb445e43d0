// Package presentation is the read model that delivery formats are given: everything one
// publishing point offers at an instant.
//
// A View is immutable. Its slices share memory with earlier and later views of the same
// presentation, so nobody may change or append to them. Times are int64 ticks in each
// stream's own timescale; they never change for a fragment once it is in a view, and never
// repeat within a publishing point, so that a URL made of them names the same bytes for ever.
//
// The same thing in four tongues:
//
//	ours          Smooth             HLS                        DASH / CMAF             HDS
//	presentation  presentation       multivariant playlist      MPD, presentation       F4M manifest
//	stream        StreamIndex        variants, rendition group  AdaptationSet           the media elements
//	track         QualityLevel       one media playlist         Representation          one media element
//	fragment      chunk, fragment    segment                    segment, CMAF fragment  fragment
//	timeline      c elements         segment list               SegmentTimeline         asrt + afrt in abst
//	init          CodecPrivateData   EXT-X-MAP                  initialization segment  sequence header tags
//	DVR window    DVRWindowLength    playlist length            timeShiftBufferDepth    run table extent
//
// Who calls: formats and delivery, from any number of goroutines. Who writes: the index,
// which builds views, and the archive, which rebuilds them from disk.
package presentation
