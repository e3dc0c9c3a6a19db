package match

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// A Reason is one thing that speaks for or against: a code, what the two say,
// and how much it weighs (natural logarithm of the odds; a rule has no weight).
type Reason struct {
	Code   string
	A, B   string
	Metres float64
	Weight float64
}

// featureNames are the first half of the codes of reasons, in the order of the features.
var featureNames = [nFeatures]string{"name", "area", "number", "branch", "type", "grade", "distance", "address", "town", "phone", "site", "mail", "date", "organizer", "identifier"}

// levelNames are the second half of the codes.
var levelNames = map[int][]string{
	fName:     {"", "equal", "common", "contained", "strong", "partial", "weak", "none", "generic", "half-generic", "within"},
	fAddress:  {"", "door", "letter", "street", "number", "else"},
	fDistance: {"", "20", "75", "200", "600", "2000", "10000", "more"},
	fDate:     {"", "same", "hour", "other"},
}

// plainLevels name the levels of the other features.
var plainLevels = []string{"", "equal", "near", "unlike", "one-sided"}

// codes are the codes of all levels, put together once.
var codes = func() (all [nFeatures][maxLevels]string) {
	for f := range all {
		for l := range all[f] {
			all[f][l] = newCode(f, l)
		}
	}
	return all
}()

func code(feature int, level uint8) string { return codes[feature][level] }

// newCode is the name of the feature and that of the level.
func newCode(feature, level int) string {
	names, ok := levelNames[feature]
	if feature == fArea {
		names, ok = levelNames[fName], true
	}
	if !ok {
		names = plainLevels
	}
	if level >= len(names) {
		return ""
	}
	return featureNames[feature] + "-" + names[level]
}

// least is the weight from which on a reason is told.
const least = 0.2

// reasons are what weighs in v, the weightiest first.
func (v *vector) reasons(a, b *Prepared) []Reason {
	list := make([]Reason, 0, 8)
	for f, level := range v.levels {
		w := weights[f][level]
		if level == 0 || math.Abs(w) < least {
			continue
		}
		r := Reason{Code: code(f, level), Weight: w}
		switch f {
		case fName, fArea, fNumber, fBranch:
			r.A, r.B = a.title, b.title
		case fFamily:
			r.A, r.B = strings.Join(a.families, ", "), strings.Join(b.families, ", ")
		case fGrade:
			r.A, r.B = grades(a.grades), grades(b.grades)
		case fDistance:
			r.Metres = v.metres
		case fAddress:
			r.A, r.B = a.words, b.words
		case fTown:
			r.A, r.B = a.place(), b.place()
		case fPhone:
			r.A = v.phone
		case fSite:
			r.A = v.site
		case fMail:
			r.A = v.mail
		case fDate:
			r.A, r.B = a.start.day, b.start.day
		case fIdentifier:
			r.A, r.B = v.ids[1].Scheme+" "+v.ids[1].Value, v.ids[2].Value
		}
		list = append(list, r)
	}
	slices.SortStableFunc(list, func(r, s Reason) int { return cmp.Compare(math.Abs(s.Weight), math.Abs(r.Weight)) })
	return list
}

func (p *Prepared) place() string {
	return cmp.Or(p.town, p.istat, p.postcode)
}

