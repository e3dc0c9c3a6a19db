package ogcapi

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/table"
)

// A record of a catalogue as GeoJSON (20-004r1 §8.2, core properties), in the members that
// become a dataset.
type record struct {
	Links      []link      `json:"links"`
	Time       *recordTime `json:"time"`
	ConformsTo []string    `json:"conformsTo"`
	Properties struct {
		Type        string          `json:"type"`
		Title       string          `json:"title"`
		Description string          `json:"description"`
		Keywords    json.RawMessage `json:"keywords"`
		Created     string          `json:"created"`
		Updated     string          `json:"updated"`
		Language    json.RawMessage `json:"language"`
		Licence     json.RawMessage `json:"license"`
		Rights      string          `json:"rights"`
		Contacts    []contact       `json:"contacts"`
		Providers   []contact       `json:"providers"`
		ExternalIDs []struct {
			Scheme, Value string
		} `json:"externalIds"`
		Themes []struct {
			Concepts []struct{ ID, URL, Title string }
			Scheme   string
		} `json:"themes"`
		Time *recordTime `json:"time"` // of drafts
	} `json:"properties"`
}

type recordTime struct {
	Interval []*string `json:"interval"`
	Date     string    `json:"date"`
}

type contact struct {
	Name, Organization string
	Roles              []string
	Emails, Phones     []struct{ Value string }
	Links              []link
}

// isCatalogue: the items are records. The collection says so, or its first item does.
func (l *layer) isCatalogue(raw []byte) bool {
	switch strings.ToLower(l.ItemType) {
	case "record", "records":
		return true
	case "feature", "features":
		return false
	}
	var r record
	return json.Unmarshal(raw, &r) == nil && slices.ContainsFunc(r.ConformsTo, func(s string) bool { return strings.Contains(s, "ogcapi-records") })
}

// dataset yields a record as one. Services and other things that are no data are
// left out.
func (l *layer) dataset(raw []byte) error {
	l.rows++
	var r record
	id := itemID(raw)
	if err := json.Unmarshal(raw, &r); err != nil {
		return l.refuse(catalog.Issue{Rule: "record-unreadable", Key: id, Read: catalog.Excerpt(err.Error()), Expected: "a record of OGC API Records"})
	}
	switch strings.ToLower(r.Properties.Type) {
	case "service", "dataservice", "software", "application", "person", "organization", "event":
		return nil
	}
	d := r.dataset(id, table.Member(raw, "geometry"))
	if d.Title == "" {
		return l.refuse(catalog.Issue{Rule: "title-missing", Key: id, Field: "title", Read: catalog.Excerpt(d.Description), Expected: "a title; what was harvested of it before stays"})
	}
	key := id
	if key == "" {
		key = d.Title
	}
	if !l.yield(d.Harvested(l.datasets, key, "application/geo+json", raw), nil) {
		return table.ErrEnough
	}
	return nil
}

func (l *layer) refuse(i catalog.Issue) error {
	i.Refused, i.Listed = true, true
	if !l.yield(catalog.Harvested{Layer: l.datasets, Key: i.Key}, &catalog.RowError{Issue: i}) {
		return table.ErrEnough
	}
	return nil
}

// dataset is the record in our terms. Contacts who are persons are left out.
func (r record) dataset(id string, geometry []byte) catalog.Dataset {
	p := r.Properties
	d := catalog.Dataset{
		Identifier: id, Title: p.Title, Description: p.Description, Keywords: words(p.Keywords), Issued: p.Created, Modified: p.Updated,
		RightsNote: p.Rights, Licence: licence(p.Licence), Type: r.kind(),
	}
	for _, t := range p.Themes {
		for _, c := range t.Concepts {
			if s := cmp.Or(c.URL, c.ID, c.Title); s != "" {
				d.Themes = append(d.Themes, s)
			}
		}
	}
	for _, x := range p.ExternalIDs {
		d.OtherIdentifiers = append(d.OtherIdentifiers, catalog.OtherIdentifier{Notation: x.Value, Agency: x.Scheme})
	}
	if s := language(p.Language); s != "" {
		d.Languages = []string{s}
	}
	for _, t := range []*recordTime{r.Time, p.Time} {
		if t != nil && d.Temporal == nil {
			if span := t.period(); span != (catalog.Period{}) {
				d.Temporal = []catalog.Period{span}
			}
		}
	}
	if g, err := table.GeoJSON(geometry); err == nil && !g.Empty() {
		b := g.Bounds()
		d.Spatial = []catalog.Spatial{{BBox: []float64{b.Min(0), b.Min(1), b.Max(0), b.Max(1)}}}
	}
	for _, c := range slices.Concat(p.Contacts, p.Providers) {
		c.into(&d)
	}
	for _, l := range r.Links {
		l.into(&d)
	}
	return d
}

