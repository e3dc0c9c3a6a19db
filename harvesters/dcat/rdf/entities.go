package rdf

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var (
	entityDeclaration = regexp.MustCompile(`<!ENTITY\s+([A-Za-z_:][\w:.-]*)\s+("[^"]*"|'[^']*')\s*>`)
	entityReference   = regexp.MustCompile(`&(#[0-9]+|#x[0-9A-Fa-f]+|[A-Za-z_:][\w:.-]*);`)
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
		value = entityReference.ReplaceAllStringFunc(value, func(ref string) string {
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

// repairXML writes ampersands that begin no reference as such, as they stand in
// addresses that somebody pasted, and leaves out characters that XML does not
// allow. It says what it did, "" for nothing.
func repairXML(doc []byte) (out []byte, what string) {
	known := map[string]string{}
	if i := bytes.Index(doc, []byte("<!DOCTYPE")); i >= 0 {
		known, _ = entities(doc[i:min(len(doc), i+2*maxEntities)])
	}
	var b bytes.Buffer
	b.Grow(len(doc) + len(doc)/64)
	ampersands, controls := 0, 0
	for i := 0; i < len(doc); i++ {
		switch c := doc[i]; {
		case c == '<':
			n := untouched(doc[i:])
			b.Write(doc[i : i+n])
			i += n - 1
		case c == '&' && !refers(doc[i:], known):
			b.WriteString("&amp;")
			ampersands++
		case c < ' ' && c != '\t' && c != '\n' && c != '\r':
			controls++
		default:
			b.WriteByte(c)
		}
	}
	var did []string
	if ampersands > 0 {
		did = append(did, fmt.Sprintf("%d ampersands stand for themselves and should be written &amp;", ampersands))
	}
	if controls > 0 {
		did = append(did, fmt.Sprintf("%d control characters, which XML does not allow, were left out", controls))
	}
	if len(did) == 0 && bytes.IndexByte(doc, '&') >= 0 {
		did = append(did, "entities of HTML are not known in XML; they were read as in HTML")
	}
	return b.Bytes(), strings.Join(did, "; ")
}

// untouched is the length of the comment, CDATA section or declaration that s
// begins with, where an ampersand means itself; 1 for any other "<".
func untouched(s []byte) int {
	for _, kind := range [][2]string{{"<!--", "-->"}, {"<![CDATA[", "]]>"}} {
		if bytes.HasPrefix(s, []byte(kind[0])) {
			if n := bytes.Index(s, []byte(kind[1])); n >= 0 {
				return n + len(kind[1])
			}
			return len(s)
		}
	}
	return 1
}

// refers reports whether s begins with a reference to a character or to an
// entity that is known, from the document or from HTML.
func refers(s []byte, known map[string]string) bool {
	m := entityReference.FindSubmatch(s[:min(len(s), 64)])
	if m == nil || !bytes.HasPrefix(s, m[0]) {
		return false
	}
	name := string(m[1])
	_, html := xml.HTMLEntity[name]
	_, declared := known[name]
	return name[0] == '#' || html || declared || predefined[name] != ""
}