// words are the reasons in English; %a and %b stand for what the two say, %m for metres.
var words = map[string]string{
	"identifier-equal":   "both have the identifier %a",
	"identifier-differs": "%a is not %b: a thing has only one",
	"identifier-unlike":  "they have different identifiers: %a and %b",
	"kind-differs":       "one is of the kind %a, the other %b",

	"name-equal": "the names agree: «%a» and «%b»", "name-common": "the names agree, but many things are called so: «%a» and «%b»",
	"name-contained": "one name contains the other: «%a» and «%b»", "name-strong": "most of the names agrees: «%a» and «%b»",
	"name-partial": "part of the names agrees: «%a» and «%b»", "name-weak": "little of the names agrees: «%a» and «%b»",
	"name-none": "the names have nothing in common: «%a» and «%b»", "name-generic": "both names say only what sort of thing it is: «%a»",
	"name-half-generic": "one name says only what sort of thing it is: «%a» and «%b»",
	"name-within":       "one name says only what sort of thing it is, and the other says that too: «%a» and «%b»",
	"number-equal":      "the numbers in the names agree", "number-near": "some of the numbers in the names agree", "number-unlike": "the numbers in the names differ: «%a» and «%b»",
	"number-one-sided": "only one name has a number: «%a» and «%b»",
	"branch-unlike":    "one name is of a branch: «%a» and «%b»",
	"type-equal":       "both are of the type %a", "type-near": "%a and %b may be one thing", "type-unlike": "one is of the type %a, the other %b",
	"grade-equal": "schools of one grade: %a", "grade-near": "schools that share a grade: %a and %b", "grade-unlike": "schools of different grades: %a and %b",
	"distance-20": "they lie %m m apart", "distance-75": "they lie %m m apart", "distance-200": "they lie %m m apart", "distance-600": "they lie %m m apart",
	"distance-2000": "they lie %m m apart", "distance-10000": "they lie %m m apart", "distance-more": "they lie %m m apart",
	"address-door": "the same street and number: «%a» and «%b»", "address-letter": "the same number with another letter: «%a» and «%b»", "address-street": "the same street, one without a number: «%a» and «%b»",
	"address-number": "the same street, another door: «%a» and «%b»", "address-else": "another street: «%a» and «%b»",
	"town-equal": "the same municipality: %a", "town-near": "the same municipality: %a", "town-unlike": "different municipalities: %a and %b",
	"phone-equal": "the same telephone: %a", "phone-near": "telephones of one switchboard or company", "phone-unlike": "different telephones",
	"site-equal": "the same website: %a", "site-near": "pages of one website: %a", "site-unlike": "different websites",
	"mail-equal": "the same e-mail: %a", "mail-near": "e-mail of one body: %a", "mail-unlike": "different e-mail",
	"date-same": "the same day: %a", "date-hour": "the same day at another hour: %a", "date-other": "different days: %a and %b",
	"organizer-equal": "the same organiser", "organizer-near": "organisers with similar names", "organizer-unlike": "different organisers",

	"family-apart": "they are different sorts of things: one building may hold several",
	"family-near":  "they may be one thing or two in one place: a person must say", "two-of-a-kind": "two of one sort in two places", "grades-apart": "schools of different grades are different places, also at one address",
	"numbers-apart": "different numbers in the names are different things", "branch": "one may be a branch of the other: a person must say",
	"part":        "one may be a part of the other: a person must say",
	"towns-apart": "they lie in different municipalities", "nameless": "their names do not say that they are one: a person must say", "far-apart": "they lie far apart: a person must say",
	"own-words": "each name has words of its own: a person must say", "stop": "stops on the two sides of a street have one name: a person must say",
	"more-said": "one name says much more than the other: a person must say", "half-named": "one name says only what sort of thing it is: a person must say",
	"other-door": "they have two addresses: a person must say", "stops-apart": "stops that lie apart are different stops",
	"without-name": "one has no name, and nothing else says that they are one",
	"nowhere":      "nothing says where both are: a person must say", "event": "events are joined only when title, time, place and organiser agree: a person must say",
	"event-day": "events of different days are different events", "heritage": "heritage items are joined only by their catalogue number: a person must say",
	"dataset": "datasets are joined only by their identifiers: a person must say", "unmapped": "one has no kind: a person must say",
}

// Words is r in English.
func (r Reason) Words() string {
	text, ok := words[r.Code]
	if !ok {
		if rest, found := strings.CutPrefix(r.Code, "area-"); found {
			text = words["name-"+rest]
		} else {
			text = r.Code
		}
	}
	return strings.NewReplacer("%a", r.A, "%b", r.B, "%m", fmt.Sprintf("%.0f", r.Metres)).Replace(text)
}
