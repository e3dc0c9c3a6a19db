package match

import (
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// maxNames is how many names of a subject are compared with how many of the other.
const maxNames = 6

// Prepared is a subject made ready: what is compared often is read once.
type Prepared struct {
	kind      catalog.Kind
	title     string
	families  []string // the main one first
	belongs   bool     // its name says that it belongs to something
	grades    int
	names     []name
	position  position
	addresses []address
	words     string // the address as it is said
	postcode  string
	province  string
	town      string
	townWords []string
	istat     string
	red       bool // a town in which letters r behind a number are a colour
	phones    []string
	sites     []site
	mails     []string
	organizer name
	start     moment
	ids       []catalog.Identifier
}

// Prepare reads s. What cannot be read is as if it were missing.
func Prepare(s Subject) *Prepared {
	p := &Prepared{kind: s.Kind, title: strings.TrimSpace(s.Title), words: strings.TrimSpace(s.Address), istat: s.ISTATCode}
	if !p.kind.Valid() {
		p.kind = catalog.KindFeature
	}
	p.townWords = townWords(s.Municipality)
	p.town = strings.Join(p.townWords, " ")
	if p.families = familiesOf(s.Title); p.kind == catalog.KindAdminArea || len(p.families) > 0 && slices.Contains([]string{"town", "province", "region"}, p.families[0]) {
		p.townWords = nil // here the name of the town is the name of the thing
	}
	for _, title := range append([]string{s.Title}, s.Alternatives...) {
		for _, variant := range variants(title) {
			n := newName(variant, p.townWords)
			if len(n.tokens)+len(n.numbers) > 0 && len(p.names) < maxNames {
				p.names = append(p.names, n)
			}
		}
	}
	p.belongs = belongs(s.Title)
	p.families = familiesOf(s.Type)
	for _, f := range familiesOf(s.Title) {
		if !slices.Contains(p.families, f) {
			p.families = append(p.families, f)
		}
	}
	if p.grades = gradesOf(s.Title); p.grades == 0 {
		p.grades = gradesOf(s.Type)
	}
	p.position = newPosition(s.Geometry, s.AccuracyMetres)
	p.addresses, p.postcode, p.province = parseAddresses(s.Address, p.townWords)
	if s.Postcode != "" {
		p.postcode = s.Postcode
	}
	p.red = p.town == "" || slices.Contains([]string{"firenze", "genova", "savona"}, p.town)
	p.phones, p.sites, p.mails = parsePhones(s.Phone), parseSites(s.Website), parseMails(s.Email)
	if p.kind == catalog.KindOrganization {
		for i := range p.sites {
			p.sites[i].own = true
		}
	}
	if s.Organizer != "" {
		p.organizer = newName(s.Organizer, p.townWords)
	}
	p.start = readMoment(s.Start)
	p.ids = identifiersOf(p.kind, s.IDs)
	return p
}

// townWords are the words of a municipality's Italian name.
func townWords(municipality string) []string {
	var first []string
	for part := range strings.SplitSeq(municipality, "/") {
		part, _, _ = strings.Cut(part, "(")
		if italian, ok := secondNames[strings.Join(catalog.Words(part), " ")]; ok {
			return fold(italian)
		}
		if first == nil {
			first = fold(part)
		}
	}
	return first
}

// variants are the names in one title: two languages with a slash between them
// are two names.
func variants(title string) []string {
	parts := strings.Split(title, "/")
	if len(parts) != 2 || len(strings.TrimSpace(parts[0])) < 4 || len(strings.TrimSpace(parts[1])) < 4 {
		return []string{title}
	}
	return append(parts, title)
}
