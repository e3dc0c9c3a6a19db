package portal

import (
	"strings"
	"testing"
	"unicode/utf8"

	"po-net.prato.it/ponet/harvesters/rdf"
)

// FuzzTurtle: whatever a source writes is one literal, or one address.
func FuzzTurtle(f *testing.F) {
	f.Add("a \"quoted\" \\ line\n", "https://example.org/a b?<c>")
	f.Add("\x01\x7f'''", "javascript:alert(1)")
	f.Fuzz(func(t *testing.T, text, address string) {
		if !utf8.ValidString(text) || !utf8.ValidString(address) || strings.ContainsRune(text, 0) {
			return // our texts are neither
		}
		doc, err := turtle(map[string]any{"@id": "https://example.org/id/1", "@type": "Place", "name": text, "url": address, "geo": map[string]any{"latitude": 1.5}})
		if err != nil {
			t.Fatal(err)
		}
		g, err := rdf.Parse(rdf.Turtle, doc, "https://example.org/")
		if err != nil || g.Len() != 5 {
			t.Fatalf("%v, %s", err, doc)
		}
		for node := range g.Nodes() {
			for _, e := range node.Edges {
				if e.Predicate == turtlePrefixes["schema"]+"name" && e.Object.Value != text {
					t.Errorf("%q comes back as %q", text, e.Object.Value)
				}
			}
		}
	})
}
