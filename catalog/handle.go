package catalog

import (
	"slices"
	"strings"
)

// Handles are what others may call r, a description of a source, beside its key
// there: identifiers, its names, the address where it stands. A Reference finds it by
// them.
func (r *Record) Handles() []string {
	if r.Kind == KindFeature || r.Kind == KindObservation {
		return nil
	}
	var list []string
	add := func(h string) {
		if h != "" && len(h) <= maxHandle && len(list) < maxHandles && !slices.Contains(list, h) {
			list = append(list, h)
		}
	}
	for _, id := range r.Identifiers() {
		add(handleOf(id))
	}
	for _, id := range r.externalIDs() {
		if id.Value != "" && (id.Scheme != cardContainer || r.Kind == KindPlace) {
			add(handleOf(id))
		}
	}
	for _, name := range schoolProperties {
		if code, ok := r.folded(name).(string); ok && schoolForm.MatchString(code) && (r.Kind == KindPlace || r.Kind == KindOrganization) {
			add(handleOf(Identifier{"meccanografico", code}))
		}
	}
	switch r.Kind {
	case KindOrganization:
		for _, name := range []string{"ipa_code", "code"} {
			if code, ok := r.Properties.Get(name).(string); ok && strings.Trim(code, "0123456789 ") != "" {
				add("body:" + strings.ToLower(strings.TrimSpace(code)))
			}
		}
	case KindDataset:
		for _, id := range r.datasetIdentifiers(r.SourceKey) {
			if worldwide(id) {
				add(handleOf(Identifier{"iri", id}))
			} else if distinct(id) {
				add(keyHandle(r.SourceID, id))
			}
		}
	case KindPlace, KindAddress:
		add(r.addressHandle())
	}
	if r.Kind.Gazetteer() {
		for _, h := range r.registerHandles() {
			add(h)
		}
		return list // a name that is in every town tells none of them
	}
	if worldwide(r.SourceURL) {
		add(handleOf(Identifier{"iri", r.SourceURL}))
	}
	for _, text := range r.called() {
		if name := nameKey(text); len(name) >= minName {
			add("title:" + r.SourceID + ":" + name)
			switch r.Kind {
			case KindOrganization, KindOffice:
				add("name::" + name)
			case KindPlace:
				add("name:" + Town + ":" + name)
			}
		}
	}
	return list
}

// schoolProperties are how sources call the code of a school, in small letters.
var schoolProperties = []string{"codicescuola", "codicemeccanografico", "meccanografico", "codice", "code"}

// called are the names of r.
func (r *Record) called() []string {
	names := []string{r.Title}
	for _, name := range []string{"official_name", "legal_name", "alt_name"} {
		if text, ok := r.Properties.Get(name).(string); ok {
			names = append(names, text)
		}
	}
	for _, name := range []string{"alt_names", "former_names"} {
		for _, m := range r.mentions(name, "") {
			names = append(names, m.name)
		}
	}
	return names
}

// addressHandle is where r stands, told by street and number in a municipality, ""
// when one of them is missing.
func (r *Record) addressHandle() string {
	street := AddressKey(r.Address)
	if !strings.ContainsAny(street, "0123456789") || strings.Trim(street, "0123456789 ") == "" {
		return ""
	}
	return "address:" + Town + ":" + street
}

// registerHandles are by which the register of streets and street numbers, and that of
// a municipality, know r; a number is that of its own register.
func (r *Record) registerHandles() []string {
	var list []string
	add := func(h string) {
		if h != "" {
			list = append(list, h)
		}
	}
	if r.Kind == KindAddress {
		add(registerHandle("anncsu_access", r.Properties.Get("anncsu_access_id")))
		return list
	}
	add(registerHandle("anncsu_street", r.Properties.Get("anncsu_street_id")))
	if code := idText(r.Properties.Get("street_code")); code != "" {
		add("id:street:" + Town + ":" + code)
	}
	return list
}

// registerHandle is a progressive number of the national register as a handle.
func registerHandle(scheme string, number any) string {
	text := idText(number)
	if text == "" || strings.Trim(text, "0123456789") != "" {
		return ""
	}
	return handleOf(Identifier{scheme, strings.TrimLeft(text, "0")})
}
