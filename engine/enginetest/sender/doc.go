// Package sender is an encoder for tests: it sends captures of real encoders, and markers and
// captions that it makes itself, over HTTP as hardware encoders do.
//
// An Encoder sends a Capture: an empty POST to ask, then one POST whose body is the header and
// the fragments, each a chunk of its own. It can be stepped fragment by fragment, broken off
// at any byte and connected again, upon which it sends its header and the last two fragments
// of each track once more. What it can be told to do wrong is in Options: the switches of test
// encoders, and some more.
//
// A SparseTrack makes header and fragments of captions and markers; Post sends them in POSTs
// that are short-lived.
//
// The package knows nothing of the engine and reads boxes by itself, so that a fault in the
// one is not hidden by the same fault in the other. It is not made for strangers' input: a
// capture that makes no sense is an error, but its size is not bounded.
package sender
