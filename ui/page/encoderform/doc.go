// Package encoderform is how an operator says what a supervised encoder shall read and send. The
// Encoders page shows the whole Form; the dialog for a new publishing point takes the Input and the
// Command of it. It lies below both, because pages know nothing of each other.
//
// Invariants:
//   - What is typed is kept as text in a Draft, right or wrong; a Draft says what is wrong with it in
//     sentences, each with the field that it belongs to, and makes an engine.EncoderSpec of the rest.
//   - What has to be asked of the engine (the command, a look into an input, the devices, a test run)
//     is asked off Fyne's goroutine; an answer to a question that has been asked anew is dropped.
package encoderform
