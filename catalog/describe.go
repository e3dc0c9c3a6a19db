package catalog

import (
	"encoding/json"
	"slices"
	"strings"
)

// A reporter takes what is doubtful about the description at hand.
type reporter func(rule, field, read, expected string)

// once is report without saying the same thing twice: the files of a dataset
// often share their faults.
func once(report reporter) reporter {
	var said [][3]string
	return func(rule, field, read, expected string) {
		if this := [3]string{rule, field, read}; !slices.Contains(said, this) {
			said = append(said, this)
			report(rule, field, read, expected)
		}
	}
}

// datasetFields are the columns of a layer of datasets whose values are terms,
// dates or places; -1: the layer has none.
type datasetFields struct {
	themes, frequency, language, issued, modified, temporal, spatial int
}

func newDatasetFields(l *Layer) *datasetFields {
	return &datasetFields{
		themes: l.column("themes"), frequency: l.column("frequency"), language: l.column("language"),
		issued: l.column("issued"), modified: l.column("modified"), temporal: l.column("temporal"), spatial: l.column("spatial"),
	}
}

// describedColumns are published of a dataset besides the columns of its layer:
// the source's words, where ours differ, and its files.
var describedColumns = []Column{
	{Name: "themes_declared", Type: ColumnJSON, Nulls: true}, {Name: "frequency_declared", Type: ColumnText, Nulls: true},
	{Name: "language_declared", Type: ColumnJSON, Nulls: true}, {Name: "issued_declared", Type: ColumnText, Nulls: true},
	{Name: "modified_declared", Type: ColumnText, Nulls: true}, {Name: "distributions", Type: ColumnJSON, Nulls: true},
	{Name: federated, Type: ColumnBoolean, Nulls: true}, {Name: alsoPublished, Type: ColumnJSON, Nulls: true},
}

// Properties that say how a dataset came here: the national catalogue has it already; which other
// catalogues have it (a list of OtherPublisher).
const (
	federated     = "federated_nationally"
	alsoPublished = "also_published_on"
)

// describe brings what a dataset says into our vocabularies: codes of the EU's
// tables, dates of ISO 8601, files with our names of formats. The values of h
// are replaced, the theme, files and extent of r are set; what is returned is
// published besides.
func (n *Normalizer) describe(r *Record, h *Harvested, report reporter) Properties {
	d := description{n: n, values: slices.Clone(h.Values), report: once(report)}
	f := n.dataset
	d.list(f.themes, "themes", "a data theme of the EU, such as EDUC, or a name that --type-map translates", func(s string) (string, bool) { return d.theme(r, s) })
	d.frequency(f.frequency)
	d.list(f.language, "language", "a language such as ITA", func(s string) (string, bool) {
		l, ok := n.vocab.Language(s)
		return l.Code, ok
	})
	d.date(f.issued, "issued")
	d.date(f.modified, "modified")
	if t, ok := ParseTime(r.SourceModified); ok {
		r.SourceModified = t
	}
	d.periods(f.temporal)
	if h.Geometry == nil && n.layer.SRID == lonLat {
		r.SourceGeometry = d.extent(f.spatial)
	}
	for _, x := range h.Distributions {
		r.Distributions = append(r.Distributions, n.distribution(x, r, d.report))
	}
	if len(r.Distributions) > 0 {
		d.formatless(r.Distributions)
		d.add("distributions", jsonOf(r.Distributions))
	}
	if n.src.FederatedNationally {
		d.add(federated, true)
	}
	h.Values = d.values
	return d.besides
}

// A description is a dataset while its values are replaced.
type description struct {
	n       *Normalizer
	values  []any
	besides Properties
	report  reporter
}

func (d *description) add(name string, value any) {
	d.besides = append(d.besides, Property{name, value})
}

