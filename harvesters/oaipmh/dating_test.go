package oaipmh

import (
	"strconv"
	"testing"
)

func TestDatings(t *testing.T) {
	for _, tt := range []struct{ label, want string }{
		{"sec. XVI", "1501 1600"}, {"XVI sec.", "1501 1600"}, {"secolo XVI", "1501 1600"}, {"secc. XV-XVI", "1401 1600"}, {"XV/XVI", "1401 1600"}, {"XVIII", "1701 1800"},
		{"sec. XVIII, seconda metà", "1751 1800"}, {"XVIII seconda metà", "1751 1800"}, {"sec. XVI, prima metà", "1501 1550"}, {"sec. XIX, primo quarto", "1801 1825"},
		{"sec. XIX, ultimo quarto", "1876 1900"}, {"sec. XVIII, metà", "1745 1755"}, {"sec. XV, inizio", "1401 1415"}, {"sec. XV, fine", "1486 1500"}, {"sec. XX, III quarto", "1951 1975"},
		{"sec. III a.C.", "-300 -201"}, {"second quarter 19th century", "1826 1850"}, {"19th century", "1801 1900"}, {"19. Jahrhundert", "1801 1900"},
		{"1501-1510", "1501 1510"}, {"1501 - 1510", "1501 1510"}, {"1501/1510", "1501 1510"}, {"post 1480", "1480 "}, {"ante 1480", " 1480"}, {"ca. 1835", "1835 1835"}, {"1835 ca.", "1835 1835"},
		{"1835", "1835 1835"}, {"1923/00/00", "1923 1923"}, {"2005-08-08", "2005 2005"}, {"12/05/1944", "1944 1944"}, {"500 a.C.", "-500 -500"}, {"Pusă în serviciu în 1914", "1914 1914"},
		{"periodo Edo", " "}, {"n.d.", " "}, {"1501, 1520, 1600", " "}, {"inv. 123 del museo civico", " "}, {"MDCCLXV", " "}, {"Vita di san Francesco", " "},
	} {
		d := newDating(tt.label)
		got := ""
		if d.From != nil {
			got = strconv.Itoa(*d.From)
		}
		got += " "
		if d.To != nil {
			got += strconv.Itoa(*d.To)
		}
		if got != tt.want || d.Label != tt.label {
			t.Errorf("newDating(%q) = %q, label %q; want %q", tt.label, got, d.Label, tt.want)
		}
	}
	if newDating(" ") != nil {
		t.Error("nothing was read as a dating")
	}
}

func FuzzDating(f *testing.F) {
	for _, s := range []string{"sec. XVI", "1501-1510", "post 1480", "III quarto sec. XX", "500 a.C.", "-", "XXIX", "19th century"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d := newDating(s)
		if d == nil {
			return
		}
		for _, y := range []*int{d.From, d.To} {
			if y != nil && (*y < earliestYear || *y > latestYear) {
				t.Errorf("newDating(%q) has the year %d", s, *y)
			}
		}
		if d.From != nil && d.To != nil && *d.From > *d.To {
			t.Errorf("newDating(%q) = %d to %d", s, *d.From, *d.To)
		}
	})
}
