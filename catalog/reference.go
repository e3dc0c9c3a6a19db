package catalog

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// A Reference is that a description names another thing, and all by which that can
// be found: which record it is, if any, is found out when somebody asks, of what is
// published then. So it does not matter which of the two came first, and nothing
// has to be put right when one of them goes, comes back or turns out to be another.
type Reference struct {
	Type     string   `json:"type"`           // name of a RelationType
	Back     bool     `json:"back,omitempty"` // it is the other that stands at its beginning
	Property string   `json:"property"`       // in which it is named
	Said     string   `json:"said"`           // as the source wrote it
	Keys     []string `json:"keys"`           // handles, the surest first: the first that anything has decides
	Kinds    []Kind   `json:"kinds"`          // of which the other may be
}

// Bounds of what one description names.
const (
	MaxReferences = 100 // references
	maxHandle     = 300 // bytes of a handle; longer texts identify nothing
	maxSaid       = 200 // characters
	maxHandles    = 60  // identifiers of one record
)

// Town stands in handles for the ISTAT code of the record's municipality, which for
// many is known only when the database has looked where they lie.
const Town = "\uE000"

// References are the things that r names, a description of a source.
func (r *Record) References() []Reference {
	var list []Reference
	for _, t := range relationTypes {
		if slices.Contains(t.From, r.Kind) {
			list = r.named(list, t, false, t.Forward, t.To)
		}
		if slices.Contains(t.To, r.Kind) {
			list = r.named(list, t, true, t.Backward, t.From)
		}
	}
	return list[:min(len(list), MaxReferences)]
}

// named adds what r names in properties in the way t.
func (r *Record) named(list []Reference, t RelationType, back bool, properties []string, kinds []Kind) []Reference {
	if t.Same {
		kinds = []Kind{r.Kind}
	}
	found := len(list)
	if t.Name == "on_street" {
		return r.onStreet(list, t, kinds)
	}
	for _, property := range properties {
		name, member, _ := strings.Cut(property, "/")
		for _, m := range r.mentions(name, member) {
			list = add(list, Reference{t.Name, back, name, clip(m.said(), maxSaid), m.handles(r, name, kinds), kinds})
		}
	}
	if back {
		return list
	}
	switch t.Name {
	case "organised_by": // who offers a course; who publishes an event, if nobody else is said to organise it
		if r.BodyID != "" && (r.Kind == KindCourse || len(list) == found) {
			list = add(list, Reference{t.Name, back, "body", clip(r.BodyName, maxSaid), []string{"body:" + strings.ToLower(r.BodyID)}, kinds})
		}
	case "held_by":
		for _, id := range r.externalIDs() {
			if id.Scheme == cardContainer {
				list = add(list, Reference{t.Name, back, "external_ids", id.Value, []string{"id:" + id.Scheme + ":" + id.Value}, kinds})
			}
		}
	case "takes_place_in", "located_at", "at_address":
		if at := r.addressHandle(); at != "" && len(list) == found {
			list = add(list, Reference{t.Name, back, "address", clip(r.Address, maxSaid), []string{at}, kinds})
		}
	}
	return list
}

// onStreet adds the street of a number: that which the national register says, or its
// municipality's.
func (r *Record) onStreet(list []Reference, t RelationType, kinds []Kind) []Reference {
	var keys []string
	property := ""
	if h := registerHandle("anncsu_street", r.Properties.Get("anncsu_street_id")); h != "" {
		keys, property = append(keys, h), "anncsu_street_id"
	}
	if code := idText(r.Properties.Get("street_code")); code != "" {
		keys, property = append(keys, "id:street:"+Town+":"+code), cmp.Or(property, "street_code")
	}
	if len(keys) == 0 {
		return list
	}
	name, _ := r.Properties.Get("name").(string)
	return add(list, Reference{t.Name, false, property, clip(StreetName(name), maxSaid), keys, kinds})
}

// cardContainer is how cards of the national catalogue call the building or
// collection that a thing is in, and the card of that itself.
const cardContainer = "iccd-container"

func add(list []Reference, f Reference) []Reference {
	if f.Keys = slices.DeleteFunc(f.Keys, func(k string) bool { return len(k) > maxHandle }); len(f.Keys) == 0 {
		return list
	}
	return append(list, f)
}

// A mention is another thing as a description names it.
type mention struct {
	key, name string
	ids       []Identifier
}

func (m mention) said() string {
	switch {
	case m.name != "":
		return m.name
	case m.key == "" && len(m.ids) > 0:
		return m.ids[0].Value
	}
	return m.key
}

// mentions are what is named in a property, or in one member of each of its
// objects.
func (r *Record) mentions(property, member string) []mention {
	if property == "body" {
		return []mention{{key: r.BodyID, name: r.BodyName}}[:min(1, len(r.BodyID))]
	}
	value := r.Properties.Get(property)
	if value == nil && property == instituteColumn {
		value = r.folded(property)
	}
	if raw, ok := value.(json.RawMessage); ok {
		var any any
		if json.Unmarshal(raw, &any) != nil {
			return nil
		}
		value = any
	}
	var list []mention
	for _, m := range read(value, member) {
		if m.said() != "" && (m.key == "" || m.key != r.SourceKey) {
			list = append(list, m)
		}
	}
	return list
}

// folded is the property whose name is the given one but for capitals and signs.
func (r *Record) folded(name string) any {
	for _, p := range r.Properties {
		if strings.ReplaceAll(strings.ToLower(p.Name), "_", "") == name {
			return p.Value
		}
	}
	return nil
}

