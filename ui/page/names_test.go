package page

import (
	"slices"
	"testing"
)

func TestNamesInTheOrderOfTheirNumbers(t *testing.T) {
	want := []string{"arena", "arena-2", "cam", "cam-01", "cam-1", "cam-2", "cam-2b", "cam-10", "cam-99999999999999999999", "cam-100000000000000000000", "sport/1", "sport/12"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, CompareNames)
	if !slices.Equal(got, want) {
		t.Errorf("the order is %q", got)
	}
	for _, a := range want {
		for _, b := range want {
			if CompareNames(a, b) != -CompareNames(b, a) {
				t.Errorf("%s and %s have no order", a, b)
			}
		}
	}
}
