package oaipmh

import (
	"strings"

	"github.com/antchfx/xmlquery"
	"github.com/antchfx/xpath"

	"po-net.prato.it/ponet/harvesters/xmldoc"
)

var (
	dtEvents   = xmldoc.Compile("DT | RE")
	dtCentury  = xmldoc.Compile("DTZ/DTZG | DTR | REL/RELS")
	dtFraction = xmldoc.Compile("DTZ/DTZS | DTG | REL/RELF")
	dtFrom     = xmldoc.Compile("DTS/DTSI | REL/RELI")
	dtFromHow  = xmldoc.Compile("DTS/DTSV | REL/RELX")
	dtTo       = xmldoc.Compile("DTS/DTSF | REV/REVI")
	dtToHow    = xmldoc.Compile("DTS/DTSL | REV/REVX")
	reToAge    = xmldoc.Compile("REV/REVS")
	reToPart   = xmldoc.Compile("REV/REVF")
)

// dated takes when a thing was made: the first of its events that has a time, since
// of a building the first is how it came to be. Years that are told count before those
// that a century means.
func (c *card) dated(n *xmlquery.Node) {
	for _, event := range xmldoc.Nodes(n, dtEvents) {
		if c.dating = datingOf(event); c.dating != nil {
			return
		}
	}
}

func datingOf(n *xmlquery.Node) *dating {
	label := age(n, dtCentury, dtFraction)
	if last := age(n, reToAge, reToPart); last != "" && last != label && !strings.HasPrefix(label, last) {
		label += " - " + last
	}
	from, to := year(xmldoc.First(n, dtFrom)), year(xmldoc.First(n, dtTo))
	years := between(from, to)
	switch how := xmldoc.First(n, dtFromHow); {
	case years == "":
	case how == "post" && xmldoc.First(n, dtToHow) != "ante":
		years = "post " + from
	case how == "ante" || how == "ca.":
		years = how + " " + years
	}
	switch {
	case label == "":
		label = years
	case years != "":
		label += " (" + years + ")"
	}
	d := newDating(label)
	if told := newDating(years); told != nil && told.From != nil {
		d.From, d.To = told.From, told.To
	}
	return d
}

// year is the year of a date as cards write it: 1923/00/00.
func year(s string) string {
	y, _, _ := strings.Cut(strings.TrimSpace(s), "/")
	return y
}

// age is a century and the part of it, "sec. XVIII, seconda metà".
func age(n *xmlquery.Node, century, part *xpath.Expr) string {
	s := strings.TrimSpace(strings.TrimPrefix(xmldoc.First(n, century), "sec."))
	if s == "" {
		return ""
	}
	s = "sec. " + s
	if p := xmldoc.First(n, part); p != "" {
		s += ", " + p
	}
	return s
}

// between is "1740-1760" of two years as cards write them, "1765" when they are one.
func between(from, to string) string {
	switch {
	case from == "" || from == to:
		return to
	case to == "":
		return from
	}
	return from + "-" + to
}
