package catalog

import (
	"strings"
	"testing"
)

func TestNearest(t *testing.T) {
	list := []string{"biblioteche", "bilanci", "scuole-statali"}
	for name, want := range map[string]string{
		"bibliotece": "biblioteche", "Biblioteche": "biblioteche", "scuole": "", "scuole-statal": "scuole-statali",
		"xyz": "", "": "", strings.Repeat("b", 200): "",
	} {
		if got := Nearest(name, list); got != want {
			t.Errorf("Nearest(%.20q) = %q; want %q", name, got, want)
		}
	}
}
