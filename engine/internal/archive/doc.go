// Package archive keeps the whole past of a stream on disk: one file for each stream of
// a publishing point, named `<stream>.ismv`, in the point's directory.
//
// Beside each lies its index file, `<stream>.ismx`, with the facts, the time of arrival and a
// checksum of each fragment: the media has all that matters, the index saves reading it. An
// archive may be several such files one after the other, `<stream>.0001.ismv` and so on; to
// this package each is an archive of its own.
//
// # Model
//
// A file is the encoder's header as received (ftyp, uuid LiveServerManifest, moov), then
// each accepted moof with its mdat, byte for byte, at last an mfra of our own whose times
// are the published ones. [Create] begins a file, [Writer.Append] adds a fragment and
// gives back its [Media], [Writer.Seal] ends it. [ScanFile] reads a file back, ours or
// foreign, whole or torn; [Recover] cuts a torn tail and [Reopen] goes on writing. Where
// A [Recorder] does such work on a goroutine of its own for whoever must not wait for a disk,
// with media that is in memory until it is in a file ([NewMedia], [Writer.Keep]). Where
// an encoder's times were moved, [Writer.Mark] leaves a small box in front of the first
// fragment that it concerns; FORMAT.md has the bytes.
//
// A fragment that comes in chunks is a [Composite] of them while it is open and a [Joined] once
// it is complete, which forgets them when it is told to. [Handles] bounds the files that are
// open to be read.
//
// # Invariants
//
//   - What lies before [Writer.Size] is whole boxes, and is never written again.
//   - A write that fails leaves no trace that a reader could take for media: the file is
//     cut back at once, or before the next write when the disk refuses that as well.
//   - A fragment whose Append has returned survives the death of the program; whether it
//     survives a power cut is a matter of [SyncPolicy].
//   - A scan keeps nothing in memory but the facts of fragments, allocates nothing beyond
//     the limits it was given, and never reads the bodies of mdat boxes.
//   - An index file is never believed beyond what was known to be on disk when it was
//     written; what it says of the rest is held against the media.
//   - Every path goes through a [Directory], which is an [os.Root] outside of tests. Renaming
//     or removing the directory entry does not disturb files that are open.
//
// A [Writer] belongs to one goroutine. [Media], [File] and [Recorder] may be used from any. No
// goroutine is started here.
package archive
