// Package e2e tests the programs from outside, as encoders, players, scripts and people use
// them: the built binaries, a real ffmpeg, a real Chromium and a virtual display.
//
// Its tests carry the build tag e2e and know nothing of the code inside: what they read of
// a fragment or a manifest they read with parsers of their own. They wait for what a
// program says or serves, never for time to pass, and fail with a sentence when a tool of
// theirs is missing.
//
// E2E_BIN names a directory with pubpoint and pubpointd in it; without it both are built.
// PUBPOINT_E2E_SHOTS names a directory for the screenshots; without it they are dropped.
package e2e
