package jsonld

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// A description is a thing in our words, by the names of its columns.
type description struct {
	values      map[string]any
	where       where
	occurrences []catalog.Occurrence
	issues      []catalog.Issue
}

func (d *description) set(name string, v any) {
	if v != nil && v != "" {
		d.values[name] = v
	}
}

func (d *description) doubt(rule, field, read, expected string) {
	d.issues = append(d.issues, catalog.Issue{Rule: rule, Field: field, Read: catalog.Excerpt(read), Expected: expected})
}

// common are the columns of every kind and the fields that they are.
var common = []struct{ column, field string }{
	{"name", "title"}, {"text", "description"}, {"category", "type"}, {"tags", "keywords"}, {"link", "url"}, {"picture", "image"}, {"changed", "modified"},
	{"street", "address"}, {"cap", "postcode"}, {"town", "municipality"}, {"province_code", "province"}, {"tel", "phone"}, {"mail", "email"},
}

// ofKind are the further columns of each kind: those with a field, and those
// that are published under their name of spec §1.
var ofKind = map[catalog.Kind]struct {
	title   string // of the layer, for people
	fields  [][2]string
	columns []catalog.Column
}{
	catalog.KindEvent: {"eventi", [][2]string{{"dtstart", "start"}, {"dtend", "end"}}, []catalog.Column{
		text("event_status"), text("attendance_mode"), text("place"), text("online_url"), jsonColumn("organizers"), jsonColumn("prices"), text("audience"), text("super_event"), jsonColumn("sub_events"),
	}},
	catalog.KindPlace: {"luoghi", [][2]string{{"site", "website"}, {"hours", "opening_hours"}}, []catalog.Column{
		text("alt_names"), text("official_name"), text("access_info"), text("capacity"), text("parent_place"), text("managed_by"),
	}},
	catalog.KindCourse: {"corsi", [][2]string{{"dtstart", "start"}, {"dtend", "end"}, {"course_code", "code"}}, []catalog.Column{
		text("provider"), text("level"), text("qualification"), text("requirements"), text("audience"), text("credits"), text("learning_outcomes"), jsonColumn("instances"), jsonColumn("prices"),
	}},
	catalog.KindService: {"servizi", [][2]string{{"district", "locality"}, {"authority", "body"}, {"authority_name", "body_name"}}, []catalog.Column{
		text("competent_authority"), text("subject_matter"), text("area_served"), text("audience"), jsonColumn("channels"), text("outputs"), jsonColumn("costs"), text("processing_time"), text("online_url"),
	}},
}

func text(name string) catalog.Column {
	return catalog.Column{Name: name, Type: catalog.ColumnText, Nulls: true}
}

func jsonColumn(name string) catalog.Column {
	return catalog.Column{Name: name, Type: catalog.ColumnJSON, Nulls: true}
}

// newLayer is the layer of the records of a kind.
func newLayer(kind catalog.Kind, found []string) *catalog.Layer {
	k := ofKind[kind]
	l := &catalog.Layer{Name: string(kind), Title: k.title, SRID: 4326, Ours: true, Found: found, Guess: catalog.Mapping{Kind: kind, Fields: map[string]string{}}}
	for _, c := range common {
		l.Columns = append(l.Columns, text(c.column))
		l.Guess.Fields[c.field] = c.column
	}
	for _, f := range k.fields {
		l.Columns = append(l.Columns, text(f[0]))
		l.Guess.Fields[f[1]] = f[0]
	}
	l.Columns = append(l.Columns, k.columns...)
	return l
}

// harvested is a thing as a description of its layer; a RowError when it says
// nothing. address is that of its page.
func (p *page) harvested(t *thing, layer *catalog.Layer, address string, now time.Time) (catalog.Harvested, error) {
	d := &description{values: map[string]any{}}
	p.common(d, t, address)
	switch t.kind {
	case catalog.KindEvent:
		p.event(d, t.node, now)
	case catalog.KindPlace:
		p.place(d, t.node, address)
	case catalog.KindCourse:
		p.course(d, t.node)
	case catalog.KindService:
		p.service(d, t.node)
	}
	if d.values["name"] == nil && d.values["text"] == nil && len(d.occurrences) == 0 {
		return catalog.Harvested{Layer: layer}, &catalog.RowError{Issue: catalog.Issue{
			Rule: "thing-empty", Key: t.key, Field: "name", Read: strings.Join(t.types(), ", "), Expected: "a name, a description or a date", Refused: true,
		}}
	}
	h := catalog.Harvested{Key: t.key, Layer: layer, MediaType: "application/ld+json", Raw: p.raw(t), Geometry: d.where.point, Occurrences: d.occurrences, Issues: append(d.issues, d.where.issues...)}
	for i := range h.Issues {
		h.Issues[i].File = address
	}
	h.Values = make([]any, len(layer.Columns))
	for i, c := range layer.Columns {
		h.Values[i] = d.values[c.Name]
	}
	return h, nil
}

// common reads what things of every kind may say.
func (p *page) common(d *description, t *thing, address string) {
	n := t.node
	text := p.text(n, "description", "abstract", "disambiguatingDescription")
	d.set("name", cmp.Or(p.text(n, "name", "headline", "alternateName"), beginning(text)))
	d.set("text", text)
	d.set("category", t.word)
	var tags []string
	for _, s := range p.every(n, "keywords", "about") {
		for tag := range strings.SplitSeq(s, ",") {
			if tag = strings.TrimSpace(tag); tag != "" && !slices.Contains(tags, tag) && !strings.HasPrefix(tag, "http") {
				tags = append(tags, tag)
			}
		}
	}
	d.set("tags", strings.Join(tags, ", "))
	link := p.address(n, "url")
	if link == "" {
		link = p.absolute(address)
	}
	d.set("link", link)
	d.set("picture", p.address(n, "image", "photo", "logo"))
	if m, ok := moment(p.text(n, "dateModified")); ok {
		d.set("changed", m)
	}
}

const maxTitle = 120 // characters of a title that is made of a description

// beginning is the first line of a text, for what has no name.
func beginning(text string) string {
	first, _, _ := strings.Cut(catalog.PlainText(text), "\n")
	if r := []rune(first); len(r) > maxTitle {
		first = strings.TrimRight(string(r[:maxTitle]), " ,;:.") + "…"
	}
	return first
}

// put takes a where into the columns.
func (d *description) put(w where) {
	d.where = w
	d.set("street", w.street)
	d.set("cap", w.postcode)
	d.set("town", w.town)
	d.set("province_code", w.area)
}

func jsonOf(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic("jsonld: texts that are not JSON: " + err.Error()) // texts and numbers only
	}
	return b
}
