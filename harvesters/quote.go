package harvesters

import (
	"slices"

	"po-net.prato.it/ponet/catalog"
)

// unquoted takes out of issues what a source with fields to drop might have in
// them: what was read of a dropped field, and of descriptions that could not be
// taken apart into fields, whose excerpt may hold any.
func unquoted(src catalog.Source, layer *catalog.Layer, issues []catalog.Issue) {
	drop := src.Mapping.Drop
	if len(drop) == 0 {
		return
	}
	for i, issue := range issues {
		kept := issue.Field != "" && !catalog.Drops(drop, issue.Field)
		if issue.Refused {
			kept = kept && (issue.Field == "key" || slices.ContainsFunc(layer.Columns, func(c catalog.Column) bool { return catalog.SameName(c.Name, issue.Field) }))
		}
		if !kept {
			issues[i].Read = ""
		}
	}
}
