package portal

import (
	"net/url"
	"slices"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

func TestParseSearch(t *testing.T) {
	for _, tt := range []struct {
		in, want string
		bad      int
	}{
		{"", "", 0},
		{"q=&tema=&pagina=1&ordine=", "", 0},
		{"pagina=2&q=museo&tema=ambiente&tema=cultura", "q=museo&tema=cultura&tema=ambiente&pagina=2", 0},
		{"comune=Vaiano&comune=Prato&comune=Prato", "comune=Prato&comune=Vaiano", 0},
		{"q=dell%27Imperatore+%26+altri", "q=dell%27Imperatore+%26+altri", 0},
		{"vicino=43.880012,11.09004&raggio=2,5", "vicino=43.88,11.09&raggio=2.5", 0},
		{"vicino=0,0", "", 1},
		{"vicino=NaN,11", "", 1},
		{"raggio=5", "", 0},
		{"bbox=11,43.8,11.2,44", "bbox=11,43.8,11.2,44", 0},
		{"bbox=11,44,11.2,43", "", 1},
		{"tema=sport&ordine=caso&pagina=-1", "", 3},
		{"ordine=distanza", "", 1},
		{"ordine=distanza&vicino=43.9,11", "vicino=43.9,11&ordine=distanza", 0},
		{"accessibile=1&vista=mappa&utm_source=x", "accessibile=1&vista=mappa", 0},
		{"accessibile=1&aperto=1", "aperto=1&accessibile=1", 0},
		{"quando=domani&comune=Prato", "comune=Prato&quando=domani", 0},
		{"quando=presto", "", 1},
		{"al=2026-12-01&quando=oggi&dal=2026-11-30", "dal=2026-11-30&al=2026-12-01", 0},
		{"dal=2026-12-02&al=2026-12-01", "dal=2026-12-02", 1},
		{"dal=30/11/2026&al=9999-01-01", "", 2},
		{"q=a%00b%ff", "q=ab", 0},
	} {
		values, err := url.ParseQuery(tt.in)
		if err != nil {
			t.Fatal(err)
		}
		s, bad := parseSearch(values)
		if got := s.String(); got != tt.want || len(bad) != tt.bad {
			t.Errorf("parseSearch(%q) = %q with %d notices; want %q with %d", tt.in, got, len(bad), tt.want, tt.bad)
		}
	}
}

// FuzzParseSearch: the canonical spelling of a search is that search.
func FuzzParseSearch(f *testing.F) {
	f.Add("q=museo&tema=cultura&comune=Prato&pagina=3")
	f.Add("vicino=43.9,11.1&raggio=2&ordine=distanza&bbox=11,43,12,44")
	f.Add("quando=7-giorni&dal=2026-11-30&al=2026-02-30")
	f.Add("q=%00%ff&vicino=,&bbox=a&accessibile=1&aperto=1&dati=x&dati=y")
	f.Fuzz(func(t *testing.T, query string) {
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		first, _ := parseSearch(values)
		again, bad := parseSearch(queryOf("/mappa?" + first.String()))
		if again.String() != first.String() || len(bad) != 0 {
			t.Errorf("%q is read as %q, which is read as %q (%v)", query, first.String(), again.String(), bad)
		}
	})
}

func TestWithLeavesTheOriginal(t *testing.T) {
	s := search{Page: 3, Themes: []catalog.Theme{"cultura", "ambiente"}, Municipalities: []string{"Prato", "Vaiano"}}
	less := s.with(func(n *search) {
		n.Themes = toggle(n.Themes, "cultura")
		n.Municipalities = toggle(n.Municipalities, "Prato")
	})
	if less.Page != 1 || !slices.Equal(less.Themes, []catalog.Theme{"ambiente"}) || !slices.Equal(less.Municipalities, []string{"Vaiano"}) {
		t.Errorf("changed = %+v", less)
	}
	if s.Page != 3 || !slices.Equal(s.Themes, []catalog.Theme{"cultura", "ambiente"}) || !slices.Equal(s.Municipalities, []string{"Prato", "Vaiano"}) {
		t.Errorf("the original became %+v", s)
	}
}
