// Package verify tells whether what a publishing point has on disk is what it wrote.
//
// # Model
//
// A directory holds one event: its server manifest, its client manifest, and for each stream
// media files with an index file beside each (archive/FORMAT.md). Trust goes from the server
// manifest, which has a checksum of itself and of the client manifest, and from the records of
// the index files, each with a checksum of itself and of a range of media. Event reads all of
// it once, front to back, and holds one against the other: media against checksums, records
// against the media's own boxes, the mfra against both, the manifests against the timeline.
//
// The format is read here as it is written down, not through the code that writes it, so that
// a defect of one does not hide in the other.
//
// # Invariants
//
//   - No file is ever changed, and none but regular files are opened.
//   - Memory is bounded: one moof, one buffer, and 8 bytes for each fragment of the event.
//   - What is being written is not called broken: files that grow are looked at up to where
//     they were at first, and a torn end counts only when it stays.
//   - A file without anything to hold it against is unchecked, never complete.
package verify
