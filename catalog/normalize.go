package catalog

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// normalizerVersion is part of every description's hash: raise it when the same
// description gives another record, and the next harvest makes them all anew.
const normalizerVersion = 17

// A Normalizer turns the descriptions of one layer of a source into records.
// It has no state: the same description always gives the same record.
type Normalizer struct {
	src        Source
	layer      *Layer
	collection string
	vocab      *Vocabularies
	mapping    Mapping
	fields     map[string]expression
	rest       []restColumn
	owned      bool            // descriptions say their own body or licence
	dataset    *datasetFields  // of a layer of datasets
	terms      []termColumn    // the columns that hold concepts
	beside     []Column        // published beside those
	certified  bool            // the column of addresses of mail says that they are certified
	mailType   int             // the column that says of what type they are, -1: none
	said       map[string]bool // properties of ours that a layer of another node has as such
}

// A restColumn is a column that is published under its own name, or as the property of
// the model that the mapping says.
type restColumn struct {
	index int        // of Layer.Columns; -1: several of them
	of    expression // those
	name  string
	field *Field // what it has to be; nil: the source's own
}

// value is what a row has there.
func (c restColumn) value(values []any) any {
	if c.index < 0 {
		return c.of.value(values)
	}
	return values[c.index]
}

// said is what the source calls it.
func (c restColumn) said(l *Layer) string {
	if c.index < 0 {
		return c.name
	}
	return l.Columns[c.index].Name
}

// NewNormalizer prepares the mapping of src for one of its layers, whose records
// go to collection.
func NewNormalizer(src Source, layer *Layer, collection string, v *Vocabularies) (*Normalizer, error) {
	n := &Normalizer{src: src, layer: layer, collection: collection, vocab: v, mapping: src.Mapping.over(layer.Guess)}
	if n.mapping.Kind == "" {
		n.mapping.Kind = KindFeature
	}
	if !n.mapping.Kind.Valid() {
		return nil, fmt.Errorf("source %s: kind %q is not one of %v: %w", src.ID, n.mapping.Kind, Kinds(), ErrInvalid)
	}
	n.fields = map[string]expression{}
	used := map[int]bool{}
	for field, text := range n.mapping.Fields {
		e, err := parseExpression(text, layer)
		if err != nil {
			return nil, fmt.Errorf("source %s: field %s: %w", src.ID, field, err)
		}
		if slices.Contains(MappingFields, field) {
			n.fields[field] = e
		} else if !n.names(field, e) {
			continue
		}
		e.mark(used)
	}
	slices.SortFunc(n.rest, func(a, b restColumn) int { return strings.Compare(a.name, b.name) })
	n.findCertified()
	n.owned = n.fields["body"] != nil || n.fields["body_name"] != nil || n.fields["licence"] != nil
	taken := map[string]bool{}
	n.said = map[string]bool{}
	if n.mapping.Kind == KindDataset {
		n.dataset = newDatasetFields(layer)
		for _, c := range describedColumns {
			taken[c.Name] = true
		}
	}
	for _, name := range envelope {
		taken[name] = true
	}
	for _, c := range n.rest {
		taken[c.name] = true
	}
	for i, c := range layer.Columns {
		if (n.mapping.Kind != KindFeature || layer.Ours) && used[i] {
			continue // said already, in our own words
		}
		name := c.Name
		if layer.Ours && slices.Contains(keptOfNodes, name) {
			n.said[name] = true
		} else if taken[name] {
			name = "source_" + name
		}
		taken[name] = true
		n.rest = append(n.rest, restColumn{index: i, name: name, field: fieldOf(n.mapping.Kind, name)})
	}
	n.findTerms(taken)
	return n, nil
}

// names notes what the mapping says of a property of the model that is none of
// MappingFields; false when records of this kind have none so called.
func (n *Normalizer) names(property string, e expression) bool {
	f := fieldOf(n.mapping.Kind, property)
	if f == nil || n.mapping.Kind == KindFeature {
		return false
	}
	c := restColumn{index: -1, of: e, name: property, field: f}
	if len(e) == 1 && e[0].column >= 0 && e[0].member == "" {
		c.index = e[0].column
	}
	n.rest = append(n.rest, c)
	return true
}

// envelope lists the published properties that are ours, in their order.
var envelope = []string{
	"title", "description", "kind", "theme", "type", "type_label", "place_type", "poi_category", "accommodation_type", "event_type", "activity_area", "address", "postcode", "locality", "municipality",
	"istat_code", "province", "phone", "phones", "phone_declared", "email", "emails", "certified_email", "certified_emails", "email_declared", "website", "website_declared",
	"opening_hours", "accessibility", "image", "keywords",
	"start", "end", "occurrences", "url", "code", "body", "body_name", "licence", "source", "source_key", "source_modified",
	"accuracy_metres", "updated",
}

