package dcat

import (
	"net/url"
	"strings"

	"po-net.prato.it/ponet/harvesters/rdf"
)

// address is the first web address under q, whether it is an IRI or a literal;
// one that cannot be put right is dropped, and only that.
func (p *page) address(d *draft, n *rdf.Node, q property) string {
	for _, name := range q.names {
		for _, t := range p.all(n, property{names: []string{name}}) {
			if t.Kind == rdf.Blank {
				continue
			}
			if a := d.address(q.String, t.Value); a != "" {
				return a
			}
		}
	}
	return ""
}

// address repairs a web address, and says so.
func (d *draft) address(field, s string) string {
	a, ok := repairAddress(s)
	switch {
	case !ok:
		d.issue("address-unusable", field, local(s), "an absolute web address")
	case a != s && strings.TrimSpace(s) != a:
		d.issue("address-repaired", field, s, "an address without spaces and other characters that do not belong there; read as "+a)
	}
	return a
}

// repairAddress percent-encodes what an address may not have: spaces,
// backslashes, "|", letters with accents.
func repairAddress(s string) (string, bool) {
	s = strings.TrimSpace(s)
	s = strings.TrimSuffix(strings.TrimPrefix(s, "<"), ">")
	s = strings.ReplaceAll(s, "&amp;", "&")
	if strings.HasPrefix(s, noBase) || len(s) > maxAddress {
		return "", false
	}
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c > ' ' && c < 0x7f && strings.IndexByte("\"<>\\^`{|}", c) < 0 {
			b.WriteByte(c)
			continue
		}
		b.Write([]byte{'%', hex[c>>4], hex[c&15]})
	}
	a := b.String()
	u, err := url.Parse(a)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "ftp" {
		return "", false
	}
	return a, true
}

const maxAddress = 8000 // bytes; no server takes longer ones
