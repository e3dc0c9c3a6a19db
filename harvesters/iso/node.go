package iso

import (
	"strings"

	"github.com/antchfx/xmlquery"

	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// at are the elements on a path of local names below n, in their order. "*"
// stands for any name, "a|b" for either.
func at(n *xmlquery.Node, path string) []*xmlquery.Node {
	if n == nil {
		return nil
	}
	nodes := []*xmlquery.Node{n}
	for step := range strings.SplitSeq(path, "/") {
		var next []*xmlquery.Node
		for _, n := range nodes {
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				if c.Type == xmlquery.ElementNode && named(c.Data, step) {
					next = append(next, c)
				}
			}
		}
		nodes = next
	}
	return nodes
}

func named(name, step string) bool {
	if step == "*" || step == name {
		return true
	}
	for {
		one, rest, more := strings.Cut(step, "|")
		if one == name {
			return true
		}
		if !more {
			return false
		}
		step = rest
	}
}

// first is the first element on one of the paths, nil for none.
func first(n *xmlquery.Node, paths ...string) *xmlquery.Node {
	for _, p := range paths {
		if found := at(n, p); len(found) > 0 {
			return found[0]
		}
	}
	return nil
}

// inside are all elements of a name in n, whatever they stand in.
func inside(n *xmlquery.Node, name string) []*xmlquery.Node {
	var out []*xmlquery.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != xmlquery.ElementNode {
			continue
		}
		if c.Data == name {
			out = append(out, c)
		}
		out = append(out, inside(c, name)...)
	}
	return out
}

// href is the address of an anchor or reference that is n or in it.
func href(n *xmlquery.Node) string {
	if n == nil {
		return ""
	}
	if h := xmldoc.Attr(n, "href"); h != "" {
		return h
	}
	for _, c := range at(n, "*") {
		if h := xmldoc.Attr(c, "href"); h != "" {
			return h
		}
	}
	return ""
}

// code is a term of a code list: its value, or else its text.
func code(n *xmlquery.Node) string {
	if n == nil {
		return ""
	}
	for _, c := range append(at(n, "*"), n) {
		if v := xmldoc.Attr(c, "codeListValue"); v != "" {
			return v
		}
	}
	return line(xmldoc.Inner(n))
}

// line is text with single spaces.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }

// A language says in which language a record, or one of its texts, is.
type language string

const (
	italian language = "it"
	english language = "en"
	unknown language = ""
)

// languageOf tells Italian and English from all others, by their codes of ISO
// 639 or a locale's id such as "locale-en" or "IT".
func languageOf(s string) language {
	s = strings.ToLower(strings.TrimSpace(s))
	s = s[strings.LastIndexAny(s, "-_/#")+1:]
	switch s {
	case "ita", "it", "italian", "italiano":
		return italian
	case "eng", "en", "english", "inglese":
		return english
	case "":
		return unknown
	}
	return language(s)
}

// locales are the languages of the record's locales by their ids, lower-case.
func locales(n *xmlquery.Node) map[string]language {
	m := map[string]language{}
	for _, l := range at(n, "locale|otherLocale|defaultLocale/PT_Locale") {
		m[strings.ToLower(xmldoc.Attr(l, "id"))] = languageOf(code(first(l, "languageCode", "language")))
	}
	return m
}

// text is what a property says: in Italian when it does, else in the language of
// the record, else in English, else in any.
func (r *reader) text(n *xmlquery.Node) string {
	if n == nil {
		return ""
	}
	var own string
	others := map[language]string{}
	var any string
	for _, c := range at(n, "*") {
		if c.Data != "PT_FreeText" {
			if own == "" {
				own = xmldoc.Inner(c)
			}
			continue
		}
		for _, t := range inside(c, "LocalisedCharacterString") {
			s := xmldoc.Inner(t)
			if s == "" {
				continue
			}
			l := r.locale(xmldoc.Attr(t, "locale"))
			if others[l] == "" {
				others[l] = s
			}
			if any == "" {
				any = s
			}
		}
	}
	if own == "" && len(others) == 0 {
		own = xmldoc.Inner(n) // written without the element that belongs there
	}
	if others[italian] != "" && (r.language != italian || own == "") {
		return others[italian]
	}
	for _, s := range []string{own, others[r.language], others[english], any} {
		if s != "" {
			return s
		}
	}
	return ""
}

// locale is the language of a reference such as "#locale-en" or
// "#xpointer(//*[@id='IT'])".
func (r *reader) locale(ref string) language {
	id := strings.ToLower(strings.TrimPrefix(ref, "#"))
	if _, after, ok := strings.Cut(id, "@id="); ok {
		id = strings.Trim(after, `'"])( `)
	}
	if l, ok := r.locales[id]; ok && l != unknown {
		return l
	}
	return languageOf(id)
}

func appendNew(list []string, s string) []string {
	if s == "" {
		return list
	}
	for _, o := range list {
		if o == s {
			return list
		}
	}
	return append(list, s)
}
