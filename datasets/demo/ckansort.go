package demo

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ckanSort orders packages as the sort parameter of package_search says: fields
// with asc or desc, after one another. CKAN's own order is by relevance and then
// the newest first.
func ckanSort(packages []ckanPackage, by string) error {
	if by == "" {
		by = "metadata_modified desc"
	}
	type key struct {
		field func(ckanPackage) string
		sign  int
	}
	var keys []key
	for part := range strings.SplitSeq(by, ",") {
		words := strings.Fields(part)
		field, known := ckanFields[words0(words)]
		if !known || len(words) > 2 || len(words) == 2 && words[1] != "asc" && words[1] != "desc" {
			return fmt.Errorf("sort parameter %q is invalid", strings.TrimSpace(part))
		}
		sign := 1
		if len(words) == 2 && words[1] == "desc" {
			sign = -1
		}
		keys = append(keys, key{field, sign})
	}
	slices.SortStableFunc(packages, func(a, b ckanPackage) int {
		for _, k := range keys {
			if c := k.sign * cmp.Compare(k.field(a), k.field(b)); c != 0 {
				return c
			}
		}
		return 0
	})
	return nil
}

func words0(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return words[0]
}

var ckanFields = map[string]func(ckanPackage) string{
	"id":                func(p ckanPackage) string { return p.ID },
	"name":              func(p ckanPackage) string { return p.Name },
	"title_string":      func(p ckanPackage) string { return p.Title },
	"title":             func(p ckanPackage) string { return p.Title },
	"metadata_created":  func(p ckanPackage) string { return p.MetadataCreated },
	"metadata_modified": func(p ckanPackage) string { return p.MetadataModified },
	"score":             func(ckanPackage) string { return "" },
}

// ckanNumber reads a number that is not negative.
func ckanNumber(text string, otherwise int) (int, error) {
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%q is no natural number", text)
	}
	return n, nil
}
