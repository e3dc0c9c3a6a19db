package oaipmh

import "testing"

// Pictures are shown where their rights say that they may be (spec §3.6, rights).
func TestOpenRights(t *testing.T) {
	for rights, want := range map[string]bool{
		"https://creativecommons.org/publicdomain/mark/1.0/": true, "http://creativecommons.org/licenses/by/4.0/": true, "CC0": true, "Pubblico dominio": true,
		"http://rightsstatements.org/vocab/InC/1.0/": false, "http://rightsstatements.org/vocab/NoC-OKLR/1.0/": false, "http://rightsstatements.org/vocab/NoC-NC/1.0/": false,
		"Proprietà Ente pubblico": false, "": false,
	} {
		if got := open(rights); got != want {
			t.Errorf("open(%q) = %v; want %v", rights, got, want)
		}
	}
}
