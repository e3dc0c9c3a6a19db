package opendatasoft

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// A dataset as either API has it. API 1 calls its id datasetid and has its metas
// in one, API 2 in groups (default, dcat, …).
type dataset struct {
	ID          string         `json:"dataset_id"`
	OldID       string         `json:"datasetid"`
	UID         string         `json:"dataset_uid"`
	HasRecords  *bool          `json:"has_records"`
	Visible     *bool          `json:"data_visible"`
	Features    []string       `json:"features"`
	Metas       map[string]any `json:"metas"`
	Interop     map[string]any `json:"interop_metas"`
	Attachments []attachment   `json:"attachments"`
	Alternative []attachment   `json:"alternative_exports"`

	old bool // API 1
}

// An attachment is a file that was put beside the rows, or in their place.
type attachment struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description"`
	MediaType   string `json:"mimetype"`
	URL         string `json:"url"`
	Href        string `json:"href"`
}

// decode reads a dataset out of its JSON; in API 2.0 it lies in a member of that
// name. ok is false for what is none.
func decode(raw []byte) (d dataset, ok bool) {
	var framed struct {
		Dataset json.RawMessage `json:"dataset"`
	}
	if json.Unmarshal(raw, &framed) == nil && len(framed.Dataset) > 0 {
		raw = framed.Dataset
	}
	if json.Unmarshal(raw, &d) != nil || d.Metas == nil {
		return d, false
	}
	_, grouped := d.Metas["default"].(map[string]any)
	d.old = !grouped
	d.ID = cmp.Or(d.ID, d.OldID)
	return d, d.ID != ""
}

// meta is a value of a group of metas: in API 1 the default ones stand alone, and
// the others among interop_metas.
func (d dataset) meta(group, name string) any {
	groups := d.Metas
	if d.old {
		if group == "default" {
			return d.Metas[name]
		}
		groups = d.Interop
	}
	g, _ := groups[group].(map[string]any)
	return g[name]
}

// text is the first of several "group.name" that is a text or number.
func (d dataset) text(names ...string) string {
	for _, n := range names {
		group, name, _ := strings.Cut(n, ".")
		switch v := d.meta(group, name).(type) {
		case string:
			if v = strings.TrimSpace(v); v != "" {
				return v
			}
		case float64:
			return catalog.Text(v)
		case []any:
			if len(v) > 0 {
				if s, ok := v[0].(string); ok {
					return strings.TrimSpace(s)
				}
			}
		}
	}
	return ""
}

// list is a value that may be a text or a list of some.
func (d dataset) list(group, name string) []string {
	switch v := d.meta(group, name).(type) {
	case string:
		if v != "" {
			return []string{v}
		}
	case []any:
		var list []string
		for _, e := range v {
			if s, ok := e.(string); ok && strings.TrimSpace(s) != "" {
				list = append(list, strings.TrimSpace(s))
			}
		}
		return list
	}
	return nil
}

// key identifies a dataset: by the uid that the platform gives it, since its id is
// part of an address that people change.
func (d dataset) key() string { return cmp.Or(d.UID, d.ID) }

// themes are the EU data themes of Opendatasoft's own, in the languages in which
// its portals have them; others are told in their own words.
var themes = map[string]string{
	"administration, government, public finances, citizenship": "GOVE", "culture, heritage": "EDUC", "economy, business, sme, economic development, employment": "ECON",
	"education, training, research, teaching": "EDUC", "environment": "ENVI", "health": "HEAL", "services, social": "SOCI",
	"spatial planning, town planning, buildings, equipment, housing": "REGI", "sport, leisure": "EDUC", "transports, movements": "TRAN", "transport, movements": "TRAN",
	"accommodation, hospitality industry":                       "ECON",
	"amministrazione, governo, finanze pubbliche, cittadinanza": "GOVE", "cultura, patrimonio": "EDUC", "ambiente": "ENVI", "salute": "HEAL",
	"administration, gouvernement, finances publiques, citoyenneté": "GOVE", "culture, patrimoine": "EDUC", "environnement": "ENVI", "santé": "HEAL",
	"transports, déplacements": "TRAN", "sports, loisirs": "EDUC", "services, social ": "SOCI",
}

