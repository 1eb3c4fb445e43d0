//go:build race

package ui

// drawn says that pictures are compared with their masters. One goroutine draws them, and under the
// race detector thirty times as slowly: the tests without it compare them.
const drawn = false
