package machine

import (
	"path/filepath"
	"testing"
)

func TestThisMachine(t *testing.T) {
	cpu, err := CPUTime()
	if err != nil || cpu <= 0 {
		t.Errorf("CPUTime is %v, %v", cpu, err)
	}
	if later, err := CPUTime(); err != nil || later < cpu {
		t.Errorf("CPUTime goes back to %v, %v", later, err)
	}
	if memory, err := Memory(); err != nil || memory < 1<<20 {
		t.Errorf("Memory is %d, %v", memory, err)
	}
	free, size, err := Disk(t.TempDir())
	if err != nil || free < 0 || size < free {
		t.Errorf("Disk is %d of %d, %v", free, size, err)
	}
	if _, _, err := Disk(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("what does not exist has room")
	}
}
