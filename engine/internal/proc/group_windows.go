package proc

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"unsafe"
)

// From winnt.h and wincon.h.
const (
	jobObjectExtendedLimitInformation = 9
	jobObjectLimitKillOnJobClose      = 0x2000
	processSetQuotaAndTerminate       = 0x0100 | 0x0001
	ctrlBreakEvent                    = 1
)

// extendedLimits is JOBOBJECT_EXTENDED_LIMIT_INFORMATION as laid out on 64-bit Windows.
type extendedLimits struct {
	perProcessUserTime, perJobUserTime             int64
	limitFlags                                     uint32
	minWorkingSet, maxWorkingSet                   uintptr
	activeProcesses                                uint32
	affinity                                       uintptr
	priorityClass, schedulingClass                 uint32
	ioCounters                                     [6]uint64
	processMemory, jobMemory, peakProcess, peakJob uintptr
}

// group is the child's job object. Windows kills everyone in it when its last handle is
// closed, which also happens when this program dies.
//
// The child joins the job just after it has started: what it starts before that, in its
// first instants, is not in the job.
type group struct {
	id  int
	mu  sync.Mutex
	job syscall.Handle // 0 after the job was closed
}

// startGroup starts cmd in a console group and a job object of its own.
func startGroup(cmd *exec.Cmd) (*group, error) {
	job, err := newJob()
	if err != nil {
		return nil, err
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP, HideWindow: true}
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(err, syscall.CloseHandle(job))
	}
	g := &group{id: cmd.Process.Pid, job: job}
	if err := g.join(); err != nil {
		return nil, errors.Join(err, cmd.Process.Kill(), cmd.Wait(), syscall.CloseHandle(job))
	}
	return g, nil
}

func newJob() (syscall.Handle, error) {
	handle, err := callKernel("CreateJobObjectW", 0, 0)
	if err != nil {
		return 0, err
	}
	limits := extendedLimits{limitFlags: jobObjectLimitKillOnJobClose}
	_, err = callKernel("SetInformationJobObject", handle, jobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&limits)), unsafe.Sizeof(limits))
	if err != nil {
		return 0, errors.Join(err, syscall.CloseHandle(syscall.Handle(handle)))
	}
	return syscall.Handle(handle), nil
}

func (g *group) join() error {
	process, err := syscall.OpenProcess(processSetQuotaAndTerminate, false, uint32(g.id))
	if err != nil {
		return fmt.Errorf("open the child: %w", err)
	}
	_, err = callKernel("AssignProcessToJobObject", uintptr(g.job), uintptr(process))
	return errors.Join(err, syscall.CloseHandle(process))
}

// interrupt sends Ctrl+Break, the one console event that reaches a group other than ours.
// It fails for a program without a console; the ladder then goes on to kill.
func (g *group) interrupt() error {
	_, err := callKernel("GenerateConsoleCtrlEvent", ctrlBreakEvent, uintptr(g.id))
	return err
}

func (g *group) kill() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.job == 0 {
		return nil
	}
	_, err := callKernel("TerminateJobObject", uintptr(g.job), 1)
	return err
}

// wait blocks until the child has ended and everyone in its job is killed.
func (g *group) wait(cmd *exec.Cmd) error {
	var exit *exec.ExitError
	err := cmd.Wait()
	if errors.As(err, &exit) {
		err = nil // the code is read from cmd.ProcessState
	}
	err = errors.Join(err, g.kill())
	g.mu.Lock()
	defer g.mu.Unlock()
	err = errors.Join(err, syscall.CloseHandle(g.job))
	g.job = 0
	return err
}

// signalOf is always empty: Windows has exit codes only.
func signalOf(*os.ProcessState) string { return "" }

// callKernel calls a function of kernel32.dll for which package syscall has no wrapper; each
// of them returns zero when it fails.
//
//go:uintptrescapes
func callKernel(name string, args ...uintptr) (uintptr, error) {
	proc := syscall.NewLazyDLL("kernel32.dll").NewProc(name)
	if err := proc.Find(); err != nil {
		return 0, fmt.Errorf("find %s: %w", name, err)
	}
	result, _, err := proc.Call(args...)
	if result == 0 {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	return result, nil
}
