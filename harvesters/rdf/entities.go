package rdf

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"po-net.prato.it/ponet/harvesters/xmldoc"
)

var (
	entityDeclaration = regexp.MustCompile(`<!ENTITY\s+([A-Za-z_:][\w:.-]*)\s+("[^"]*"|'[^']*')\s*>`)
	predefined        = map[string]string{"amp": "&", "lt": "<", "gt": ">", "quot": `"`, "apos": "'"}
)

// entities are the internal general entities of a document type declaration,
// expanded. External ones and parameters are not heeded. Together they may
// have maxEntities bytes, which ends what grows by naming itself again and again.
func entities(directive []byte) (map[string]string, error) {
	out := map[string]string{}
	size := 0
	for _, m := range entityDeclaration.FindAllSubmatch(directive, -1) {
		name, value := string(m[1]), string(m[2][1:len(m[2])-1])
		if _, known := out[name]; known || predefined[name] != "" {
			continue // the first declaration counts (XML 1.0 §4.2)
		}
		if size += len(value); size > maxEntities {
			return nil, errEntities
		}
		value = xmldoc.Reference.ReplaceAllStringFunc(value, func(ref string) string {
			text := reference(ref[1:len(ref)-1], ref, out)
			size += max(0, len(text)-len(ref))
			if size > maxEntities {
				return ""
			}
			return text
		})
		if size > maxEntities {
			return nil, errEntities
		}
		out[name] = value
	}
	return out, nil
}

var errEntities = fmt.Errorf("it declares entities of more than %d bytes", maxEntities)

// reference is what a reference without its marks stands for; as it is if
// nobody knows.
func reference(name, asIs string, declared map[string]string) string {
	if number, ok := strings.CutPrefix(name, "#"); ok {
		base := 10
		if hex, ok := strings.CutPrefix(number, "x"); ok {
			number, base = hex, 16
		}
		if v, err := strconv.ParseUint(number, base, 21); err == nil {
			return string(rune(v))
		}
		return asIs
	}
	if text, ok := predefined[name]; ok {
		return text
	}
	if text, ok := declared[name]; ok {
		return text
	}
	return asIs
}

// declaredIn are the entities that a document that is not well-formed declares.
func declaredIn(doc []byte) map[string]string {
	i := bytes.Index(doc, []byte("<!DOCTYPE"))
	if i < 0 {
		return nil
	}
	known, _ := entities(doc[i:min(len(doc), i+2*maxEntities)])
	return known
}
