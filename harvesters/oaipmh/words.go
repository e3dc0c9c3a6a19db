package oaipmh

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/antchfx/xmlquery"
	"github.com/antchfx/xpath"

	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// inBest are the texts of elements, each a line, in the language that says them best.
func inBest(nodes []*xmlquery.Node) []string {
	list := paragraphs(nodes)
	for i, s := range list {
		list[i] = line(s)
	}
	return list
}

// line is a text without the breaks and indents of its document.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }

// paragraphs are the texts of elements as they stand there, in Italian, else in the
// language that is not told, else in English, else in the first.
func paragraphs(nodes []*xmlquery.Node) []string {
	byLanguage := map[string][]string{}
	first := ""
	for i, n := range nodes {
		s := xmldoc.Inner(n)
		if s == "" {
			continue
		}
		lang, _, _ := strings.Cut(strings.ToLower(xmldoc.Attr(n, "lang")), "-")
		if lang == "ita" || lang == "eng" {
			lang = lang[:2]
		}
		if i == 0 || first == "" {
			first = lang
		}
		if !slices.Contains(byLanguage[lang], s) {
			byLanguage[lang] = append(byLanguage[lang], s)
		}
	}
	for _, lang := range []string{"it", "", "en"} {
		if list := byLanguage[lang]; len(list) > 0 {
			return list
		}
	}
	return byLanguage[first]
}

// each are the nodes that e selects in all of scope.
func each(scope []*xmlquery.Node, e *xpath.Expr) []*xmlquery.Node {
	var list []*xmlquery.Node
	for _, n := range scope {
		list = append(list, xmldoc.Nodes(n, e)...)
	}
	return list
}

func firstOf(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

func isWeb(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// words are the texts that are no addresses.
func words(list []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return isWeb(s) || strings.HasPrefix(s, "urn:") })
}

func upperFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// tidy ends the sentences of parts that are joined.
func tidy(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return strings.Join(out, "\n\n")
}

var (
	doi    = regexp.MustCompile(`^(?i:https?://(?:dx\.)?doi\.org/|doi:\s*)(10\.\d{4,9}/\S+)$`)
	handle = regexp.MustCompile(`^(?i:https?://hdl\.handle\.net/|hdl:)(\S+)$`)
	scheme = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9.+-]{1,20}):\S`)
)

// schemeOf tells an identifier's scheme by its form (spec §4.2).
func schemeOf(s string) (name, value string) {
	if m := doi.FindStringSubmatch(s); m != nil {
		return "doi", strings.ToLower(m[1])
	}
	if m := handle.FindStringSubmatch(s); m != nil {
		return "handle", m[1]
	}
	if isWeb(s) {
		return "uri", s
	}
	if m := scheme.FindStringSubmatch(s); m != nil {
		return strings.ToLower(m[1]), s
	}
	return "local", s
}

// heritageTypes are the types of spec §1.3 by words that begin in what sources call a
// thing, in Italian, English and the words that both share with others. The first that is
// met counts: a photograph of a palace is a photograph.
var heritageTypes = []struct {
	code  string
	words []string
}{
	{"photographic", []string{"fotograf", "photo", "negativ", "diapositiv", "dagherrotip", "daguerreotyp", "stillimage", "still image"}},
	{"archaeological", []string{"archeolog", "archaeolog", "archeological", "reperto", "anfora", "amphora", "necropoli", "findspot"}},
	{"numismatic", []string{"numismat", "moneta", "monete", "medagli", "coin", "medal", "banconot"}},
	{"musical", []string{"strumento musicale", "strumenti musicali", "musical instrument", "organo a canne", "violino", "violin", "spartito", "sheet music"}},
	{"natural", []string{"fossil", "mineral", "erbario", "herbarium", "specimen", "botanic", "zoolog", "geolog"}},
	{"scientific", []string{"scientif", "science and technology", "tecnic", "technolog", "locomotiv", "microscop", "telescop", "astrolab"}},
	{"demo-ethno", []string{"demoetno", "etnograf", "etnolog", "ethnograph", "ethnolog", "folklor"}},
	{"archival", []string{"archiv", "pergamena", "documento", "lettera manoscritta", "charter", "registro"}},
	{"library", []string{"manoscritt", "manuscript", "libro", "libri", "book", "article", "articolo", "tesi", "thesis", "rivista", "journal", "periodic", "incunabol", "report", "text", "monograph", "a stampa"}},
	{"architectural", []string{"chiesa", "palazzo", "villa", "castell", "campanile", "convent", "edificio", "architett", "architect", "church", "building", "fontana", "fountain", "ponte", "parco", "giardin", "garden", "viale", "torre", "monument"}},
	{"artistic", []string{"dipint", "scultur", "painting", "sculptur", "stamp", "disegn", "drawing", "print", "statua", "statue", "affresc", "fresco", "ceramic", "tessut", "textile", "arazz", "tapestr", "gioiell", "jewel", "mobile", "furniture", "busto", "bust", "ritratt", "portrait", "olio su", "oil", "marmo", "purse", "work of art", "opera d'arte"}},
	{"intangible", []string{"immaterial", "intangible", "tradizione orale", "oral tradition"}},
}

// heritageType is the type that one of the texts says, "" for none.
func heritageType(texts ...string) string {
	for _, t := range heritageTypes {
		for _, s := range texts {
			s = " " + strings.ToLower(s)
			for _, w := range t.words {
				if i := strings.Index(s, w); i > 0 && !unicode.IsLetter(rune(s[i-1])) {
					return t.code
				}
			}
		}
	}
	return ""
}

// open reports whether rights let a picture be shown elsewhere: Creative Commons,
// public domain. No statement of rightsstatements.org does: "no copyright" there
// comes with contracts or other laws, such as that on cultural heritage.
func open(rights string) bool {
	rights = strings.ToLower(rights)
	return strings.Contains(rights, "creativecommons.org/") || strings.HasPrefix(rights, "cc0") || strings.HasPrefix(rights, "cc by") || strings.HasPrefix(rights, "cc-by") ||
		strings.Contains(rights, "public domain") || strings.Contains(rights, "pubblico dominio")
}