func (r record) kind() string {
	if strings.EqualFold(r.Properties.Type, "series") {
		return "series"
	}
	return ""
}

// into adds an office or body; of a person nothing is kept.
func (c contact) into(d *catalog.Dataset) {
	name := c.Organization
	if name == "" && catalog.IsOffice(c.Name) {
		name = c.Name
	}
	if name == "" {
		return
	}
	for _, role := range c.Roles {
		switch role {
		case "publisher", "distributor":
			d.Publisher.Name = cmp.Or(d.Publisher.Name, name)
		case "owner", "rightsHolder", "licensor", "host":
			d.Holder.Name = cmp.Or(d.Holder.Name, name)
		case "creator", "author", "producer", "originator":
			d.Creators = append(d.Creators, catalog.Agent{Name: name})
		}
	}
	out := catalog.Contact{Name: name}
	for _, l := range c.Links {
		out.URL = cmp.Or(out.URL, l.Href)
	}
	if c.Name == "" || catalog.IsOffice(c.Name) { // the mail box of a person is not published
		for _, e := range c.Emails {
			out.Email = cmp.Or(out.Email, e.Value)
		}
		for _, p := range c.Phones {
			out.Phone = cmp.Or(out.Phone, p.Value)
		}
	}
	d.Contacts = append(d.Contacts, out)
}

// into makes a link of a record a distribution or a page.
func (l link) into(d *catalog.Dataset) {
	switch strings.ToLower(l.Rel) {
	case "enclosure", "item", "items", "data", "download", "http://www.opengis.net/def/rel/ogc/1.0/data":
		d.Distributions = append(d.Distributions, catalog.Distribution{Title: l.Title, AccessURL: l.Href, DownloadURL: l.Href, MediaType: l.Type, Format: l.Type})
	case "service", "service-desc", "ogc:wms", "ogc:wfs", "wms", "wfs":
		d.Distributions = append(d.Distributions, catalog.Distribution{Title: l.Title, AccessURL: l.Href, MediaType: l.Type, Service: true})
	case "canonical", "about", "alternate":
		if d.LandingPage == "" && (l.Type == "" || strings.HasPrefix(l.Type, "text/html")) {
			d.LandingPage = l.Href
		}
	case "describedby", "documentation":
		d.Documentation = append(d.Documentation, l.Href)
	case "license":
		d.Licence = cmp.Or(d.Licence, l.Href)
	}
}

// licence is an identifier or address, or an object that has one.
func licence(raw json.RawMessage) string {
	var s string
	var o struct{ ID, URL, Name string }
	if json.Unmarshal(raw, &s) != nil && json.Unmarshal(raw, &o) == nil {
		s = cmp.Or(o.URL, o.ID, o.Name)
	}
	return s
}

func language(raw json.RawMessage) string {
	var s string
	var o struct{ Code string }
	if json.Unmarshal(raw, &s) != nil && json.Unmarshal(raw, &o) == nil {
		s = o.Code
	}
	return s
}

func (t recordTime) period() catalog.Period {
	if t.Date != "" {
		return catalog.Period{Start: t.Date, End: t.Date}
	}
	end := func(i int) string {
		if i >= len(t.Interval) || t.Interval[i] == nil || *t.Interval[i] == ".." {
			return ""
		}
		return *t.Interval[i]
	}
	return catalog.Period{Start: end(0), End: end(1)}
}

// about is what the server says of a collection as a dataset.
func (l *layer) about() *catalog.Dataset {
	d := &catalog.Dataset{Title: l.Title, Description: l.Description, Keywords: words(l.RawKeywords), Licence: l.Licence, RightsNote: l.Attribution}
	for _, x := range slices.Concat(l.Links, l.links) {
		switch x.Rel {
		case "license":
			d.Licence = cmp.Or(d.Licence, x.Href)
		case "describedby":
			d.Documentation = append(d.Documentation, x.Href)
		}
	}
	if b := l.box(); b != nil {
		d.Spatial = []catalog.Spatial{{BBox: b}}
	}
	if t := l.Extent.Temporal.Interval; len(t) > 0 {
		if p := (recordTime{Interval: t[0]}).period(); p != (catalog.Period{}) {
			d.Temporal = []catalog.Period{p}
		}
	}
	if strings.HasPrefix(l.items, "http") {
		d.Distributions = []catalog.Distribution{{Title: "OGC API – Features", AccessURL: without(l.items, "limit"), Format: "geojson", Service: true}}
	}
	return d
}
