// Package proc runs one child process at a time and leaves nothing behind.
//
// A [Command] is a child in a group of its own: a process group on Unix, a job object on
// Windows. [Command.Run] blocks from the start of the child until the child and everything
// it left in its group are gone; nothing that it started lives longer than the call.
//
// Invariants:
//   - A child is asked before it is forced: the [Ladder] writes to its standard input, then
//     interrupts, then kills the whole group.
//   - Signals are sent only while the leader of the group is known not to be reaped, so they
//     can never reach a stranger that was given the same number.
//   - On Linux the child is killed by the kernel when this program dies, even by SIGKILL; on
//     Windows the job object does it. On other systems it is not promised. What the child
//     itself has started is covered by the kernel on Windows only.
//   - No line of output, however long, stops the reading of the output.
//
// [Tail] keeps the newest lines of a log, [Pacer] says how long to wait before a restart.
// Whether to restart is the caller's decision; this package never does it by itself.
package proc
