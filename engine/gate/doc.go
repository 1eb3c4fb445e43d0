// Package gate keeps strangers within the limits of the server: how many connections, requests and
// encoders there may be at once, in all and from one address.
//
// # Model
//
// A [Gate] is for one listener. Whoever comes takes a place and gives it back; where there is none
// left, the answer is a [Refusal], which names the limit and the setting that changes it. A limit by
// address is 429, one of the whole server 503, both with Retry-After.
//
// # Invariants
//
//   - Nothing waits: a place is there at once, or not.
//   - What is remembered of addresses is bounded by what they have open, and for rates by a number.
//   - A connection too many is answered as long as a few of them can be; behind that it is closed
//     without a word, so that answering takes no more than a number of goroutines either.
//   - Shields, through which many viewers come, are bounded by the limits of the whole alone.
//   - Who is turned away is counted, and told once in [Config].Quiet, however often it happens.
package gate
