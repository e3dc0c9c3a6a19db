package rest

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/antchfx/xmlquery"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// picks are the values of a mapping that are no columns but paths inside a row:
// a JSONPath, "$.name[?(@.lang == 'it')].value", or an XPath, "./nome[@lang='it']".
// What they lead to becomes a column of that name.
func picks(m catalog.Mapping, begin string) []string {
	var list []string
	take := func(text string) {
		if strings.HasPrefix(text, begin) && !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	for _, text := range m.Fields {
		if strings.ContainsAny(text, "[(") {
			take(text) // a path may hold a plus sign itself
			continue
		}
		for part := range strings.SplitSeq(text, "+") {
			take(strings.TrimSpace(part))
		}
	}
	for _, text := range m.Key {
		take(text)
	}
	slices.Sort(list)
	return list
}

// withPicks is a row with a member for each path.
func (r row) withPicks(paths []string) (row, error) {
	if r.pick == nil || len(paths) == 0 {
		return r, nil
	}
	object := bytes.TrimRight(bytes.TrimSuffix(bytes.TrimSpace(r.properties), []byte("}")), " \t\r\n")
	out := slices.Clone(object)
	for _, path := range paths {
		v, err := r.pick(path)
		if err != nil {
			return r, err
		}
		if v == nil {
			continue
		}
		if len(bytes.TrimSpace(out)) > 1 {
			out = append(out, ',')
		}
		name, _ := json.Marshal(path)
		out = append(append(append(out, name...), ':'), v...)
	}
	r.properties = append(out, '}')
	return r, nil
}

// pick is what a JSONPath leads to inside o, as JSON; nil for nothing. Several
// texts or numbers become one text.
func (o *object) pick(path string) ([]byte, error) {
	list, err := (&jsonPage{root: o}).find(path)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	var parts []string
	for _, v := range list {
		switch v := v.(type) {
		case *object:
			return v.raw, nil
		case *array:
			return v.raw, nil
		case nil:
		default:
			parts = append(parts, catalog.Text(v))
		}
	}
	if len(list) == 1 {
		return json.Marshal(list[0])
	}
	return json.Marshal(strings.Join(parts, ", "))
}

// pickXML is the same for an XPath inside an element.
func pickXML(n *xmlquery.Node, path string) ([]byte, error) {
	e, err := xmldoc.CompileWith(path, xmldoc.Spaces)
	if err != nil {
		return nil, err
	}
	list := xmldoc.Texts(n, e)
	if len(list) == 0 {
		return nil, nil
	}
	return json.Marshal(strings.Join(list, ", "))
}
