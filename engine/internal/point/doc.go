// Package point is the publishing point: its states, and the single goroutine that changes
// it.
//
// A Point's Run is that goroutine. Everything that changes a point reaches it as a function
// on one command channel, so the order of events is the order of that channel and no lock
// is held anywhere. Readers never queue: they take the newest presentation from the Board
// and the newest status from an atomic pointer.
//
// A second goroutine, the recorder, is the one that writes files: what is to be written goes
// to it as tasks, in order, and what became of it comes back as functions for the first. A
// segment's writer belongs to the recorder, all else to Run.
//
// Invariants:
//   - a fragment is appended to the archive before it is shown to anyone, as long as the disk
//     answers within the patience; one that does not is followed from a queue with a limit,
//     and nobody waits for it until the queue is empty;
//   - bytes that are not on disk yet are never let go of; what the queue had no room for is
//     told as a hole with its times;
//   - segments of all streams begin at the same time, and nothing that the DVR window shows
//     is deleted;
//   - published times never go back and never repeat within a point, not even across its
//     events, so a fragment's URL names the same bytes for ever;
//   - with one encoder of a stream nothing is delayed; only what a second one may fill in is;
//   - an encoder between two POSTs is there until none has come for long;
//   - what an encoder is told (refused, closed) is decided here and said by package ingest;
//   - a disk that fails turns the archive red and nothing else: live goes on from memory.
//
// # Fragments in pieces
//
// An encoder sends a fragment whole, or in pieces: moof and mdat of less than that, down to a
// picture. Pieces become fragments by rules that look at nothing but the pieces that a track
// has taken, in their order, which is also that of the archive: the result is the same from
// one encoder or two that send the same, live or read back after a crash.
//
//   - A piece joins the open fragment only if it follows it in decode time, on the same
//     clock: within 8 ticks, or for video within a tenth of a second, because encoders
//     foresee how long a picture is shown. The moof of the whole makes the last sample last
//     as long as it did. An open fragment takes 60 s, 65,535 samples or 64 MiB at most.
//   - Video: a piece that begins with a sync sample begins a fragment, one that does not
//     joins the open one. A piece that does not begin with a sync sample but has one inside
//     is cut there, and what lies before the cut is left out when it follows nothing. A
//     piece that begins with one stays as it is, with as many groups of pictures as it has.
//   - Audio: a piece of 3/4 s or more is a fragment. Shorter ones join as long as they begin
//     in the same cell of a grid of 2 s on the published timeline. So do pieces of video
//     that are shorter than 1/4 s and have nothing but sync samples. The limit lies between
//     the pieces of encoders that cut at key frames each second and each half second; sound
//     is cut a frame or two beside the pictures.
//   - A picture or a frame of sound that is sent alone, lasts 0 and begins up to 1/5 s too late fills the
//     time before it: some encoders tell a frame's time from the one after the next.
//   - Text is never joined.
//
// Whether a piece is a fragment or the first part of one cannot be seen before the next has
// come, and encoders of whole fragments must not wait for that. So a track has a mode. As
// long as it is unsettled, which is until the second piece, a first piece of less than 1 s
// (of audio, 3/4 s) is held open; a longer one settles it as whole. In mode whole each piece
// that begins with a sync sample is published at once, as is one short piece of audio among
// long ones. A piece without a sync sample, or a second short one of audio, makes it chunked:
// it opens a fragment of its own, because what has been published is not changed, and from
// the next sync sample on fragments stay open until another begins. Three fragments of video
// in a row that came in one piece, or a long piece of audio, make it whole again.
//
// A fragment that was open starts where its first piece starts and lasts until the next one
// that adjoins it, else as long as its samples do. It is complete when another begins, or
// when its stream or event ends; an encoder that leaves in the middle leaves it open, for
// another that goes on with it. What has been completed by the end of its stream is marked
// in the archive, so that nothing joins it when the stream is continued.
package point
