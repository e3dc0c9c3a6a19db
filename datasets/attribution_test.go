package datasets_test

import (
	"testing"

	"po-net.prato.it/ponet/datasets"
)

// The public is told addresses on the web, as they are but for keys.
func TestPublicSource(t *testing.T) {
	for address, want := range map[string]string{
		"https://dati.example.org/a b.csv?x=1&y=%20":                       "https://dati.example.org/a b.csv?x=1&y=%20",
		"https://dati.example.org/v1?api_key=s3cr3t&anno=2026&Token=abc#x": "https://dati.example.org/v1?anno=2026#x",
		"https://dati.example.org/v1?%24%24app_token=s3cr3t":               "https://dati.example.org/v1",
		"https://dati.example.org/v1?key=musei&tokens=3":                   "https://dati.example.org/v1?key=musei&tokens=3",
		"http://ufficio:s3cr3t@example.org/a":                              "http://example.org/a",
		"/srv/dati/a.csv":                                                  "",
		"file:///srv/a.csv":                                                "",
	} {
		if got := datasets.PublicSource(address); got != want {
			t.Errorf("PublicSource(%q) = %q; want %q", address, got, want)
		}
	}
}