// describe is the dataset in the terms of the catalogue.
func (d dataset) describe(a address) catalog.Dataset {
	out := catalog.Dataset{
		Identifier: cmp.Or(d.text("dcat.identifier", "dcat_ap_it.identifier"), d.ID), Title: cmp.Or(d.text("default.title"), d.ID), Description: d.text("default.description"), Keywords: d.list("default", "keyword"),
		Publisher: catalog.Agent{Name: d.text("default.publisher", "dcat.publisher")}, Modified: d.text("default.modified", "default.data_processed"),
		Issued: d.text("dcat.issued", "dcat.created"), Frequency: d.text("dcat_ap_it.accrual_periodicity", "dcat_ap_it.frequency", "dcat.accrualperiodicity"), AccessRights: d.text("dcat_ap.access_rights"),
		Provenance: d.text("dcat.dataquality"), Licence: cmp.Or(d.text("default.license_url"), d.text("default.license")),
		Holder: catalog.Agent{ID: d.text("dcat_ap_it.rights_holder_id", "dcat_ap_it.rightsholder_identifier"), Name: d.text("dcat_ap_it.rights_holder", "dcat_ap_it.rightsholder_name")},
	}
	for _, t := range d.list("default", "theme") {
		out.Themes = append(out.Themes, cmp.Or(themes[strings.ToLower(t)], t))
	}
	if l := d.list("default", "metadata_languages"); len(l) > 0 {
		out.Languages = l
	} else if l := d.text("default.language"); l != "" {
		out.Languages = []string{l}
	}
	if d.UID != "" {
		out.OtherIdentifiers = []catalog.OtherIdentifier{{Notation: d.ID, Agency: "Opendatasoft"}}
	}
	if creator := d.text("dcat.creator"); catalog.IsOffice(creator) || catalog.NamesBody(creator) {
		out.Creators = []catalog.Agent{{Name: creator}}
	}
	if name := d.text("dcat.contact_name", "inspire.contact_organisation_name"); catalog.IsOffice(name) || catalog.NamesBody(name) {
		out.Contacts = []catalog.Contact{{Name: name, Email: d.text("dcat.contact_email", "inspire.contact_email")}}
	}
	for _, r := range append(strings.Fields(d.text("default.references")), strings.Fields(d.text("dcat.relation"))...) {
		if strings.HasPrefix(r, "http") {
			out.Documentation = append(out.Documentation, strings.Trim(r, ",;"))
		}
	}
	if box := d.box(); box != nil || d.text("dcat.spatial", "default.territory") != "" {
		out.Spatial = []catalog.Spatial{{Name: d.text("dcat.spatial", "default.territory"), BBox: box}}
	}
	if start, end, ok := strings.Cut(d.text("dcat.temporal"), "/"); ok {
		out.Temporal = []catalog.Period{{Start: strings.TrimSpace(start), End: strings.TrimSpace(end)}}
	}
	if a.base != nil {
		out.LandingPage = a.at(page+"/dataset/"+d.ID+"/", nil)
	}
	if host := d.text("default.source_domain_address"); host != "" && d.text("default.source_dataset") != "" {
		out.CopyOf = "https://" + host + page + "/dataset/" + d.text("default.source_dataset") + "/"
	}
	out.Distributions = d.distributions(a, out)
	return out
}

// box is the extent of a dataset: of inspire's four numbers, or of the polygon
// that API 2.1 has.
func (d dataset) box() []float64 {
	var box []float64
	for _, side := range []string{"westbound_longitude", "southbound_latitude", "eastbound_longitude", "northbound_latitude"} {
		var v float64
		if _, err := fmt.Sscan(d.text("inspire.extend_bounding_box_"+side), &v); err == nil {
			box = append(box, v)
		}
	}
	if len(box) == 4 {
		return box
	}
	var lon, lat []float64
	var walk func(v any, depth int)
	walk = func(v any, depth int) {
		list, _ := v.([]any)
		if len(list) >= 2 && depth < 10 {
			x, isX := list[0].(float64)
			y, isY := list[1].(float64)
			if isX && isY {
				lon, lat = append(lon, x), append(lat, y)
				return
			}
		}
		for _, e := range list {
			if depth < 10 {
				walk(e, depth+1)
			}
		}
	}
	shape, _ := d.meta("default", "bbox").(map[string]any)
	if inner, ok := shape["geometry"].(map[string]any); ok {
		shape = inner
	}
	walk(shape["coordinates"], 0)
	if len(lon) == 0 {
		return nil
	}
	return []float64{slices.Min(lon), slices.Min(lat), slices.Max(lon), slices.Max(lat)}
}

// distributions are the exports of the rows, which are one table in several
// formats and so have one title, and the files beside them.
func (d dataset) distributions(a address, of catalog.Dataset) []catalog.Distribution {
	if a.base == nil {
		return nil // of a file nobody knows the portal
	}
	var list []catalog.Distribution
	if d.HasRecords == nil || *d.HasRecords {
		formats := []string{"csv", "json", "xlsx"}
		if slices.Contains(d.Features, "geo") {
			formats = append([]string{"geojson"}, formats...)
		}
		for _, f := range formats {
			list = append(list, catalog.Distribution{ID: f, Title: of.Title, Format: f, DownloadURL: d.export(a, f), AccessURL: of.LandingPage, Licence: of.Licence, Modified: of.Modified})
		}
	}
	for _, group := range []struct {
		folder string
		files  []attachment
	}{{"attachments", d.Attachments}, {"alternative_exports", d.Alternative}} {
		for _, f := range group.files {
			x := catalog.Distribution{ID: group.folder + "/" + f.ID, Title: cmp.Or(f.Title, f.ID), Description: f.Description, MediaType: f.MediaType, Format: formatOf(f), Licence: of.Licence, AccessURL: of.LandingPage}
			switch address := cmp.Or(f.Href, f.URL); {
			case strings.HasPrefix(address, "http"):
				x.DownloadURL = address
			case f.ID != "" && a.old:
				x.DownloadURL = a.at(v1+"/"+d.ID+"/"+group.folder+"/"+f.ID+"/", nil)
			case f.ID != "":
				x.DownloadURL = a.at(v21+"/catalog/datasets/"+d.ID+"/"+group.folder+"/"+f.ID, nil)
			}
			list = append(list, x)
		}
	}
	return list
}

// export is where the rows are had in a format, all of them.
func (d dataset) export(a address, format string) string {
	if a.old {
		return a.at(page+"/dataset/"+d.ID+"/download/", url.Values{"format": {format}})
	}
	return a.at(v21+"/catalog/datasets/"+d.ID+"/exports/"+format, nil)
}

// formatOf is the format of an attachment by its name, else by its media type.
func formatOf(f attachment) string {
	for _, name := range []string{f.Title, f.URL} {
		if i := strings.LastIndexByte(name, '.'); i >= 0 && len(name)-i <= 8 {
			return strings.ToLower(name[i+1:])
		}
	}
	return f.MediaType
}
