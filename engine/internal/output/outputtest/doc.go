// Package outputtest holds delivery formats to the promises of output.Format.
//
// Run is the suite. It shows a format the presentations that Presentations builds, each at
// several instants of its life and after its end, and compares what the format's manifests
// list with what is there. A format brings a Subject: itself, and how to read its manifests
// back.
//
// Presentations are made of real encoders' media from testdata, and of synthetic media
// where no capture fits. The builders are simpler than the index: one encoder, no loss
// other than the gaps asked for, every track complete.
package outputtest
