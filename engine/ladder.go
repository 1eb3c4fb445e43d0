package engine

// Ladder returns a preset of 1, 3 or 5 rungs, ascending by bitrate, for pictures of 16:9.
// Any other number gives the nearest preset that is not larger, and at least one rung.
func Ladder(rungs int) []Rung {
	switch {
	case rungs >= 5:
		return []Rung{
			{Width: 320, Height: 180, Bitrate: 300_000},
			{Width: 480, Height: 270, Bitrate: 600_000},
			{Width: 640, Height: 360, Bitrate: 1_000_000},
			{Width: 960, Height: 540, Bitrate: 2_000_000},
			{Width: 1280, Height: 720, Bitrate: 3_500_000},
		}
	case rungs >= 3:
		return []Rung{
			{Width: 320, Height: 180, Bitrate: 300_000},
			{Width: 640, Height: 360, Bitrate: 800_000},
			{Width: 1280, Height: 720, Bitrate: 2_500_000},
		}
	default:
		return []Rung{{Width: 640, Height: 360, Bitrate: 800_000}}
	}
}

// DemoLadder is the two bitrates of the demonstration point.
func DemoLadder() []Rung {
	return []Rung{
		{Width: 320, Height: 180, Bitrate: 300_000},
		{Width: 640, Height: 360, Bitrate: 800_000},
	}
}
