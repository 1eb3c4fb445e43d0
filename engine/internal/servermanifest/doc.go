// Package servermanifest reads and writes server manifests, the SMIL documents by which
// Smooth Streaming says which tracks a presentation has and where they are.
//
// There are two of them. An encoder sends one at the head of its stream, in the live
// server manifest box (MS-SSTR 2.2.7.3); [Parse] reads it. An origin keeps one beside
// its archives, the .ism file; [Write] writes it and [ParseDocument] reads it back.
//
// What an encoder says about itself is a hint. Known encoders cut CodecPrivateData off,
// leave FourCC out, and state a bit rate of 0; the moov of the stream is the authority.
//
// The caller bounds the size of what is read. The number of media objects, and of
// parameters in each, is bounded here. Nothing is fetched and no entity is expanded
// beyond those of XML itself. All functions are safe for concurrent use.
package servermanifest
