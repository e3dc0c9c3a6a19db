package jsonld

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// nothing says what there is instead of what we read.
func (h *harvest) nothing() error {
	if len(h.types) == 0 {
		return failed("no data of schema.org: no JSON-LD, microdata or RDFa")
	}
	names := slices.SortedFunc(maps.Keys(h.types), func(a, b string) int {
		return cmp.Or(cmp.Compare(h.types[b], h.types[a]), cmp.Compare(a, b))
	})
	var met []string
	vocabulary := false
	for _, t := range names[:min(8, len(names))] {
		met = append(met, fmt.Sprintf("%s %d", t, h.types[t]))
		vocabulary = vocabulary || strings.HasSuffix(t, "skos/core#Concept") || t == "skos:Concept"
	}
	advice := ""
	if vocabulary {
		advice = "; it is a vocabulary: its concepts are read by the kind json, the dataset it says it is by the kind dcat"
	}
	return failed("no event, place, course or service is described; what there is: %s%s", strings.Join(met, ", "), advice)
}

// unreadable is the refusal of a page. One that is gone is gone; of another, what
// was harvested from it before is not missing.
func unreadable(address string, err error) error {
	var status *fetch.StatusError
	gone := errors.As(err, &status) && (status.Code == http.StatusNotFound || status.Code == http.StatusGone)
	return &catalog.RowError{Issue: catalog.Issue{
		Rule: "page-unreadable", File: address, Key: pageKey(address, gone), Field: "page", Read: catalog.Excerpt(err.Error()),
		Expected: "a page that can be read; what was harvested from it before stays, unless it is gone", Refused: true, Listed: !gone,
	}}
}

// pageKey is empty for a page that may have described anything.
func pageKey(address string, gone bool) string {
	if gone {
		return address
	}
	return ""
}
