package dcat

import "testing"

func TestBytesOf(t *testing.T) {
	for s, want := range map[string]int64{"18231": 18231, "43008.0": 43008, "12 KB": 12000, "1,5 MB": 1_500_000, "2KiB": 2048, "4.3008E4": 43008, "-3": 0, "grande": 0, "": 0, "1e300": 0} {
		if got := bytesOf(s); got != want {
			t.Errorf("bytesOf(%q) = %d, want %d", s, got, want)
		}
	}
}