// keptOfNodes are those of the envelope that another node says in the same form, and
// from which we would not read them again.
var keptOfNodes = []string{"phones", "phone_declared", "emails", "certified_emails", "email_declared", "website_declared"}

// EnvelopeColumns are the published properties every record may have, before
// those of its own source.
func EnvelopeColumns() []Column {
	columns := make([]Column, len(envelope))
	for i, name := range envelope {
		columns[i] = Column{Name: name, Type: ColumnText, Nulls: true}
		switch name {
		case "accuracy_metres":
			columns[i].Type = ColumnNumber
		case "updated":
			columns[i].Type = ColumnDateTime
		case "occurrences", "phones", "emails", "certified_emails":
			columns[i].Type = ColumnJSON
		}
	}
	return columns
}

// Columns are the published properties of the layer's records, in order.
func (n *Normalizer) Columns() []Column {
	columns := make([]Column, len(n.rest))
	for i, r := range n.rest {
		columns[i] = Column{Type: ColumnText, Nulls: true}
		if r.index >= 0 {
			columns[i] = n.layer.Columns[r.index]
		}
		columns[i].Name = r.name
		if r.field != nil && r.field.ColumnType() != "" {
			columns[i].Type = r.field.ColumnType()
		}
		columns[i] = n.published(columns[i])
	}
	if n.dataset != nil {
		columns = append(columns, describedColumns...)
	}
	return append(columns, n.beside...)
}

// over is m with what it leaves out taken from guess.
func (m Mapping) over(guess Mapping) Mapping {
	fields := map[string]string{}
	for f, c := range guess.Fields {
		fields[f] = c
	}
	if m.Type != "" {
		delete(fields, "type") // a person has said of what type every record is
	}
	for f, c := range m.Fields {
		if c == "" {
			delete(fields, f) // "title=" on the command line: no title, whatever was detected
			continue
		}
		fields[f] = c
	}
	m.Fields = fields
	if m.Kind == "" || gazetteerBoth(m.Kind, guess.Kind) {
		m.Kind = guess.Kind
	}
	return m
}

// Normalize is the record that h describes, and what is doubtful about it. Its
// ID is a fresh one: the store keeps the old one of a description it knows.
// An Issue with Refused means that there is no record.
func (n *Normalizer) Normalize(h Harvested) (Record, []Issue) {
	h = repaired(h)
	issues := slices.Clone(h.Issues)
	text := func(field string) string { return clean(n.fields[field].value(h.Values)) }
	r := Record{
		ID:         uuid.Must(uuid.NewV7()).String(),
		Kind:       n.mapping.Kind,
		Collection: n.collection,
		Status:     StatusPublished,
		Title:      plainLine(n.fields["title"].value(h.Values)),
		Summary:    text("summary"),
		Theme:      n.mapping.Theme,

		Address:       text("address"),
		Postcode:      postcode(text("postcode")),
		Locality:      text("locality"),
		Municipality:  titleCase(oneLine(n.fields["municipality"].value(h.Values))),
		ISTATCode:     istatCode(text("istat_code")),
		OpeningHours:  plainText(n.fields["opening_hours"].value(h.Values)),
		Accessibility: text("accessibility"),
		Image:         webAddress(text("image")),
		BodyID:        n.src.BodyID,
		BodyName:      n.src.BodyName,
		Licence:       n.src.Licence,

		SourceID:       n.src.ID,
		SourceKey:      h.Key,
		SourceURL:      webAddress(text("url")),
		SourceModified: text("modified"),
		SourceGeometry: h.Geometry,
		AccuracyMetres: max(n.layer.Accuracy, metres(text("accuracy"))),
	}
	description := n.fields["description"].value(h.Values)
	if n.dataset != nil {
		description = plainMarkdown(description)
	}
	if r.Summary == "" {
		r.Summary = shorten(plainLine(description), maxSummary)
	}
	var besides Properties
	if r.Kind.Gazetteer() {
		besides = n.streetOrNumber(&r, h)
	}
	refuse := func(rule, field, read, expected string) {
		issues = append(issues, Issue{Rule: rule, File: h.Layer.Name, Line: h.Line, Key: h.Key, Field: field, Read: Excerpt(read), Expected: expected})
	}
	if r.Title == "" {
		r.Title = n.untitled(h)
		if r.Kind != KindFeature {
			refuse("title-missing", n.mapping.Fields["title"], "", "a name; the record is shown as «"+r.Title+"»")
		}
	}
	report := reporter(refuse)
	if n.owned || n.dataset != nil {
		report = once(refuse)
		n.own(&r, text("body"), text("body_name"), text("licence"), report)
		if n.dataset != nil {
			besides = n.describe(&r, &h, report)
		}
	}
	if r.Kind == KindReport {
		description = shorten(plainText(description), maxReport)
		besides = append(besides, n.report(&h)...)
	}
	besides = append(besides, n.concepts(&h, report)...)
	n.classify(&r, text("type"), text("keywords"), Theme(text("theme")), refuse)
	reach := n.reach(&r, text, h, refuse)
	licence, _ := n.vocab.Licence(r.Licence)
	r.Terms = licence.Terms()
	r.Start = n.when(text("start"), "start", refuse)
	r.End = n.when(text("end"), "end", refuse)
	n.occur(&r, h)
	n.place(&r, text("province"), h)
	if r.Kind == KindAddress {
		besides = append(besides, Property{"full", r.fullAddress()})
	}
	r.bound(refuse)
	r.Slug = Slug(r.Title)
	r.Properties = append(n.properties(r, h, description, text, reach, refuse), besides...)
	return r, issues
}

