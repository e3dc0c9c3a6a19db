package rdf

import (
	"net/url"
	"strings"
	"testing"
)

// The examples of RFC 3986 §5.4.
func TestResolve(t *testing.T) {
	for ref, want := range map[string]string{
		"g:h": "g:h", "g": "http://a/b/c/g", "./g": "http://a/b/c/g", "g/": "http://a/b/c/g/", "/g": "http://a/g", "//g": "http://g", "?y": "http://a/b/c/d;p?y", "g?y": "http://a/b/c/g?y",
		"#s": "http://a/b/c/d;p?q#s", "g#s": "http://a/b/c/g#s", "g?y#s": "http://a/b/c/g?y#s", ";x": "http://a/b/c/;x", "g;x": "http://a/b/c/g;x", "": "http://a/b/c/d;p?q", ".": "http://a/b/c/",
		"./": "http://a/b/c/", "..": "http://a/b/", "../": "http://a/b/", "../g": "http://a/b/g", "../..": "http://a/", "../../": "http://a/", "../../g": "http://a/g",
		"../../../g": "http://a/g", "../../../../g": "http://a/g", "/./g": "http://a/g", "/../g": "http://a/g", "g.": "http://a/b/c/g.", ".g": "http://a/b/c/.g", "g..": "http://a/b/c/g..",
		"./../g": "http://a/b/g", "./g/.": "http://a/b/c/g/", "g/./h": "http://a/b/c/g/h", "g/../h": "http://a/b/c/h", "g?y/./x": "http://a/b/c/g?y/./x", "g#s/../x": "http://a/b/c/g#s/../x",
		"a b|c": "http://a/b/c/a b|c",
	} {
		if got := Resolve("http://a/b/c/d;p?q", ref); got != want {
			t.Errorf("Resolve(%q) = %q; want %q", ref, got, want)
		}
	}
	if got := Resolve("", "a/b"); got != "a/b" {
		t.Errorf("without base: %q", got)
	}
}

// net/url, where it takes both, resolves to the same.
func FuzzResolve(f *testing.F) {
	f.Add("http://a/b/c/d;p?q", "../g?y#s")
	f.Add("http://a", "g")
	f.Add("http://a/b/", "..")
	f.Fuzz(func(t *testing.T, base, ref string) {
		Resolve(base, ref) // does not fail, whatever they are
		plain := strings.Trim(base+ref, "abcdefghijklmnopqrstuvwxyz0123456789/.") == ""
		b, errBase := url.Parse("http://h/" + base)
		r, errRef := url.Parse(ref)
		if !plain || errBase != nil || errRef != nil || strings.Contains(base+ref, "//") || strings.Contains(base, ".") { // net/url takes dots out of the base too
			return
		}
		if got, want := Resolve("http://h/"+base, ref), b.ResolveReference(r).String(); got != want {
			t.Errorf("Resolve(%q, %q) = %q; net/url says %q", "http://h/"+base, ref, got, want)
		}
	})
}
