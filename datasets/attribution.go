package datasets

import (
	"net/url"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// Attribution is the sentence that names where c comes from, as its licence
// asks: "Comune di Prato, Musei (https://…), CC BY 4.0".
func Attribution(c catalog.Collection) string {
	var parts []string
	for _, s := range []string{c.Body, c.Title} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	text := strings.Join(parts, ", ")
	if source := PublicSource(c.SourceURL); source != "" {
		text = strings.TrimSpace(text + " (" + source + ")")
	}
	if l, ok := Vocabularies().Licence(c.Licence); ok {
		text = strings.TrimPrefix(text+", "+l.Short, ", ")
	}
	return text
}

// PublicSource is address if the public can go there, without keys. A source may be
// a file of the machine that harvested it, whose path is nobody's business.
func PublicSource(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	parts := strings.Split(u.RawQuery, "&")
	kept := slices.DeleteFunc(slices.Clone(parts), func(part string) bool {
		name, _, _ := strings.Cut(part, "=")
		return catalog.KeyParameter(name)
	})
	if len(kept) == len(parts) && u.User == nil {
		return address
	}
	u.User, u.RawQuery = nil, strings.Join(kept, "&")
	return u.String()
}
