package table

import (
	"math"
	"testing"
)

func TestCoordinates(t *testing.T) {
	tests := []struct {
		name, x, y   string
		wantX, wantY float64
		ok           bool
	}{
		{"points", "11.09", "43.88", 11.09, 43.88, true},
		{"commas", "11,09", "43,88", 11.09, 43.88, true},
		{"thousands dots put in by a spreadsheet", "11.096.123", "43.880.123", 11.096123, 43.880123, true},
		{"thousands dots in metres", "1.668.603", "4.861.223", 1668603, 4861223, true},
		{"thousands dots and decimals in metres", "1.668.603,93", "4.861.223,39", 1668603.93, 4861223.39, true},
		{"one thousands dot in metres", "668.385", "4.860.680", 668385, 4860680, true},
		{"7794, whose east begins with 6", "6.927.456", "4.853.595", 6927456, 4853595, true},
		{"degrees, minutes, seconds", `11° 5' 45,6" E`, `43°52'48"N`, 11.096, 43.88, true},
		{"ovest", `1°21'22.8"O`, `43°52'48"`, -1.356333, 43.88, true},
		{"words", "est", "nord", 0, 0, false},
		{"hexadecimal", "0x1p4", "43", 0, 0, false},
		{"not a number", "NaN", "43", 0, 0, false},
	}
	for _, tt := range tests {
		x, y, ok := parsePair(tt.x, tt.y)
		if ok != tt.ok || ok && (math.Abs(x-tt.wantX) > 1e-6 || math.Abs(y-tt.wantY) > 1e-6) {
			t.Errorf("%s: parsePair(%q, %q) = %v, %v, %v; want %v, %v, %v", tt.name, tt.x, tt.y, x, y, ok, tt.wantX, tt.wantY, tt.ok)
		}
	}
}
