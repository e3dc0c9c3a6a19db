package harvesters

import (
	"testing"

	"po-net.prato.it/ponet/catalog"
)

func TestTellable(t *testing.T) {
	src := catalog.Source{ID: "s", URL: "https://example.org/a.csv", Mapping: catalog.Mapping{Path: "data.items", Drop: []string{"tel"}}}
	for said, want := range map[string]string{
		`row 3 is not valid JSON: "{\"tel\":\"0574\"}"`:      `row 3 is not valid JSON: "…"`,
		`"data.items" leads to nothing; there is "0574 1"`:   `"data.items" leads to nothing; there is "…"`,
		`bare " in non-quoted field: "0574"`:                 `bare …`,
		"parsing `0574`: «0574» and “0574”, or '0574'":       "parsing `…`: «…» and “…”, or '…'",
		`it doesn't end, and isn't "0574"`:                   `it doesn't end, and isn't "…"`,
		`GET https://example.org/a.csv: the server answered`: `GET https://example.org/a.csv: the server answered`,
	} {
		if got := tellable(src, said); got != want {
			t.Errorf("tellable(%s) = %s; want %s", said, got, want)
		}
	}
	src.Mapping.Drop = nil
	if said := `it begins "0574"`; tellable(src, said) != said {
		t.Error("a source that drops nothing loses what its failures say")
	}
}
