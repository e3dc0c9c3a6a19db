package ckan

import (
	"encoding/json"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// personFields are the fields of CKAN in which people stand who wrote or keep
// a package; portals of public bodies often put an office there.
var personFields = [][2]string{{"maintainer", "maintainer_email"}, {"author", "author_email"}}

// kept is the office that keeps the package, when it is plainly one; persons
// are not published.
func (p pkg) kept() []catalog.Contact {
	for _, f := range personFields {
		if name := p.text(f[0]); catalog.IsOffice(name) {
			return []catalog.Contact{{Name: name, Email: p.text(f[1])}}
		}
	}
	return nil
}

// persons are the fields that may name a person, and so are not stored.
func (p pkg) persons() []string {
	var names []string
	for _, f := range personFields {
		if name, email := p.text(f[0]), p.text(f[1]); (name != "" || email != "") && !catalog.IsOffice(name) {
			names = append(names, f[0], f[1])
		}
	}
	return names
}

// without is the package as JSON without the fields to drop; raw as it came
// when it has none of them.
func (p pkg) without(drop []string, raw json.RawMessage) json.RawMessage {
	found := false
	top := map[string]json.RawMessage{}
	for name, value := range p.top {
		top[name] = value
	}
	for _, name := range drop {
		if _, ok := top[name]; ok {
			delete(top, name)
			found = true
		}
		if _, ok := p.extras[name]; ok {
			top["extras"] = withoutExtra(top["extras"], name)
			found = true
		}
	}
	if !found {
		return raw
	}
	b, err := json.Marshal(top)
	if err != nil {
		return json.RawMessage("{}") // rather nothing than a person; what was JSON is JSON
	}
	return b
}

// withoutExtra leaves one of the extras out, in either way of writing them.
func withoutExtra(extras json.RawMessage, name string) json.RawMessage {
	var pairs []map[string]json.RawMessage
	if json.Unmarshal(extras, &pairs) == nil {
		kept := []map[string]json.RawMessage{}
		for _, p := range pairs {
			if strings.TrimSpace(textOf(p["key"])) != name {
				kept = append(kept, p)
			}
		}
		b, _ := json.Marshal(kept)
		return b
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(extras, &object) != nil {
		return nil
	}
	delete(object, name)
	b, _ := json.Marshal(object)
	return b
}
