package archive

import (
	"errors"
	"os"
	"strconv"
)

// reopen opens an open file once more, with a position of its own. It is the same file
// whatever has become of its name.
func reopen(d disk) (*os.File, error) {
	f, ok := d.(*os.File)
	if !ok {
		return nil, errors.ErrUnsupported
	}
	conn, err := f.SyscallConn()
	if err != nil {
		return nil, err
	}
	var again *os.File
	var failed error
	err = conn.Control(func(fd uintptr) {
		again, failed = os.Open("/proc/self/fd/" + strconv.FormatUint(uint64(fd), 10))
	})
	if err = errors.Join(err, failed); err != nil {
		return nil, err
	}
	return again, nil
}
