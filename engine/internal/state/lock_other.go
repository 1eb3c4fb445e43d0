//go:build !unix || solaris || illumos || aix

package state

import "os"

// take cannot lock here: two programs with one state directory would each write its own half.
func take(*os.File) error { return nil }
