package catalog

import (
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// goldenDataset is the record of a dataset: the fields are those of the catalogue that
// is shown; what the others call it joins the other identifiers, and where they
// publish it is said (spec/metadata.md §4.1).
func goldenDataset(list []Contribution) Record {
	r := list[0].Record
	others := otherIdentifiers(r)
	var also []OtherPublisher
	for _, c := range list[1:] {
		own := Text(c.Record.Properties.Get("identifier"))
		also = append(also, OtherPublisher{Source: c.Source.ID, Title: cmp.Or(c.Source.Title, c.Source.ID), URL: c.Record.SourceURL, Identifier: own})
		for _, id := range []string{own, Text(c.Record.Properties.Get("uri"))} {
			if id != "" {
				others = append(others, OtherIdentifier{Notation: id, Agency: cmp.Or(c.Source.Title, c.Source.ID)})
			}
		}
		others = append(others, otherIdentifiers(c.Record)...)
	}
	slices.SortFunc(also, func(a, b OtherPublisher) int { return strings.Compare(a.Source+a.URL, b.Source+b.URL) })
	r.Properties = with(r.Properties, "other_identifiers", unlike(others, Text(r.Properties.Get("identifier")), Text(r.Properties.Get("uri"))))
	r.Properties = with(r.Properties, alsoPublished, jsonOf(also))
	if slices.ContainsFunc(list, func(c Contribution) bool { return c.Source.FederatedNationally }) {
		r.Properties = with(r.Properties, federated, true)
	}
	return r
}

// catalogueRank orders those who list a dataset: the rights holder's own portal, the one
// that the dataset's page is on, what is no copy.
func catalogueRank(c Contribution) int {
	holder := c.Record.Holder()
	switch {
	case holder != "" && c.Source.BodyID == holder:
		return 0
	case host(c.Record.SourceURL) != "" && host(c.Record.SourceURL) == host(c.Source.URL):
		if c.Record.Properties.Get("copy_of") == nil {
			return 1
		}
		return 2
	case c.Record.Properties.Get("copy_of") == nil:
		return 3
	}
	return 4
}

// host is that of an address, without "www.".
func host(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}

func otherIdentifiers(r Record) []OtherIdentifier {
	var list []OtherIdentifier
	if raw, ok := r.Properties.Get("other_identifiers").(json.RawMessage); ok && json.Unmarshal(raw, &list) != nil {
		return nil
	}
	return list
}

// unlike is list as JSON, each notation once, without the record's own.
func unlike(list []OtherIdentifier, own ...string) any {
	seen := map[string]bool{}
	for _, s := range own {
		seen[SameAddress(s)] = true
	}
	var kept []OtherIdentifier
	for _, o := range list {
		if same := SameAddress(o.Notation); !seen[same] {
			seen[same] = true
			kept = append(kept, o)
		}
	}
	if len(kept) == 0 {
		return nil
	}
	return jsonOf(kept)
}

// with is p with a property set; nothing is left out where it was not.
func with(p Properties, name string, value any) Properties {
	p = slices.Clone(p)
	if i := slices.IndexFunc(p, func(q Property) bool { return q.Name == name }); i >= 0 {
		p[i].Value = value
		return p
	}
	if value == nil {
		return p
	}
	return append(p, Property{name, value})
}
