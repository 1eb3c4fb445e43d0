// Package encoder says what to run and watches it: a supervised ffmpeg that sends one
// stream to a publishing point.
//
// A [Spec] says in an operator's words what to send. [Parts] says by how many processes, and
// [Args] turns each into an argument list, a pure function whose result is run without a shell and
// shown as it is run, but for secrets; [Find] says which ffmpeg runs it and what that one can do. An
// [Encoder] runs one process by package proc. [Devices], [Inspect] and [Try] answer what there is to
// read, what is in it, and whether this machine can keep up.
//
// Invariants:
//   - The order (should it run?) and the state (what is it doing?) are two facts. Start, Stop
//     and Restart change the order only; [Encoder.Run] alone changes the state.
//   - Exit code 0 is no proof that anything arrived: health is ffmpeg's progress together
//     with what the engine saw ([Config].Seen).
//   - An ffmpeg that dies is started again with growing pauses and a limit, as its [Restart] says.
//     What a restart cannot mend, such as a refusal by the engine, is told at once and not tried again.
//   - Processes of one ladder share a [Timeline], and one of them can be started anew alone.
//   - Inputs open the protocols of their kind and no others.
//   - Nothing that leaves this package but the running command holds a secret of an address.
//   - Fragments align across the rungs of a ladder: one frame rate, one GOP length in whole
//     frames, no B-frames, no scene cuts.
package encoder
