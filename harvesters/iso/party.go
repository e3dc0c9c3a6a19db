package iso

import (
	"regexp"
	"strings"

	"github.com/antchfx/xmlquery"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// A party is a body, or an office of one, in the role that it has.
type party struct {
	role string
	catalog.Agent
	email, phone, url string
}

// responsible reads who has which part in the resource (spec §3.3): owner,
// publisher, author, point of contact, custodian. The keeper of the record itself
// counts only where nobody else is named.
func (r *reader) responsible() {
	id := r.id()
	for _, path := range []string{"citation/CI_Citation/citedResponsibleParty", "pointOfContact"} {
		for _, n := range at(id, path) {
			r.parties = append(r.parties, r.party(n))
		}
	}
	named := len(r.parties) > 0
	for _, n := range at(r.n, "contact") {
		if p := r.party(n); !named { // read all the same, for the persons in it
			r.parties = append(r.parties, p)
		}
	}
	for _, n := range inside(r.n, "distributorContact") {
		r.party(n)
	}
	r.Holder = r.agent("owner", "custodian")
	r.Publisher = r.agent("publisher")
	for _, p := range r.parties {
		if p.role == "author" && p.Agent != (catalog.Agent{}) {
			r.Creators = append(r.Creators, p.Agent)
		}
		c := catalog.Contact{Name: p.Name, Email: p.email, Phone: p.phone, URL: p.url}
		if (p.role == "pointOfContact" || !named) && c != (catalog.Contact{}) && !hasContact(r.Contacts, c) {
			r.Contacts = append(r.Contacts, c)
		}
	}
	for _, p := range r.parties {
		if len(r.Contacts) == 0 && p.email != "" {
			r.Contacts = []catalog.Contact{{Name: p.Name, Email: p.email, Phone: p.phone, URL: p.url}}
		}
	}
	if r.Holder == (catalog.Agent{}) && r.Publisher == (catalog.Agent{}) {
		r.Holder = r.agent("pointOfContact", "originator", "resourceProvider", "distributor", "")
	}
	if ipa := r.ipaOfIdentifier(); r.Holder.ID == "" && r.Holder.Name != "" && ipa != "" {
		r.Holder.ID = ipa
	}
}

func hasContact(list []catalog.Contact, c catalog.Contact) bool {
	for _, o := range list {
		if o == c {
			return true
		}
	}
	return false
}

// agent is the first body that has the first of roles that anybody has; "" is any.
func (r *reader) agent(roles ...string) catalog.Agent {
	for _, role := range roles {
		for _, p := range r.parties {
			if (role == "" || p.role == role) && p.Name != "" {
				return p.Agent
			}
		}
	}
	return catalog.Agent{}
}

var ipaInName = regexp.MustCompile(`(?i)\s*[(\[]\s*(?:codice\s+)?ipa\s*[:=]?\s*([a-z0-9_-]{2,40})\s*[)\]]`)

// party reads a CI_ResponsibleParty (ISO 19139) or CI_Responsibility (19115-3).
// Who is named as a person is left out, with a mail box of that name.
func (r *reader) party(n *xmlquery.Node) party {
	n = first(n, "CI_ResponsibleParty|CI_Responsibility")
	if n == nil {
		return party{}
	}
	p := party{role: code(first(n, "role"))}
	p.Name = line(r.text(first(n, "organisationName", "party/CI_Organisation/name")))
	if m := ipaInName.FindStringSubmatchIndex(p.Name); m != nil {
		p.ID = strings.ToLower(p.Name[m[2]:m[3]])
		p.Name = strings.TrimSpace(p.Name[:m[0]] + p.Name[m[1]:])
	}
	p.url = web(xmldoc.Inner(first(n, "contactInfo/*/onlineResource/*/linkage", "party/*/contactInfo/*/onlineResource/*/linkage")))
	p.phone = line(firstOf(r.text(first(n, "contactInfo/*/phone/*/voice")), r.text(first(n, "party/*/contactInfo/*/phone/*/number"))))
	person := ""
	for _, i := range append(at(n, "individualName"), at(n, "party/CI_Individual")...) {
		person = r.individual(&p, i, person)
	}
	for _, i := range at(n, "party/CI_Organisation/individual/CI_Individual") {
		person = r.individual(&p, i, person)
	}
	for _, mail := range inside(n, "electronicMailAddress") {
		address := mailOf(xmldoc.Inner(mail))
		if personal(person, address) {
			r.Persons = append(r.Persons, mail)
		} else if p.email == "" {
			p.email = address
		}
	}
	return p
}

// individual reads an element that should name a person and often names an
// office, which then stands for a body that has no name. The person's name comes
// back, so that a mail box of that name is left out too.
func (r *reader) individual(p *party, n *xmlquery.Node, person string) string {
	name := line(r.text(n))
	if n.Data == "CI_Individual" {
		name = line(r.text(first(n, "name")))
	}
	switch {
	case name == "":
		return person
	case catalog.IsOffice(name) || strings.EqualFold(name, p.Name):
		if p.Name == "" {
			p.Name = name
		}
		return person
	}
	r.Persons = append(r.Persons, n)
	r.issue("person-named", "individualName", "", "an office: names of persons are not published")
	return person + " " + name
}

// personal reports whether a mail box has a word of the person's name.
func personal(person, address string) bool {
	box, _, _ := strings.Cut(address, "@")
	for _, w := range catalog.Words(person) {
		if len(w) < 3 {
			continue
		}
		for _, b := range catalog.Words(box) {
			if b == w {
				return true
			}
		}
	}
	return false
}

// mailOf is a mail address in lower case; "" if it is none.
func mailOf(s string) string {
	s = strings.TrimPrefix(strings.ToLower(strings.TrimSpace(s)), "mailto:")
	if i := strings.IndexByte(s, '@'); i < 1 || i == len(s)-1 || strings.ContainsAny(s, " <>,;\n") {
		return ""
	}
	return s
}

// A code of IndicePA before the first colon of an identifier, by the practice of
// the RNDT: "r_toscan:D01", "PCM:000086:20200306:110700" (spec §2.7).
var ipaPrefix = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9_]{1,19}):[^/]`)

// schemes are what identifiers begin with that is no body.
var schemes = map[string]bool{"http": true, "https": true, "urn": true, "uuid": true, "doi": true, "hdl": true, "oai": true, "ark": true, "info": true, "tag": true, "epsg": true, "isbn": true, "test": true, "ipa": true}

// ipaOfIdentifier is the code that the identifiers of the resource, or of the
// record, begin with, "" when the record is not of the RNDT or they have none.
func (r *reader) ipaOfIdentifier() string {
	if !r.rndt {
		return ""
	}
	for _, id := range []string{r.Identifier, r.ID} {
		_, id, _ = cutBefore(id, "/resource/id/") // https://geodati.gov.it/resource/id/c_g999:1
		if m := ipaPrefix.FindStringSubmatch(id); m != nil && !schemes[strings.ToLower(m[1])] {
			return strings.ToLower(m[1])
		}
	}
	return ""
}

// cutBefore is strings.Cut whose rest is all of s where there is no sep.
func cutBefore(s, sep string) (before, rest string, found bool) {
	if before, rest, found = strings.Cut(s, sep); found {
		return before, rest, true
	}
	return "", s, false
}
