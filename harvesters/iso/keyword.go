package iso

import (
	"regexp"
	"strings"

	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// keywords sorts them by their thesaurus: those of INSPIRE's themes, of the EU's
// data themes and of high-value data classify, those that say how far a dataset
// reaches or what sort of service it is say nothing of what it is about.
func (r *reader) keywords() {
	for _, k := range at(r.id(), "descriptiveKeywords/MD_Keywords") {
		name := first(k, "thesaurusName/CI_Citation/title")
		thesaurus := strings.ToLower(r.text(name) + " " + href(name) + " " + xmldoc.Inner(first(k, "thesaurusName/CI_Citation/identifier/*/code")))
		for _, n := range at(k, "keyword") {
			word, concept := line(r.text(n)), href(n)
			switch {
			case word == "" && concept == "":
			case notSubjects.MatchString(thesaurus), strings.Contains(concept, "/SpatialScope/"), strings.Contains(concept, "/SpatialDataServiceCategory/"), serviceWord(word):
			case strings.Contains(concept, "data.europa.eu/bna/"):
				r.HVDCategories = appendNew(r.HVDCategories, concept)
			case strings.Contains(concept, "inspire.ec.europa.eu/theme/"), strings.Contains(concept, "authority/data-theme/"):
				r.Themes = appendNew(r.Themes, concept)
				r.Keywords = appendNew(r.Keywords, word)
			case inspireThemes.MatchString(thesaurus):
				r.Themes = appendNew(r.Themes, word)
				r.Keywords = appendNew(r.Keywords, word)
			case strings.Contains(concept, "eurovoc.europa.eu/"):
				r.Subthemes = appendNew(r.Subthemes, concept)
				r.Keywords = appendNew(r.Keywords, word)
			default:
				r.Keywords = appendNew(r.Keywords, word)
			}
		}
	}
}

var (
	// inspireThemes and notSubjects tell a thesaurus by its title, in the languages
	// that are met, or by the name that GeoNetwork gives it.
	inspireThemes = regexp.MustCompile(`inspire[ _-]+th[eèé]m|inspire-theme|(?:th[eè]mes?|temi) (?:di )?inspire|inspire\.ec\.europa\.eu/theme`)
	notSubjects   = regexp.MustCompile(`spatial ?scope|classification of spatial data services|spatialdataservicecategory|1205/2008`)
)

// serviceWord reports whether a keyword is a category of services of Regulation
// (EC) 1205/2008, part D 4, such as "infoMapAccessService".
func serviceWord(word string) bool {
	if strings.ContainsAny(word, " ") {
		return false
	}
	for _, begin := range []string{"human", "info", "spatial", "thematic", "temporal", "metadata", "com", "chaining", "workflow", "subscription"} {
		rest := strings.TrimPrefix(word, begin)
		if rest != word && rest != "" && rest[0] >= 'A' && rest[0] <= 'Z' {
			return true
		}
	}
	return false
}
