package xmldoc

import (
	"errors"
	"testing"

	"github.com/antchfx/xmlquery"

	"po-net.prato.it/ponet/catalog"
)

// A document of 1.5 million nodes would take longer to make than this test may.
func TestNodesAreLimited(t *testing.T) {
	d := &Document{Node: &xmlquery.Node{Type: xmlquery.DocumentNode}}
	b := builder{Document: d, at: d.Node, nodes: MaxNodes - 1}
	if err := b.add(&xmlquery.Node{}, 1); err != nil {
		t.Errorf("node %d: %v", MaxNodes, err)
	}
	if err := b.add(&xmlquery.Node{}, 1); !errors.Is(err, catalog.ErrFailedListing) {
		t.Errorf("node %d: error = %v; want a failed listing", MaxNodes+1, err)
	}
}
