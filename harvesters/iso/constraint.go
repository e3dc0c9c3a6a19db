package iso

import (
	"regexp"
	"strings"

	"github.com/antchfx/xmlquery"

	"po-net.prato.it/ponet/catalog"
)

// Terms of the EU's table of access rights.
const (
	public     = "http://publications.europa.eu/resource/authority/access-right/PUBLIC"
	restricted = "http://publications.europa.eu/resource/authority/access-right/RESTRICTED"
)

var (
	licenceWords = regexp.MustCompile(`(?i)creativecommons\.org/|\bcreative\s+commons\b|\bcc[\s_-]?(0|by|zero)\b|authority/licence/|opendatacommons|\bodbl\b|\biodl\b|open-data-license|controlled-vocabulary/licences|\blicen[cs]e[sd]?\b|\blicenz[ae]\b|\blizenz|licentie|\bpublic domain\b|\bpubblico dominio\b|open government licence|etalab`)
	// Of these the vocabulary of licences knows the address or name.
	licenceName = regexp.MustCompile(`(?i)https?://[^\s<>"')\]]*(?:creativecommons\.org|/licen[cs]|opendatacommons\.org|iodl|open-data-license)[^\s<>"')\]]*|\bcc[\s-]?by(?:[\s-](?:sa|nc|nd))*[\s-]*v?\.?\s*[1-4]\.0\b|\bcc[\s-]?0(?:\s*1\.0)?\b|\biodl\s*v?\.?\s*[12]\.0\b|\bodbl\b`)

	noConditions = regexp.MustCompile(`(?i)noConditionsApply|\bno conditions?\b|\bnessuna condizione\b|\baucune condition\b|\bkeine bedingungen\b|\bgeen (gebruiks)?voorwaarden\b`)
	noLimits     = regexp.MustCompile(`(?i)LimitationsOnPublicAccess/noLimitations|\bno limitations?\b|\bnessun[ao]? (?:limitazion[ei]|vincol[oi]|restrizion[ei])\b|\bpas de restriction|\baucune? (?:restriction|limitation)|\baucun des articles\b|\bgeen beperkingen\b|\bkeine (?:beschr|einschr)`)
	limits       = regexp.MustCompile(`(?i)LimitationsOnPublicAccess/INSPIRE_Directive|\bart(?:icle|icolo|ikel|\.)?\s*13\s*[(.]`)
)

// A condition is one statement about use or access.
type condition struct {
	text, address string
}

func (c condition) said() string { return strings.TrimSpace(c.text + " " + c.address) }

// constraints reads who may see the resource, and what may be done with it. That
// no conditions are known to apply is no licence, and least of all CC0: it is kept
// as a note (spec §3.3).
func (r *reader) constraints() {
	var rest []condition
	best := 0
	for _, n := range at(r.id(), "resourceConstraints/*") {
		for _, c := range r.conditions(n) {
			said := c.said()
			switch {
			case noLimits.MatchString(said) && !licenceWords.MatchString(said):
				r.AccessRights = firstOf(r.AccessRights, public)
				continue
			case limits.MatchString(said) && !licenceWords.MatchString(said):
				r.AccessRights = restricted
			}
			if value, rank := licenceIn(c); rank > best {
				r.Licence, best = value, rank
			}
			rest = append(rest, c)
		}
		if class := code(first(n, "classification")); class == "restricted" || class == "confidential" || class == "secret" || class == "topSecret" {
			r.AccessRights = restricted
		}
	}
	var notes []string
	for _, c := range rest {
		if c.text == r.Licence && best > 0 {
			continue
		}
		notes = appendNew(notes, c.text)
		if c.address != "" && c.address != r.Licence && !strings.Contains(c.text, c.address) && !strings.Contains(c.address, "inspire.ec.europa.eu/") {
			notes = appendNew(notes, c.address)
		}
	}
	r.RightsNote = strings.Join(notes, "\n\n")
	if best == 0 {
		r.Licence = conditionsOf(rest)
	}
}

// conditions are the statements of an MD_Constraints, MD_LegalConstraints or
// MD_SecurityConstraints; in ISO 19115-3 a licence can be a reference.
func (r *reader) conditions(n *xmlquery.Node) []condition {
	var out []condition
	for _, c := range at(n, "useLimitation|otherConstraints") {
		if said := (condition{strings.TrimSpace(r.text(c)), href(c)}); said != (condition{}) {
			out = append(out, said)
		}
	}
	for _, ref := range at(n, "reference/CI_Citation") {
		title := first(ref, "title")
		address := firstOf(href(title), r.text(first(ref, "onlineResource/CI_OnlineResource/linkage")))
		if said := (condition{line(r.text(title)), address}); said != (condition{}) {
			out = append(out, said)
		}
	}
	return out
}

// licenceIn is the licence that a condition is, and how plainly it says so: by an
// address or name that is known (3), as the address of a text on licences (2), or in
// words (1).
func licenceIn(c condition) (value string, rank int) {
	for _, s := range []string{c.address, c.text} {
		if m := licenceName.FindString(s); m != "" {
			return strings.TrimRight(m, ".,;"), 3
		}
	}
	switch {
	case noConditions.MatchString(c.said()):
		return "", 0
	case c.address != "" && licenceWords.MatchString(c.said()):
		return c.address, 2
	case licenceWords.MatchString(c.text):
		return catalog.Excerpt(c.text), 1
	}
	return "", 0
}

// conditionsOf stands for a licence where there are conditions of another sort,
// so that nobody takes the dataset for free ones: the first that says anything.
func conditionsOf(rest []condition) string {
	for _, c := range rest {
		if said := c.said(); !noConditions.MatchString(said) && !limits.MatchString(said) && !strings.EqualFold(said, "none") {
			return catalog.Excerpt(firstOf(c.text, c.address))
		}
	}
	return ""
}
