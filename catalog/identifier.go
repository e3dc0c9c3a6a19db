package catalog

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// An Identifier is how somebody else calls the thing that a record describes
// (spec/metadata.md §4.2). Scheme is one of the codes there.
type Identifier struct{ Scheme, Value string }

// identifierSchemes are the schemes that are known by their form: the properties in
// which sources give such an identifier, and what it must look like. Whatever
// looks otherwise is not taken for one.
var identifierSchemes = []struct {
	scheme     string
	properties []string
	form       *regexp.Regexp
}{
	{"isil", []string{"isil", "codice_isil", "codice-isil", "code"}, regexp.MustCompile(`^IT-[A-Z]{2}[0-9]{4}$`)},
	{"wikidata", []string{"qid", "wikidata", "wikidata_id"}, regexp.MustCompile(`^Q[1-9][0-9]{0,11}$`)},
	{"osm", []string{"osm_id", "osm", "@id", "id_osm"}, regexp.MustCompile(`^(?:node|way|relation)/[1-9][0-9]{0,15}$`)},
	{"ipa", []string{"ipa_code", "codice_ipa", "Codice_IPA"}, regexp.MustCompile(`^[a-z0-9_]{2,32}$`)},
	{"geonames", []string{"geonames", "geonames_id"}, regexp.MustCompile(`^[1-9][0-9]{0,10}$`)},
	{"nct", []string{"nct"}, regexp.MustCompile(`^[0-9]{10}[A-Z]{0,2}$`)},
}

// Identifiers are those that r carries, each once, in the order of the schemes.
func (r *Record) Identifiers() []Identifier {
	var list []Identifier
	given := r.externalIDs()
	for _, s := range identifierSchemes {
		add := func(value string) {
			id := Identifier{s.scheme, normalID(s.scheme, value)}
			if s.form.MatchString(id.Value) && !slices.Contains(list, id) {
				list = append(list, id)
			}
		}
		for _, name := range s.properties {
			value := r.Properties.Get(name)
			if name == "@id" { // OpenStreetMap's number, with its type beside it
				value = joined(idText(r.Properties.Get("@type")), idText(value))
			}
			add(idText(value))
		}
		for _, id := range given {
			if strings.EqualFold(id.Scheme, s.scheme) {
				add(id.Value)
			}
		}
	}
	return list
}

// partedNCT is a number of the national catalogue whose parts are told apart; it is one
// only together with its region (spec/metadata.md §1.3).
var partedNCT = regexp.MustCompile(`^([0-9]{1,2})[ /-]+([0-9]{1,8})[ /-]*([A-Z]{0,2})$`)

// joined is "node/12" of its two parts, the second alone when it has them both.
func joined(kind, id string) string {
	if kind == "" || strings.Contains(id, "/") {
		return id
	}
	return kind + "/" + id
}

// externalIDs are the record's list of identifiers in the form of the model; what
// is not such a list is none.
func (r *Record) externalIDs() []Identifier {
	raw, ok := r.Properties.Get("external_ids").(json.RawMessage)
	var list []Identifier
	if !ok || json.Unmarshal(raw, &list) != nil {
		return nil
	}
	return list
}

// idText is an identifier as sources write it: a text, a number, or the region,
// number and suffix of the national catalogue.
func idText(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case int64, float64:
		b, _ := json.Marshal(v) // numbers are always written
		return string(b)
	case json.RawMessage:
		var nct struct{ Region, Number, Suffix string }
		if json.Unmarshal(v, &nct) == nil && nct.Region != "" {
			return strings.TrimSpace(nct.Region) + "/" + strings.TrimSpace(nct.Number) + strings.TrimSpace(nct.Suffix)
		}
	}
	return ""
}

var unspaced = strings.NewReplacer(" ", "", "/", "")

// normalID is an identifier as its scheme writes it (spec/metadata.md §4.2), out
// of an address too: "https://www.wikidata.org/wiki/Q42" is Q42.
func normalID(scheme, value string) string {
	switch scheme {
	case "nct":
		if m := partedNCT.FindStringSubmatch(strings.ToUpper(value)); m != nil { // printed without zeros
			return fmt.Sprintf("%02s%08s%s", m[1], m[2], m[3])
		}
		fallthrough
	case "isil":
		return unspaced.Replace(strings.ToUpper(value))
	case "ipa":
		return strings.ToLower(value)
	case "wikidata":
		return strings.ToUpper(value[strings.LastIndex(value, "/")+1:])
	case "osm":
		return strings.TrimPrefix(value, "https://www.openstreetmap.org/")
	}
	return value
}
