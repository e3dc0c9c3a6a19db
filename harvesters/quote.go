package harvesters

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

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

// quotation is a text between quotes as %q writes it, or between those of print.
var quotation = regexp.MustCompile("\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`|«[^»]*»|“[^”]*”|\\B'[^']*'\\B")

// tellable is why a source with fields to drop failed, without what the message quotes:
// it may be of any field. What stands in the settings of the source may stay.
func tellable(src catalog.Source, failure string) string {
	if len(src.Mapping.Drop) == 0 {
		return failure
	}
	settings, err := json.Marshal(src)
	if err != nil {
		settings = nil // its types cannot fail
	}
	if strings.Count(failure, `"`)%2 != 0 { // some quote stands for itself, and nobody knows which
		first, last := strings.IndexByte(failure, '"'), strings.LastIndexByte(failure, '"')
		return failure[:first] + "…" + failure[last+1:]
	}
	return quotation.ReplaceAllStringFunc(failure, func(quoted string) string {
		_, size := utf8.DecodeRuneInString(quoted)
		if inside := quoted[size : len(quoted)-size]; inside != "" && bytes.Contains(settings, []byte(inside)) {
			return quoted
		}
		return quoted[:size] + "…" + quoted[len(quoted)-size:]
	})
}
