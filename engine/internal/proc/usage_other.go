//go:build !linux

package proc

// ReadUsage is not known here.
func ReadUsage(int) (u Usage, ok bool) { return Usage{}, false }
