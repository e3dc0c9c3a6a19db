package datasets

import (
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

// PublicSource is address if the public can go there. A source may be a file
// of the machine that harvested it, whose path is nobody's business.
func PublicSource(address string) string {
	if strings.HasPrefix(address, "https://") || strings.HasPrefix(address, "http://") {
		return address
	}
	return ""
}
