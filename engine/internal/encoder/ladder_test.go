package encoder

import "fmt"

// Ladder is a ladder for tests with the given number of rungs, largest first: 1, 2,
// 3 or 5.
func Ladder(rungs int) ([]Rung, error) {
	switch rungs {
	case 1:
		return []Rung{{640, 360, 800_000}}, nil
	case 2:
		return []Rung{{640, 360, 800_000}, {320, 180, 300_000}}, nil
	case 3:
		return []Rung{{1280, 720, 2_500_000}, {854, 480, 1_200_000}, {426, 240, 400_000}}, nil
	case 5:
		return []Rung{
			{1920, 1080, 4_500_000}, {1280, 720, 2_500_000}, {854, 480, 1_200_000},
			{640, 360, 700_000}, {426, 240, 350_000},
		}, nil
	default:
		return nil, fmt.Errorf("there is no ready-made ladder of %d rungs: choose 1, 2, 3 or 5", rungs)
	}
}

// Demo is a test pattern in two bitrates with a tone, light enough for any machine.
func Demo(id, point string) Spec {
	return Spec{
		ID: id, Point: point,
		Input: Input{Kind: TestPattern},
		Video: []Rung{{640, 360, 800_000}, {320, 180, 300_000}},
		Audio: AudioSpec{Bitrate: 64_000},
	}.WithDefaults()
}
