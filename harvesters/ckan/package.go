package ckan

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
)

// A pkg is a dataset as CKAN tells it.
type pkg struct{ fields }

// parsePackage reads a package; one without id and name cannot be used.
func parsePackage(raw json.RawMessage) (pkg, error) {
	f, err := parseFields(raw)
	if err != nil {
		return pkg{}, err
	}
	p := pkg{f}
	if p.key() == "" {
		return p, errors.New("it has neither id nor name")
	}
	return p, nil
}

// key identifies a package in its portal.
func (p pkg) key() string {
	if id := textOf(p.top["id"]); id != "" {
		return id
	}
	return textOf(p.top["name"])
}

// idOf is the key of a package that may be unreadable, which then has none.
func idOf(raw json.RawMessage) string {
	p, err := parsePackage(raw)
	if err != nil {
		return ""
	}
	return p.key()
}

// otherTypes are packages that extensions of CKAN keep beside the datasets:
// addresses to harvest, and showcases of what was made with data.
var otherTypes = []string{"harvest", "showcase"}

// public reports whether the package is a dataset that anybody may see.
func (p pkg) public() bool {
	state := textOf(p.top["state"])
	return !p.flag("private") && (state == "" || state == "active") && !slices.Contains(otherTypes, textOf(p.top["type"]))
}

// translated is a text whose translations may stand under name_translated.
func (f fields) translated(name string) string {
	var any string
	for _, raw := range []json.RawMessage{f.top[name+"_translated"], f.extras[name+"_translated"]} {
		for _, o := range objectsOf(raw) {
			if s := textOf(o.top["it"]); s != "" {
				return s
			}
		}
		any = cmp.Or(any, textOf(raw))
	}
	return cmp.Or(f.text(name), any)
}
