package engine

import "time"

// Traffic is what the origin has answered and taken in since the program started. All numbers in it only
// grow, but those of a point that was deleted and made again.
type Traffic struct {
	Points []PointTraffic // ordered by name
	Times  []AnswerTimes  // one for each delivery format
	// Verified is how many checks of archives came to which verdict.
	Verified map[Verdict]int64
}

// PointTraffic is the traffic of one publishing point.
type PointTraffic struct {
	Point    string
	Answers  []AnswerCount // those that are not zero
	BytesOut int64         // of the bodies of answers
	BytesIn  int64         // of what encoders sent
	// Fragments were accepted; Dropped were duplicates and those that players could not join; Gaps are
	// how often media is missing between two fragments.
	Fragments, Dropped, Gaps int64
	// Refused is how many requests of encoders were turned away, by status code.
	Refused map[int]int64
}

// AnswerCount is how many answers there were of a format and a class of status codes.
type AnswerCount struct {
	Format string // name of the delivery format: "hls"
	Class  int    // hundreds of the status code: 2, 3, 4 or 5
	Count  int64
}

// AnswerTimes is how long answers of a format took, from the end of the request's head to the end of the
// answer: a slow viewer's answer is slow, and so is one that waits for a fragment that is yet to come.
type AnswerTimes struct {
	Format string
	Bounds []time.Duration // upper bounds, growing
	Counts []int64         // answers that took no longer than the bound of the same place and longer than the one before it
	Slower int64           // answers that took longer than the last bound
	Sum    time.Duration
}