// maxSummary is how long a summary is that we make of a description, in
// characters: that of the reference theme of municipal sites.
const maxSummary = 255

// metres reads a distance in metres, decimal comma or point; 0 if it is none.
func metres(s string) float64 {
	v, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	if err != nil || !(v > 0 && v < 1e6) {
		return 0
	}
	return v
}

// untitled names a record whose source does not: by its layer and key.
func (n *Normalizer) untitled(h Harvested) string {
	name := n.src.Title
	if name == "" {
		name = n.collection
	}
	if len(h.Key) > 24 && h.Line > 0 { // a hash says nothing to a reader
		return fmt.Sprintf("%s, riga %d", name, h.Line)
	}
	return name + ", " + h.Key
}

// properties is what is published of r and of the columns of its source.
func (n *Normalizer) properties(r Record, h Harvested, description string, text func(string) string, reach contacts, report reporter) Properties {
	p := make(Properties, 0, len(envelope)+len(n.rest))
	add := func(name, value string) {
		if value != "" {
			p = append(p, Property{name, value})
		}
	}
	add("title", r.Title)
	add("description", plainText(description))
	add("kind", string(r.Kind))
	add("theme", string(r.Theme))
	add("type", r.Type)
	add("type_label", r.TypeLabel)
	n.typed(r, text("type"), add)
	add("address", r.Address)
	add("postcode", r.Postcode)
	add("locality", r.Locality)
	add("municipality", r.Municipality)
	add("istat_code", r.ISTATCode)
	add("province", text("province"))
	p = reach.add(p, n.mapping.Kind == KindFeature && !n.layer.Ours)
	add("opening_hours", r.OpeningHours)
	add("accessibility", r.Accessibility)
	add("image", r.Image)
	add("keywords", text("keywords"))
	add("start", r.Start)
	add("end", r.End)
	if len(r.Occurrences) > 1 {
		p = append(p, Property{"occurrences", jsonOf(r.Occurrences)})
	}
	add("url", r.SourceURL)
	add("code", text("code"))
	add("body", r.BodyID)
	add("body_name", r.BodyName)
	add("licence", r.Licence)
	add("source", r.SourceID)
	add("source_key", r.SourceKey)
	add("source_modified", r.SourceModified)
	if r.AccuracyMetres > 0 && r.SourceGeometry != nil {
		p = append(p, Property{"accuracy_metres", r.AccuracyMetres})
	}
	for _, c := range n.rest {
		v := c.value(h.Values)
		if s, ok := v.(string); ok && s == "" {
			continue
		}
		if v == nil {
			continue
		}
		if c.field != nil && n.mapping.Kind != KindFeature {
			switch {
			case c.field.Type == FieldPhone:
				p = numbers(p, c.name, v, report)
				continue
			case c.field.Name == "language" && n.dataset == nil:
				p = n.languages(p, v, report)
				continue
			}
			fitted, ok := c.field.fit(v)
			if !ok { // the source's words stay, under its name
				report("value-unfit", c.said(n.layer), Text(v), c.field.wants())
				p = append(p, Property{"source_" + c.name, v})
				continue
			}
			v = fitted
			if raw, structured := v.(json.RawMessage); structured && (c.field.many() || c.field.Type == FieldObject) {
				if raw = reachIn(raw, c.name, report); unitFields[c.name] {
					raw = n.vocab.unitsIn(raw, c.name, report)
				}
				v = raw
			}
		}
		p = append(p, Property{c.name, v})
	}
	return p
}

// LayerHash identifies everything but the description itself that decides what
// its record is: columns and their types, the mapping, this code.
func (n *Normalizer) LayerHash() []byte {
	b, err := json.Marshal(struct {
		Version    int
		Mapping    Mapping
		Columns    []Column
		SRID       int
		Collection string
		Title      string
		Body, Name string
		Licence    string
		Federated  bool `json:",omitempty"`
		Standing   Standing
		Edition    string
	}{normalizerVersion, n.mapping, n.layer.Columns, n.layer.SRID, n.collection, n.src.Title, n.src.BodyID, n.src.BodyName, n.src.Licence, n.src.FederatedNationally, n.src.Standing, n.vocab.Edition})
	if err != nil {
		panic("catalog: a mapping that is not JSON: " + err.Error()) // its types cannot fail
	}
	return b
}
