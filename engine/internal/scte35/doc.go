// Package scte35 reads the messages that announce splices: where a programme may be left for
// advertisements, and where it is taken up again (ANSI/SCTE 35).
//
// A sparse track of the scheme urn:scte:scte35:2013:bin carries in each fragment a Message,
// a small head around one splice_info_section. Parse reads the section as far as players and
// people need it: splice_insert, time_signal with its segmentation descriptors, and the
// times. What is encrypted or of another command is told to be so, and is no error.
//
// Everything here is a pure function of its input, allocates no more than the input is long,
// and never panics.
package scte35