// read takes a value apart.
func read(value any, member string) []mention {
	switch v := value.(type) {
	case string:
		if member != "" {
			return nil
		}
		var list []mention
		for part := range strings.SplitSeq(v, "; ") { // several in one text
			part = strings.TrimSpace(part)
			list = append(list, mention{key: part, name: part})
		}
		return list
	case []string:
		var list []mention
		for _, each := range v {
			list = append(list, read(each, member)...)
		}
		return list
	case []any:
		var list []mention
		for _, each := range v {
			list = append(list, read(each, member)...)
		}
		return list
	case map[string]any:
		if member != "" {
			return read(v[member], "")
		}
		return []mention{readObject(v)}
	}
	return nil
}

func readObject(v map[string]any) mention {
	var m mention
	for _, name := range []string{"id", "code", "key", "identifier"} {
		if text, ok := v[name].(string); ok && m.key == "" {
			m.key = strings.TrimSpace(text)
		}
	}
	for _, name := range []string{"name", "title", "label"} {
		if text, ok := v[name].(string); ok && m.name == "" {
			m.name = strings.TrimSpace(text)
		}
	}
	for _, s := range identifierSchemes {
		if text, ok := v[s.scheme].(string); ok {
			m.ids = append(m.ids, Identifier{s.scheme, text})
		}
	}
	for _, name := range []string{"@id", "url", "uri"} {
		if text, ok := v[name].(string); ok && worldwide(text) {
			m.ids = append(m.ids, Identifier{"iri", text})
		}
	}
	return m
}

// handles are those by which what is mentioned in a property of r may be found,
// the surest first. A name alone says enough only in its town; that of a body or
// office anywhere.
func (m mention) handles(r *Record, property string, kinds []Kind) []string {
	var list []string
	add := func(h string) {
		if h != "" && !slices.Contains(list, h) {
			list = append(list, h)
		}
	}
	if m.key != "" && property != "body" {
		add(keyHandle(r.SourceID, m.key))
	}
	for _, id := range m.ids {
		add(handleOf(id))
	}
	if m.key != "" {
		for _, id := range schemesOf(m.key) {
			add(handleOf(id))
		}
		if property == "address_id" {
			add(registerHandle("anncsu_access", m.key))
		}
		if slices.Contains(kinds, KindOrganization) && bodyForm.MatchString(m.key) {
			add("body:" + strings.ToLower(m.key))
		}
	}
	if property == "body" {
		return list
	}
	for _, name := range namesOf(m.name) {
		add("title:" + r.SourceID + ":" + name)
		if slices.Contains(kinds, KindOrganization) || slices.Contains(kinds, KindOffice) {
			add("name::" + name)
		}
		if slices.Contains(kinds, KindPlace) {
			add("name:" + Town + ":" + name)
		}
	}
	return list
}

// keyHandle is how a source calls a record of its own.
func keyHandle(source, key string) string { return "key:" + source + ":" + key }

// bodyForm is what ids of bodies look like.
var bodyForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*[_-][A-Za-z0-9_-]+$`)

// schemesOf are what a text may be by its form.
func schemesOf(text string) []Identifier {
	var list []Identifier
	for _, s := range identifierSchemes {
		if s.scheme != "osm" && s.scheme != "geonames" && s.scheme != "ipa" && s.form.MatchString(normalID(s.scheme, text)) {
			list = append(list, Identifier{s.scheme, text})
		}
	}
	if schoolForm.MatchString(text) {
		list = append(list, Identifier{"meccanografico", text})
	}
	if worldwide(text) {
		list = append(list, Identifier{"iri", text})
	}
	return list
}

// schoolForm is that of the codes of the Ministry of Education.
var schoolForm = regexp.MustCompile(`^[A-Za-z]{4}[A-Za-z0-9]{6}$`)

// handleOf is an identifier as a handle.
func handleOf(id Identifier) string {
	switch id.Scheme {
	case "osm":
		return "" // its numbers are unstable: link only, never key (spec §4.2)
	case "iri":
		return "id:iri:" + SameAddress(id.Value)
	case "meccanografico":
		return "id:meccanografico:" + strings.ToUpper(id.Value)
	}
	return "id:" + strings.ToLower(id.Scheme) + ":" + normalID(strings.ToLower(id.Scheme), strings.TrimSpace(id.Value))
}

// namesOf are the forms in which a thing may be called by a text: the whole, and
// what stands before the address or the room.
func namesOf(text string) []string {
	var list []string
	whole := nameKey(text)
	if i := strings.IndexAny(text, ",("); i > 0 {
		list = append(list, nameKey(text[:i]))
	}
	if before, _, ok := strings.Cut(text, " - "); ok {
		list = append(list, nameKey(before))
	}
	list = slices.Insert(list, 0, whole)
	return slices.DeleteFunc(list, func(n string) bool { return len(n) < minName })
}

const minName = 4 // bytes of a name that can tell one thing

// nameKey is a name in the form in which equal ones are equal: letters and digits.
func nameKey(s string) string {
	var b strings.Builder
	for _, r := range Plain(s) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(r)
		} else if s := b.String(); s != "" && s[len(s)-1] != ' ' {
			b.WriteByte(' ')
		}
	}
	return strings.TrimSpace(b.String())
}

// clip is the first n characters of s.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
