package harvesters

import (
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// However many descriptions are refused, a page stays small, and every refusal
// is told with the layer it came from.
func TestPaginateBoundsRefusals(t *testing.T) {
	first, second := &catalog.Layer{Name: "primo"}, &catalog.Layer{Name: "secondo"}
	listing := func(yield func(catalog.Harvested, error) bool) {
		for i := range 3 * pageRows {
			layer := first
			if i >= pageRows+pageRows/2 {
				layer = second
			}
			if !yield(catalog.Harvested{Layer: layer}, &catalog.RowError{Issue: catalog.Issue{Rule: "row", Line: i + 1, File: layer.Name}}) {
				return
			}
		}
	}
	var pages, refused int
	err := paginate(listing, pageRows, func(b catalog.Batch) error {
		pages++
		refused += len(b.Refused)
		if len(b.Refused) > pageRows {
			t.Errorf("a page with %d refusals; want at most %d", len(b.Refused), pageRows)
		}
		for _, i := range b.Refused {
			if i.File != b.Layer.Name || !i.Refused {
				t.Fatalf("line %d of %s is told with layer %s, refused %v", i.Line, i.File, b.Layer.Name, i.Refused)
			}
		}
		return nil
	})
	if err != nil || refused != 3*pageRows || pages != 4 {
		t.Errorf("%d refusals in %d pages, err %v; want %d in 4, none", refused, pages, err, 3*pageRows)
	}
}
