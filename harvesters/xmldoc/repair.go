package xmldoc

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Reference is a reference to a character or an entity; its name, without the
// marks around it, is the first group.
var Reference = regexp.MustCompile(`&(#[0-9]+|#x[0-9A-Fa-f]+|[A-Za-z_:][\w:.-]*);`)

const referenceBytes = 64 // of the longest one that is looked for

// Repair writes ampersands that begin no reference as such, as they stand in
// addresses that somebody pasted, and leaves out characters that XML does not
// allow, also those that are referred to by number. known are the entities that
// the document declares; those of HTML are always known. It says what it did, ""
// for nothing.
func Repair(doc []byte, known map[string]string) (out []byte, what string) {
	r := repairer{known: known}
	r.out.Grow(len(doc) + len(doc)/64)
	for i := 0; i < len(doc); {
		i += r.next(doc[i:])
	}
	return r.out.Bytes(), strings.Join(r.did(), "; ")
}

type repairer struct {
	known                       map[string]string
	out                         bytes.Buffer
	ampersands, controls, named int
}

// next writes what doc begins with and returns its length.
func (r *repairer) next(doc []byte) int {
	switch c := doc[0]; {
	case c == '<':
		n := untouched(doc)
		r.out.Write(doc[:n])
		return n
	case c == '&':
		name, allowed := r.refers(doc)
		switch {
		case name == "":
			r.out.WriteString("&amp;")
			r.ampersands++
			return 1
		case !allowed:
			r.controls++
		default:
			r.out.WriteString("&" + name + ";")
		}
		return len(name) + 2
	case illegal(rune(c)):
		r.controls++
	default:
		r.out.WriteByte(c)
	}
	return 1
}

// refers is the name of the reference that doc begins with, "" if it is none that
// is known; allowed: XML allows the character.
func (r *repairer) refers(doc []byte) (name string, allowed bool) {
	m := Reference.FindSubmatchIndex(doc[:min(len(doc), referenceBytes)])
	if m == nil || m[0] != 0 {
		return "", false
	}
	name = string(doc[m[2]:m[3]])
	if name[0] == '#' {
		v, err := strconv.ParseUint(strings.Replace(name[1:], "x", "0x", 1), 0, 21)
		return name, err == nil && !illegal(rune(v)) && v != 0 && (v < 0xd800 || v > 0xdfff) && v <= 0x10ffff
	}
	if _, declared := r.known[name]; declared || predefined[name] {
		return name, true
	}
	if _, html := xml.HTMLEntity[name]; html {
		r.named++
		return name, true
	}
	return "", false
}

var predefined = map[string]bool{"amp": true, "lt": true, "gt": true, "quot": true, "apos": true}

func (r *repairer) did() []string {
	var did []string
	if r.ampersands > 0 {
		did = append(did, fmt.Sprintf("%d ampersands stand for themselves and should be written &amp;", r.ampersands))
	}
	if r.controls > 0 {
		did = append(did, controlsLeftOut(r.controls))
	}
	if r.named > 0 {
		did = append(did, "entities of HTML are not known in XML; they were read as in HTML")
	}
	return did
}

func controlsLeftOut(n int) string {
	return fmt.Sprintf("%d control characters, which XML does not allow, were left out", n)
}

// untouched is the length of the comment or CDATA section that s begins with,
// where an ampersand means itself; 1 for any other "<".
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