// text is a value as text, "" when there is none; what only says that nothing
// is known is taken out.
func (d *description) text(column int) string {
	if column < 0 || column >= len(d.values) {
		return ""
	}
	s := clean(Text(d.values[column]))
	if s == "" {
		d.values[column] = nil
	}
	return s
}

// list replaces a list of terms by their codes, each once. What is no term is
// left out, reported, and kept as it was declared.
func (d *description) list(column int, field, expected string, code func(string) (string, bool)) {
	said := d.text(column)
	if said == "" {
		return
	}
	var words []string
	if json.Unmarshal([]byte(said), &words) != nil {
		words = splitCodes(said)
	}
	codes, unknown := []string{}, []string{}
	for _, w := range words {
		c, ok := code(w)
		if !ok {
			unknown = append(unknown, w)
		}
		if c != "" && !slices.Contains(codes, c) {
			d.n.oldCode(FieldScheme(field), c, field, w, d.report)
			codes = append(codes, c)
		}
	}
	if len(unknown) > 0 {
		d.report(field+"-unknown", field, strings.Join(unknown, "; "), expected+d.n.vocab.Perhaps(field, unknown[0]))
	}
	if slices.Equal(codes, words) {
		d.values[column] = jsonOf(codes)
		return
	}
	d.values[column] = nil
	if len(codes) > 0 {
		d.values[column] = jsonOf(codes)
	}
	d.add(field+"_declared", jsonOf(words))
}

// splitCodes parts what a table has in one cell: "EDUC, ENVI", "{EDUC,ENVI}".
func splitCodes(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" ,;|{}[]\"", r) })
}

// theme is the code of a data theme; the first that belongs to a theme of the
// portal gives it to r, unless the source's mapping has. Provisional data is no
// theme.
func (d *description) theme(r *Record, said string) (code string, ok bool) {
	if to, mapped := d.n.mapping.TypeMap[said]; mapped {
		said = to
	}
	t, ok := d.n.vocab.RecogniseDataTheme(said)
	if !ok || t.Code == provisional {
		return "", ok
	}
	if r.Theme == "" {
		r.Theme = t.Theme
	}
	return t.Code, true
}

// provisional is the EU's placeholder for data that nobody has classified.
const provisional = "OP_DATPRO"

func (d *description) frequency(column int) {
	said := d.text(column)
	if said == "" {
		return
	}
	f, ok := d.n.vocab.Frequency(said)
	if !ok {
		d.report("frequency-unknown", "frequency", said, "how often data are updated: a code such as MONTHLY, R/P1M, mensile"+d.n.vocab.Perhaps("frequency", said))
		d.values[column] = nil
	} else {
		d.n.oldCode("frequencies", f.Code, "frequency", said, d.report)
		d.values[column] = f.Code
	}
	if f.Code != said {
		d.add("frequency_declared", said)
	}
}

func (d *description) date(column int, field string) {
	said := d.text(column)
	if said == "" {
		return
	}
	t, ok := ParseTime(said)
	if !ok {
		d.report("date-unreadable", field, said, "a date such as 2026-11-21 or 21/11/2026")
		d.values[column] = nil
	} else {
		d.values[column] = t
	}
	if t != said {
		d.add(field+"_declared", said)
	}
}

// periods makes the ends of the periods dates of ISO 8601; a year is all of it.
func (d *description) periods(column int) {
	var list []Period
	if json.Unmarshal([]byte(d.text(column)), &list) != nil {
		return
	}
	for i, p := range list {
		list[i] = Period{d.end(p.Start, "-01-01"), d.end(p.End, "-12-31")}
	}
	d.values[column] = jsonOf(list)
}

// end is one end of a period; rest completes a year.
func (d *description) end(said, rest string) string {
	said = clean(said)
	if len(said) == 4 && strings.Trim(said, "0123456789") == "" {
		said += rest
	}
	t, ok := ParseTime(said)
	if !ok && said != "" {
		d.report("date-unreadable", "temporal", said, "a date such as 2026-11-21, or a year")
		return said
	}
	return t
}
