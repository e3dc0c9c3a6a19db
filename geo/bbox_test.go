package geo_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/geo"
)

func TestParseBBox(t *testing.T) {
	prato := orb.Bound{Min: orb.Point{11.02, 43.82}, Max: orb.Point{11.13, 43.93}}
	for _, test := range []struct {
		name, in string
		want     orb.Bound
		err      string // part of the message; "": none
	}{
		{"four numbers", "11.02,43.82,11.13,43.93", prato, ""},
		{"six numbers", "11.02,43.82,0,11.13,43.93,350", prato, ""},
		{"blanks", " 11.02, 43.82, 11.13, 43.93 ", prato, ""},
		{"across the antimeridian", "170,-10,-170,10", orb.Bound{Min: orb.Point{170, -10}, Max: orb.Point{-170, 10}}, ""},
		{"a point", "11,44,11,44", orb.Bound{Min: orb.Point{11, 44}, Max: orb.Point{11, 44}}, ""},
		{"empty", "", orb.Bound{}, "1 numbers"},
		{"five numbers", "1,2,3,4,5", orb.Bound{}, "5 numbers"},
		{"a word", "11,44,12,nord", orb.Bound{}, `"nord" is not a number`},
		{"not a number", "11,44,12,NaN", orb.Bound{}, `"NaN" is not a number`},
		{"upside down", "11,44,12,43", orb.Bound{}, "south 44 is above north 43"},
		{"latitude first", "43.8,111,43.9,111.2", orb.Bound{}, "latitude 111 is outside"},
		{"too far east", "11,43,181,44", orb.Bound{}, "longitude 181 is outside"},
		{"heights upside down", "11,43,9,12,44,1", orb.Bound{}, "height 9 is above"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := geo.ParseBBox(test.in)
			if test.err != "" {
				if !errors.Is(err, geo.ErrBBox) || !strings.Contains(err.Error(), test.err) {
					t.Fatalf("ParseBBox(%q) error = %v; want ErrBBox with %q", test.in, err, test.err)
				}
				return
			}
			if err != nil || got != test.want {
				t.Errorf("ParseBBox(%q) = %v, %v; want %v", test.in, got, err, test.want)
			}
		})
	}
}

func FuzzParseBBox(f *testing.F) {
	f.Add("11.02,43.82,11.13,43.93")
	f.Add("170,-10,0,-170,10,1e3")
	f.Add("-0,1e-300,0x1p-2,1")
	f.Fuzz(func(t *testing.T, text string) {
		box, err := geo.ParseBBox(text)
		if err != nil {
			if !errors.Is(err, geo.ErrBBox) {
				t.Fatalf("ParseBBox(%q) error %v is not ErrBBox", text, err)
			}
			return
		}
		again, err := geo.ParseBBox(geo.FormatBBox(box))
		if err != nil || again != box {
			t.Fatalf("ParseBBox(FormatBBox(%v)) = %v, %v", box, again, err)
		}
	})
}
