// Package ingest turns a POST body into fragments of a publishing point.
//
// A request is judged before the first byte of its body is read: that is the only moment at
// which every encoder notices a refusal. What must be refused later is refused by closing
// the connection, because stock encoders do not read an answer while they send.
//
// One goroutine reads one body: box headers first, against limits, then each fragment whole
// into the buffer that it will live in. It hands a fragment to the point's writer and waits
// for it, so an encoder is never further ahead than one fragment and the kernel's buffers. The
// memory of all bodies together is one budget; the body that takes most goes when it is used up.
//
// A body may be an endless stream, or one segment of it: then its header came in an earlier
// one, and the end of the body is a pause rather than an end.
package ingest
