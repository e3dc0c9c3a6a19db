package dcat

import (
	"regexp"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/rdf"
)

// agent is the one body that is named under q.
func (p *page) agent(d *draft, n *rdf.Node, q property) catalog.Agent {
	list := p.agents(d, n, q)
	if len(list) == 0 {
		return catalog.Agent{}
	}
	if len(list) > 1 {
		d.issue("several-values", q.String, list[1].Name, "one body; the first was taken, "+list[0].Name)
	}
	return list[0]
}

// agents are the bodies named under q; natural persons are left out.
func (p *page) agents(d *draft, n *rdf.Node, q property) []catalog.Agent {
	var out []catalog.Agent
	for _, t := range p.all(n, q) {
		if p.isPerson(t) {
			d.issue("person-named", q.String, "", "a body: names of persons are not published")
			continue
		}
		a := p.agentOf(t)
		if a == (catalog.Agent{}) {
			if t.Kind == rdf.IRI {
				d.issue("agent-not-described", q.String, local(t.Value), "a node with foaf:name and dct:identifier on the same page")
			}
			continue
		}
		out = append(out, a)
	}
	return out
}

var (
	agentName = named("foaf:name", "vcard:fn", "rdfs:label", "skos:prefLabel", "schema:name", "dct:title", "vcard:organization-name")
	agentID   = named("dct:identifier", "dcat:identifier", "skos:notation", "schema:identifier")
)

func (p *page) agentOf(t rdf.Term) catalog.Agent {
	if t.Kind == rdf.Literal {
		return body(strings.TrimSpace(t.Value), "")
	}
	n := p.Node(t)
	return body(p.text(n, agentName), p.text(n, agentID))
}

var (
	bodyCode  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{1,39}$`)
	codeAfter = regexp.MustCompile(`\s*\(IPA:\s*([A-Za-z0-9_.-]+)\)\s*$`)
)

// body makes an agent of a name and a code, heeding codes that stand in the
// name, "Comune di Prato (IPA: c_g999)", and those that mean nothing (spec §4.4).
func body(name, code string) catalog.Agent {
	if m := codeAfter.FindStringSubmatch(name); m != nil {
		name = strings.TrimSuffix(name, m[0])
		if junk(code) || !bodyCode.MatchString(code) {
			code = m[1]
		}
	}
	if junk(code) || !bodyCode.MatchString(code) {
		code = ""
	}
	if junk(name) {
		name = ""
	}
	return catalog.Agent{ID: strings.ToLower(code), Name: name}
}

// junk reports whether s is one of the words that catalogue software fills in
// where nobody did.
func junk(s string) bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "", "n/a", "na", "n.d.", "nd", "-", "none", "null", "ipa", "temp_ipa", "undefined":
		return true
	}
	return false
}

// isPerson reports whether t is a natural person, whom we do not name.
func (p *page) isPerson(t rdf.Term) bool {
	return p.persons[t] || t.Kind != rdf.Literal && p.is(p.Node(t), "foaf:person", "vcard:individual", "schema:person")
}

var (
	contactEmail = named("vcard:hasEmail", "vcard:email", "foaf:mbox", "schema:email")
	contactPhone = named("vcard:hasTelephone", "vcard:telephone", "vcard:tel", "foaf:phone", "schema:telephone")
	contactURL   = named("vcard:hasURL", "vcard:url", "foaf:homepage", "foaf:page", "schema:url")
	vcardValue   = named("vcard:hasValue", "vcard:value", "rdf:value")
)

// contacts are the offices to ask.
func (p *page) contacts(d *draft, n *rdf.Node) []catalog.Contact {
	var out []catalog.Contact
	for _, t := range p.all(n, contactPoint) {
		var c catalog.Contact
		if t.Kind == rdf.Literal {
			c.Name = strings.TrimSpace(t.Value)
			if strings.Contains(c.Name, "@") && !strings.Contains(c.Name, " ") {
				c = catalog.Contact{Email: mail(c.Name)}
			}
		} else {
			node := p.Node(t)
			c = catalog.Contact{Name: p.text(node, agentName), Email: mail(p.vcard(node, contactEmail)), Phone: phone(p.vcard(node, contactPhone)), URL: p.vcard(node, contactURL)}
		}
		switch {
		case p.isPerson(t) || personal(c):
			p.persons[t] = true // so that describe leaves it out
			d.issue("person-named", contactPoint.String, "", "an office to ask: names and addresses of persons are not published")
		case c != (catalog.Contact{}):
			out = append(out, c)
		}
	}
	return out
}

// vcard is a value of a vCard: an IRI, a literal, or a node that has it.
func (p *page) vcard(n *rdf.Node, q property) string {
	for _, t := range p.all(n, q) {
		if inner := p.all(p.Node(t), vcardValue); len(inner) > 0 {
			t = inner[0]
		}
		if t.Kind != rdf.Blank {
			return local(t.Value)
		}
	}
	return ""
}

// mail is a mail address without "mailto:", in lower case; "" if it is none.
func mail(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > 7 && strings.EqualFold(s[:7], "mailto:") {
		s = strings.TrimSpace(s[7:])
	}
	if i := strings.IndexByte(s, '@'); i < 1 || i == len(s)-1 || strings.ContainsAny(s, " <>,;") {
		return ""
	}
	return strings.ToLower(s)
}

func phone(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.TrimPrefix(strings.TrimSpace(s), "tel:"), "%20", " "))
}

var (
	addressed = regexp.MustCompile(`(?i)^(sig|sig\.ra|sig\.na|dott|dr|dr\.ssa|dott\.ssa|ing|arch|avv|prof|prof\.ssa|geom|rag|herr|frau|mr|mrs|ms|mme)[. ]`)
	notWord   = regexp.MustCompile(`[^\pL]+`)
)

// personal reports whether a contact is plainly a person: addressed as one, or
// with a mail box of first and family name. A box such as ufficio.cultura@… of
// an Ufficio Cultura is not.
func personal(c catalog.Contact) bool {
	if addressed.MatchString(c.Name) {
		return true
	}
	box, _, ok := strings.Cut(c.Email, "@")
	words := strings.Fields(catalog.Plain(c.Name))
	if !ok || len(words) < 2 || len(words) > 4 || catalog.IsOffice(c.Name) {
		return false
	}
	found := 0
	for _, w := range words {
		if len(w) > 2 && strings.Contains(" "+notWord.ReplaceAllString(box, " ")+" ", " "+w+" ") {
			found++
		}
	}
	return found >= 2
}
