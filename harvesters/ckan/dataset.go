package ckan

import (
	"cmp"
	"net/url"
	"regexp"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// dataset is what p says, in the terms of DCAT-AP_IT (spec §3.1). The names
// are those of CKAN itself, of its DCAT extension and of the Italian profile's.
// Author and maintainer are contacts only where they are plainly offices.
func (h *harvest) dataset(p pkg) (catalog.Dataset, []catalog.Issue) {
	d := catalog.Dataset{
		Identifier:       cmp.Or(p.text("identifier", "guid"), p.key()),
		OtherIdentifiers: p.otherIdentifiers(),
		Title:            cmp.Or(p.translated("title"), p.text("name")),
		Description:      p.translated("notes"),
		Keywords:         p.keywords(),
		Holder:           agent(p.text("holder_identifier", "rights_holder_identifier"), p.text("holder_name", "rights_holder")),
		Publisher:        p.agentOf("publisher"),
		Creators:         p.creators(),
		Contacts:         p.contacts(),
		Frequency:        p.text("frequency", "accrual_periodicity", "accrualPeriodicity", "update_frequency", "frequency-of-update"),
		Issued:           p.text("issued", "dcat_issued"),
		Modified:         p.text("modified", "dcat_modified"),
		Languages:        p.list("language"),
		Temporal:         p.temporal(),
		Spatial:          p.spatial(),
		ConformsTo:       p.standards(),
		LandingPage:      h.landingPage(p),
		AccessRights:     p.text("access_rights"),
		Version:          p.text("version", "dcat_version"),
		HVDCategories:    p.list("hvd_category"),
		InSeries:         p.text("in_series"),
		Licence:          licence(p.text("license_url"), p.text("license_title"), p.text("license_id")),
		CopyOf:           p.copyOf(),
		URI:              p.uri(),
	}
	d.Themes, d.Subthemes = p.themes()
	var issues []catalog.Issue
	if d.Modified == "" {
		if d.Modified = utc(p.text("metadata_modified")); d.Modified != "" {
			issues = append(issues, catalog.Issue{Rule: "modified-missing", Field: "modified", Expected: "when the data changed; " + d.Modified + ", when their description did, is shown"})
		}
	}
	h.addBodies(&d, p)
	var wrong []catalog.Issue
	d.Distributions, wrong = h.distributions(p)
	if l := commonLicence(d.Distributions); l != "" {
		d.Licence = l
	}
	return d, append(issues, wrong...)
}

// commonLicence is that of all files, "" when they do not agree: what a file
// says counts before what its package says (spec §3.1).
func commonLicence(files []catalog.Distribution) string {
	for _, f := range files {
		if f.Licence == "" || f.Licence != files[0].Licence {
			return ""
		}
	}
	if len(files) == 0 {
		return ""
	}
	return files[0].Licence
}

// addBodies names the bodies that the package itself does not: the publisher
// is then the organisation, a tenant of the portal; and a holder's code may
// stand in the dataset's identifier alone.
func (h *harvest) addBodies(d *catalog.Dataset, p pkg) {
	var org organization
	if list := p.objects("organization"); len(list) > 0 {
		org = organization{list[0]}
	}
	for _, key := range []string{p.text("owner_org"), org.fields.text("id"), org.fields.text("name")} {
		if known, ok := h.organizations[key]; ok && org.agent().ID == "" {
			org = known
		}
	}
	if d.Publisher == (catalog.Agent{}) {
		d.Publisher = org.agent()
	}
	if ipa := ipaPrefix.FindStringSubmatch(d.Identifier); ipa != nil && d.Holder.ID == "" && d.Holder.Name != "" {
		d.Holder.ID = ipa[1]
	}
}

// ipaPrefix is the code of a municipality, province, region or ministry before
// the colon of an identifier of DCAT-AP_IT: "c_g999:D.42".
var ipaPrefix = regexp.MustCompile(`(?i)^([cprm]_[a-z0-9]+):`)

// landingPage is the dataset's page: the source's own, else the portal's.
func (h *harvest) landingPage(p pkg) string {
	if at := p.text("landing_page", "url"); webAddress(at) {
		return at
	}
	if name := p.text("name"); h.site != "" && name != "" {
		return h.site + "/dataset/" + url.PathEscape(name)
	}
	return ""
}

func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

func agent(id, name string) catalog.Agent { return catalog.Agent{ID: id, Name: name} }

// agentOf is a body in one of the ways of writing it: prefix_name and
// prefix_identifier, or an object or list of objects called prefix.
func (p pkg) agentOf(prefix string) catalog.Agent {
	if a := agent(p.text(prefix+"_identifier"), p.text(prefix+"_name")); a != (catalog.Agent{}) {
		return a
	}
	for _, f := range p.objects(prefix) {
		if a := f.agent(prefix); a != (catalog.Agent{}) {
			return a
		}
	}
	return catalog.Agent{}
}

func (f fields) agent(prefix string) catalog.Agent {
	return agent(f.text(prefix+"_identifier", "identifier"), cmp.Or(f.text(prefix+"_name"), f.translated("name")))
}

func (p pkg) creators() []catalog.Agent {
	var list []catalog.Agent
	for _, f := range p.objects("creator") {
		if a := f.agent("creator"); a != (catalog.Agent{}) {
			list = append(list, a)
		}
	}
	if a := agent(p.text("creator_identifier"), p.text("creator_name")); len(list) == 0 && a != (catalog.Agent{}) {
		list = append(list, a)
	}
	return list
}

// contacts are the offices to ask.
func (p pkg) contacts() []catalog.Contact {
	var list []catalog.Contact
	for _, f := range p.objects("contact") {
		list = append(list, catalog.Contact{Name: f.translated("name"), Email: f.text("email"), Phone: f.text("phone", "telephone"), URL: f.text("url", "uri")})
	}
	if len(list) == 0 {
		list = append(list, catalog.Contact{
			Name: p.text("contact_name"), Email: p.text("contact_email", "contact-email"),
			Phone: p.text("contact_phone"), URL: p.text("contact_url", "contact_uri"),
		})
	}
	var said []catalog.Contact
	for _, c := range list {
		c.Email = strings.TrimPrefix(c.Email, "mailto:")
		if !webAddress(c.URL) {
			c.URL = ""
		}
		if c != (catalog.Contact{}) {
			said = append(said, c)
		}
	}
	if said == nil {
		return p.kept()
	}
	return said
}

// keywords are the tags, each once whatever its capitals.
func (p pkg) keywords() []string {
	var words []string
	for _, f := range p.objects("tags") {
		words = append(words, f.text("display_name", "name"))
	}
	if len(words) == 0 {
		words = p.list("tags", "keywords")
	}
	seen := map[string]bool{}
	var list []string
	for _, w := range words {
		if w = strings.TrimSpace(w); w != "" && !seen[strings.ToLower(w)] {
			seen[strings.ToLower(w)] = true
			list = append(list, w)
		}
	}
	return list
}

// themes are the EU data themes and their EuroVoc subthemes: the JSON of the
// Italian profile, else the list of the DCAT extension, else the portal's
// groups, which are often the same under its own names.
func (p pkg) themes() (themes, subthemes []string) {
	for _, name := range []string{"themes_aggregate", "theme"} { // the second in extras
		for _, f := range p.objects(name) {
			if theme := f.text("theme"); theme != "" {
				themes = append(themes, theme)
			}
			subthemes = append(subthemes, f.list("subthemes")...)
		}
		if len(themes) > 0 {
			return themes, subthemes
		}
	}
	themes = p.list("theme", "themes")
	if len(themes) == 0 {
		for _, f := range p.objects("groups") {
			themes = append(themes, f.text("title", "display_name", "name"))
		}
	}
	return themes, subthemes
}

func (p pkg) otherIdentifiers() []catalog.OtherIdentifier {
	var list []catalog.OtherIdentifier
	for _, f := range p.objects("alternate_identifier") {
		o := catalog.OtherIdentifier{Notation: f.text("identifier")}
		for _, a := range f.objects("agent") {
			o.Agency = a.text("agent_name", "name", "agent_identifier")
		}
		if o.Notation != "" {
			list = append(list, o)
		}
	}
	if list != nil {
		return list
	}
	for _, s := range p.list("alternate_identifier") {
		list = append(list, catalog.OtherIdentifier{Notation: s})
	}
	return list
}

// standards are what the data conform to: objects, or addresses alone.
func (p pkg) standards() []catalog.Standard {
	var list []catalog.Standard
	for _, f := range p.objects("conforms_to") {
		s := catalog.Standard{ID: f.text("identifier"), Title: f.text("title"), URL: f.text("uri", "url", "referenceDocumentation")}
		if s != (catalog.Standard{}) {
			list = append(list, s)
		}
	}
	if list != nil {
		return list
	}
	for _, s := range p.list("conforms_to") {
		if webAddress(s) {
			list = append(list, catalog.Standard{URL: s})
			continue
		}
		list = append(list, catalog.Standard{ID: s})
	}
	return list
}

// copyOf is the original's address or identifier, when the portal says that it
// harvested the dataset from another catalogue (spec §4.1).
func (p pkg) copyOf() string {
	if p.text("harvest_source_id", "harvest_object_id", "harvest_source_url", "source_catalog_homepage", "source_catalog_title") == "" {
		return ""
	}
	return p.text("harvest_dataset_url", "uri", "guid", "identifier", "source_catalog_homepage", "harvest_source_url")
}

// uri is the dataset's name as an address, which the DCAT extension keeps of what it
// harvests, where that is not its identifier.
func (p pkg) uri() string {
	if s := p.text("uri"); webAddress(s) && s != p.text("identifier", "guid") {
		return s
	}
	return ""
}

// licence is which of the ways of saying a licence says most: its address,
// unless that is CKAN's own page of a licence without version; else the name or
// id with a version; else the id.
func licence(address, title, id string) string {
	if webAddress(address) && !strings.Contains(address, "opendefinition.org") {
		return address
	}
	for _, s := range []string{title, id} {
		if strings.ContainsAny(s, "0123456789") {
			return s
		}
	}
	return cmp.Or(id, address, title)
}
