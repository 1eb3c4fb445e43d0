// Package thumbnail makes the small pictures and the audio levels of publishing points, for the
// wall of the control room and for the admin API.
//
// A [Maker] works for as long as somebody asks: asking marks a point as wanted for 15 s, and while
// none is wanted nothing is decoded. Its one worker takes the points that are wanted in turn. Of
// each it takes the newest key frame of the best fitting rung and the newest fragment of the first
// stream of sound, as they were accepted, and puts those of up to 16 points side by side into a
// film: an MP4 in memory with a track for each. One ffmpeg reads the film from its standard input,
// with no network and no file, and answers with a QuickTime movie that has a JPEG and the bare
// samples of sound on the tracks of the same place. So nothing can be taken for another point's, and
// all codecs go the same way.
//
// What it costs, measured with Debian's ffmpeg 5.1 and key frames of 640x360, in processor time:
// starting ffmpeg and doing nothing takes 0.085 s, most of it in the linker; a picture in a process
// of its own 0.09 s, so 1.5 s for sixteen; sixteen pictures in one process 0.19 s, with the sound of
// sixteen points 0.24 s. (One decoder fed with sixteen key frames takes 0.11 s, but cannot tell which
// of them it could not read, nor change between codecs.) After each film the worker rests until the
// time that it took is no more than 6 % of the time that passed, and no point is looked at again
// within 3 s. Sixteen points are renewed every 4 to 7 s. When that takes longer than 10 s, because
// there are more points or the machine is slow, the log says so.
//
// Invariants:
//   - What comes from a stream is bounded before it is read, what comes back from ffmpeg while it is.
//   - A child lives for no more than 15 s, and not longer than the context of Run.
//   - A film that fails is not tried again as it was: its points go alone, until each has either
//     succeeded or is known as the one that fails.
package thumbnail
