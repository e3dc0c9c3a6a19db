package dcat

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// An entry is one dataset of a data.json file, its fields in any of the shapes
// that are met: a text where a list should stand, a list where a text should.
type entry map[string]any

// dereference puts in the place of references what they are to: the metastore of
// DKAN 2 gives {"identifier": …, "data": …} for publisher, keywords and files when it
// is asked with show-reference-ids.
func (e entry) dereference() {
	meant := func(v any) any {
		if m, ok := v.(map[string]any); ok && len(m) == 2 && m["identifier"] != nil && m["data"] != nil {
			return m["data"]
		}
		return v
	}
	for name, v := range e {
		if list, ok := v.([]any); ok {
			for i := range list {
				list[i] = meant(list[i])
			}
			continue
		}
		e[name] = meant(v)
	}
}

// dataset is what the entry says (Project Open Data metadata schema 1.1, with
// the names of 1.0 beside them).
func (e entry) dataset() *draft {
	d := &draft{}
	d.Identifier = text(e["identifier"])
	d.Title = text(e["title"])
	d.Description = text(e["description"])
	d.Keywords = texts(e["keyword"])
	d.Themes = texts(e["theme"])
	d.Publisher = agentEntry(e["publisher"])
	d.Contacts = e.contacts(d)
	d.Issued = text(e["issued"])
	d.Modified = text(e["modified"])
	d.Frequency = text(e["accrualPeriodicity"])
	if strings.HasPrefix(d.Modified, "R/P") { // allowed: "modified" says how often
		d.Frequency, d.Modified = d.Modified, ""
	}
	d.Languages = texts(e["language"])
	if period := interval(text(e["temporal"])); period != (catalog.Period{}) {
		d.Temporal = []catalog.Period{period}
	}
	for _, s := range coverages(e["spatial"]) {
		if p := place(s); p.Name != "" || p.URI != "" || p.BBox != nil {
			d.Spatial = append(d.Spatial, p)
		}
	}
	for _, s := range texts(e["conformsTo"]) {
		d.ConformsTo = append(d.ConformsTo, catalog.Standard{ID: s})
	}
	d.LandingPage = d.optional("landingPage", text(e["landingPage"]))
	d.AccessRights = accessLevels[strings.ToLower(text(e["accessLevel"]))]
	d.InSeries = text(e["isPartOf"])
	d.Documentation = texts(e["references"])
	d.Licence = text(e["license"])
	e.distributions(d)
	return d
}

// accessLevels are the levels of Project Open Data as EU access rights.
var accessLevels = map[string]string{
	"public":            "http://publications.europa.eu/resource/authority/access-right/PUBLIC",
	"restricted public": "http://publications.europa.eu/resource/authority/access-right/RESTRICTED",
	"non-public":        "http://publications.europa.eu/resource/authority/access-right/NON_PUBLIC",
}

// optional is an address that may be missing.
func (d *draft) optional(field, s string) string {
	if s == "" {
		return ""
	}
	return d.address(field, s)
}

// contacts is the office to ask: contactPoint of 1.1; "person" and "mbox" of
// 1.0 name a person and are left alone.
func (e entry) contacts(d *draft) []catalog.Contact {
	m, ok := e["contactPoint"].(map[string]any)
	c := catalog.Contact{Name: text(e["contactPoint"])}
	if ok {
		c = catalog.Contact{Name: text(m["fn"]), Email: mail(text(m["hasEmail"])), Phone: phone(text(m["hasTelephone"])), URL: d.optional("contactPoint", text(m["hasURL"]))}
	}
	switch {
	case c == (catalog.Contact{}):
		return nil
	case personal(c) || ok && strings.HasSuffix(strings.ToLower(text(m["@type"])), "individual"):
		d.issue("person-named", "contactPoint", "", "an office to ask: names and addresses of persons are not published")
		return nil
	}
	return []catalog.Contact{c}
}

// withoutPersons is the entry's bytes without what names a person.
func (e entry) withoutPersons(d *draft, raw json.RawMessage) json.RawMessage {
	names := []string{"person", "mbox"}
	if slices.ContainsFunc(d.issues, func(i catalog.Issue) bool { return i.Rule == "person-named" }) {
		names = append(names, "contactPoint")
	}
	return e.drop(names, raw)
}

func (e entry) distributions(d *draft) {
	list, ok := e["distribution"].([]any)
	if !ok && e["distribution"] != nil {
		list = []any{e["distribution"]}
	}
	if len(list) == 0 && e["accessURL"] != nil { // 1.0
		list = []any{map[string]any{"accessURL": e["accessURL"], "format": e["format"]}}
	}
	for _, item := range list {
		m, ok := item.(map[string]any)
		if !ok {
			continue
		}
		x := catalog.Distribution{
			ID: text(m["identifier"]), Title: text(m["title"]), Description: text(m["description"]),
			AccessURL: d.optional("accessURL", text(m["accessURL"])), DownloadURL: d.optional("downloadURL", text(m["downloadURL"])),
			Format: text(m["format"]), Licence: text(m["license"]), ByteSize: bytesOf(text(m["byteSize"])), Modified: text(m["modified"]),
		}
		if s := text(m["mediaType"]); isMedia(s) {
			x.MediaType = mediaOf(s)
		} else if x.Format == "" {
			x.Format = s
		}
		if isMedia(x.Format) {
			x.MediaType, x.Format = mediaOf(x.Format), ""
		}
		x.Service = isService(x)
		if x.Address() == "" {
			d.issue("distribution-without-address", "accessURL", x.Title, "accessURL or downloadURL")
			continue
		}
		d.Distributions = append(d.Distributions, x)
	}
	if s := text(e["webService"]); s != "" {
		if a := d.address("webService", s); a != "" {
			d.Distributions = append(d.Distributions, catalog.Distribution{AccessURL: a, Service: true})
		}
	}
}

// agentEntry is a publisher: an object with a name, or the name alone.
func agentEntry(v any) catalog.Agent {
	if m, ok := v.(map[string]any); ok {
		return body(text(m["name"]), text(m["identifier"]))
	}
	return body(text(v), "")
}

// text is a field as text: the first of a list, the name, title or value of an
// object, Italian before others.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case []any:
		for _, item := range v {
			if s := text(item); s != "" {
				return s
			}
		}
	case map[string]any:
		for _, name := range []string{"@value", "name", "title", "fn", "label", "it", "@id", "en"} {
			if s := text(v[name]); s != "" {
				return s
			}
		}
	}
	return ""
}

// texts is a field as a list; one text with commas is a list too.
func texts(v any) []string {
	var out []string
	add := func(s string) {
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			add(text(item))
		}
	case string:
		if strings.Contains(v, "://") {
			add(strings.TrimSpace(v))
			break
		}
		for s := range strings.SplitSeq(v, ",") {
			add(strings.TrimSpace(s))
		}
	default:
		add(text(v))
	}
	return out
}

// coverages are the texts of "spatial", GeoJSON as it stands.
func coverages(v any) []string {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		if len(v) == 4 { // a box as four numbers
			if _, number := v[0].(float64); number {
				return []string{strings.Join(texts(v), ",")}
			}
		}
		var out []string
		for _, item := range v {
			out = append(out, coverages(item)...)
		}
		return out
	case map[string]any:
		if v["coordinates"] != nil {
			b, err := json.Marshal(v)
			if err != nil {
				return nil
			}
			return []string{string(b)}
		}
	}
	return []string{text(v)}
}
