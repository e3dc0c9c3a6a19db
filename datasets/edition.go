package datasets

import (
	"cmp"
	"fmt"
	"maps"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// Changes that an edition makes to a term.
const (
	TermAdded     = "added"
	TermRenamed   = "renamed"
	TermWithdrawn = "withdrawn" // the edition says so
	TermRemoved   = "removed"   // the edition does not have it, which for records is the same
)

// A TermChange is what an edition changes of one term.
type TermChange struct {
	Change    string `json:"change"`
	Code      string `json:"code"`
	URI       string `json:"uri,omitempty"`
	Before    string `json:"before,omitempty"` // label
	After     string `json:"after,omitempty"`
	Successor string `json:"successor,omitempty"` // code
}

// Differences are what edition e changes against the vocabularies with the
// editions given: terms in the order of the table, new ones last. It is
// catalog.ErrInvalid when the edition does not fit.
func Differences(e catalog.Edition, editions []catalog.Edition) ([]TermChange, error) {
	var others []catalog.Edition
	for _, o := range editions {
		if o.Scheme != e.Scheme {
			others = append(others, o)
		}
	}
	before, err := WithEditions(editions)
	if err != nil {
		return nil, err
	}
	after, err := WithEditions(append(others, e))
	if err != nil {
		return nil, err
	}
	old, ok := before.Scheme(e.Scheme)
	if !ok {
		return nil, fmt.Errorf("there is no vocabulary %q; ponet vocab list shows them: %w", e.Scheme, catalog.ErrInvalid)
	}
	young, _ := after.Scheme(e.Scheme)
	listed := map[string]bool{}
	for _, c := range e.Concepts {
		listed[c.URI], listed[c.Code] = true, true
	}
	var list []TermChange
	for _, c := range old.Concepts {
		now, kept := young.Concept(c.Code)
		switch {
		case !kept: // of an edition before: the release never had it
			list = append(list, TermChange{Change: TermRemoved, Code: c.Code, URI: c.URI, Before: c.Label})
		case now.Withdrawn != "" && c.Withdrawn == "":
			change := TermChange{Change: TermWithdrawn, Code: c.Code, URI: c.URI, Before: c.Label, Successor: now.Successor}
			if !listed[c.URI] && !listed[c.Code] {
				change.Change = TermRemoved
			}
			list = append(list, change)
		case now.Label != c.Label || now.LabelEN != c.LabelEN:
			list = append(list, TermChange{Change: TermRenamed, Code: c.Code, URI: c.URI, Before: names(c), After: names(now)})
		}
	}
	for _, c := range young.Concepts {
		if _, known := old.Concept(c.Code); !known {
			list = append(list, TermChange{Change: TermAdded, Code: c.Code, URI: c.URI, After: c.Label})
		}
	}
	return list, nil
}

func names(c catalog.Concept) string { return strings.Trim(c.Label+" / "+c.LabelEN, " /") }

// renew makes rows those of edition e. What a row says besides code, address
// and labels is ours and stays; a new term has it from the wider one. A term
// that is gone stays, withdrawn, for the records that have it.
func renew(e catalog.Edition, ref Reference, rows []row) ([]row, error) {
	switch {
	case ref.Ours:
		return nil, fmt.Errorf("vocabulary %s is a list of our own, which comes with the release: %w", ref.Name, catalog.ErrInvalid)
	case e.Base != ref.Version():
		return nil, fmt.Errorf("vocabulary %s: edition %s was taken over where the release had %s, and this one brings %s: %w", ref.Name, e.Version, e.Base, ref.Version(), catalog.ErrInvalid)
	}
	x := newRowIndex(ref, rows)
	kept := len(rows)
	met := make([]bool, kept)
	for _, c := range e.Concepts {
		found := x.find(c)
		for _, i := range found {
			met[i] = true
			rows[i] = relabelled(ref, rows[i], c, len(found) == 1)
			withdraw(e, x, rows[i], c)
		}
		if len(found) > 0 {
			continue
		}
		r, ok := x.fresh(ref, rows, c)
		if !ok {
			continue
		}
		withdraw(e, x, r, c)
		rows = append(rows, r)
		x.add(ref, len(rows)-1, r)
	}
	for i := range kept {
		if !met[i] && rows[i]["withdrawn"] == "" && rows[i]["uri"] != "" {
			rows[i]["withdrawn"] = e.Version
		}
	}
	return rows, nil
}

// withdraw marks r when the edition says that c is no longer used.
func withdraw(e catalog.Edition, x *rowIndex, r row, c catalog.Concept) {
	if c.Withdrawn != "" {
		r["withdrawn"], r["successor"] = e.Version, x.code(c.Successor)
	}
}

// relabelled is r with the labels and the wider term of c; the labels of tables
// that have their own stay.
func relabelled(ref Reference, r row, c catalog.Concept, alone bool) row {
	r = maps.Clone(r)
	if !ref.OwnLabels && alone {
		r[ref.key("label_it")] = cmp.Or(c.Label, r[ref.key("label_it")])
		r["label_en"] = cmp.Or(c.LabelEN, r["label_en"])
	}
	return r
}

// A rowIndex finds the rows that a concept is.
type rowIndex struct {
	ref   Reference
	uris  map[string][]int
	codes map[string][]int // by the publisher's code
	ours  map[string]string
}

func newRowIndex(ref Reference, rows []row) *rowIndex {
	x := &rowIndex{ref: ref, uris: map[string][]int{}, codes: map[string][]int{}, ours: map[string]string{}}
	for i, r := range rows {
		x.add(ref, i, r)
	}
	return x
}

func (x *rowIndex) add(ref Reference, i int, r row) {
	if u := r["uri"]; u != "" {
		x.uris[plainURI(u)] = append(x.uris[plainURI(u)], i)
	}
	theirs := r[cmp.Or(ref.Keys["notation"], ref.key("code"))]
	x.codes[theirs] = append(x.codes[theirs], i)
	if _, taken := x.ours[theirs]; !taken {
		x.ours[theirs] = r[ref.key("code")]
	}
}

// find are the rows of c: by its address, else by its code where it has none.
func (x *rowIndex) find(c catalog.Concept) []int {
	if c.URI != "" {
		return x.uris[plainURI(c.URI)]
	}
	return x.codes[c.Code]
}

// code is our code for one of the publisher.
func (x *rowIndex) code(theirs string) string { return cmp.Or(x.ours[theirs], theirs) }

// fresh is the row of a new concept, with what is ours of the wider one; not ok
// for the headings of licences, which nobody can give.
func (x *rowIndex) fresh(ref Reference, rows []row, c catalog.Concept) (row, bool) {
	r := row{}
	for _, b := range c.Broader {
		for _, i := range x.codes[b] {
			if len(r) == 0 {
				r = maps.Clone(rows[i])
			}
		}
	}
	for _, column := range []string{"same", "names", "values", "withdrawn", "successor", "schema_org", "interval", "alpha_2", "short", "url"} {
		delete(r, column)
	}
	if ref.Name == "licences" {
		if strings.Count(c.Code, ".") < 2 {
			return nil, false
		}
		terms(r, c)
	}
	label := cmp.Or(c.Label, c.LabelEN, c.Code)
	r["uri"], r["label_en"] = c.URI, c.LabelEN
	r[ref.key("label_it")] = label
	r["broader"] = strings.Join(c.Broader, "|")
	if n := ref.Keys["notation"]; n != "" {
		r[n] = c.Code
		r[ref.key("code")] = catalog.Slug(label)
		return r, true
	}
	r[ref.key("code")] = c.Code
	return r, true
}

// terms are what a new licence asks for, as far as its notation tells: A.1 is
// public domain, A.2 asks for attribution, the rest of A for the same licence
// too, and of B, which is not open, everything is assumed.
func terms(r row, c catalog.Concept) {
	group, _, _ := strings.Cut(c.Code, ".")
	is := func(begins ...string) string {
		for _, b := range begins {
			if strings.HasPrefix(c.Code, b) {
				return "true"
			}
		}
		return "false"
	}
	r["short"] = cmp.Or(c.Label, c.LabelEN)
	r["openness"] = map[string]string{"A": "open", "B": "not-open"}[group]
	r["openness"] = cmp.Or(r["openness"], "unknown")
	r["attribution"], r["share_alike"] = is("A.2", "A.3", "A.4", "B"), is("A.3", "A.4", "B")
	r["non_commercial"], r["no_derivatives"] = is("B.1"), is("B.2")
}

func plainURI(uri string) string {
	if _, rest, ok := strings.Cut(uri, "://"); ok {
		uri = rest
	}
	return strings.TrimRight(uri, "/")
}
