package match

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// A Verdict is what follows from a comparison.
type Verdict string

// The verdicts: one thing, for a person to say, two things.
const (
	Same      Verdict = "same"
	Review    Verdict = "review"
	Different Verdict = "different"
)

// The thresholds of the score: at Automatic and above two records are one
// without being asked, below ToReview nobody is asked.
const (
	Automatic = 0.85
	ToReview  = 0.25
)

// certain is the score that a hard identifier gives; no register is without errors.
const certain = 0.999

// A Decision says whether two subjects are one thing. Score is the probability
// that they are, 0 to 1, as counted on pairs that were not used for learning
// (see docs/matching.md); Reasons come with the weightiest first.
type Decision struct {
	Verdict Verdict
	Score   float64
	Reasons []Reason
}

// A Comparer compares with what is known about the whole catalogue.
type Comparer struct {
	// Shared are phone numbers, addresses of mail and hosts that carry no weight,
	// because more than five records have them (spec/metadata.md §4.3, rule 6), as
	// SharedKeys writes them, and identifiers that a source has given twice, as
	// Subject.Numbers writes them.
	Shared map[string]struct{}
}

// Compare is the decision on two subjects of which nothing else is known.
// It does not depend on their order.
func Compare(a, b Subject) Decision { return new(Comparer).Compare(Prepare(a), Prepare(b)) }

// Compare is the decision on two prepared subjects.
func (c *Comparer) Compare(a, b *Prepared) Decision {
	v := c.vector(a, b)
	return v.decide(a, b)
}

// The features that are compared.
const (
	fName = iota
	fArea // the name of a municipality or region
	fNumber
	fBranch
	fFamily
	fGrade
	fDistance
	fAddress
	fTown
	fPhone
	fSite
	fMail
	fDate
	fOrganizer
	fIdentifier // of a scheme that is no key when it differs
	nFeatures
)

// maxLevels is more than any feature has.
const maxLevels = 12

// A vector is how two subjects agree in every feature; level 0 is missing.
type vector struct {
	levels  [nFeatures]uint8
	metres  float64
	names   [2]int // the two names that agree best
	own     bool   // each name has words of its own
	both    int    // what the names have in common, thousandths of words
	extra   int    // what one name says more, thousandths of words
	phone   string
	site    string
	mail    string
	ids     [3]catalog.Identifier // the equal one; two that differ
	joined  bool
	differ  bool
	vetoed  bool
	apart   bool // kinds that are never one
	areas   bool // both are municipalities, provinces or regions
	stops   bool // both are stops of public transport
	strange bool // a row without kind against one with
}

// The levels of what is either alike or not.
const (
	_ = iota
	alike
	close
	unlike
	oneSided
)

func (c *Comparer) vector(a, b *Prepared) *vector {
	v := &vector{}
	v.apart = a.kind != b.kind && a.kind != catalog.KindFeature && b.kind != catalog.KindFeature
	v.strange = a.kind != b.kind
	v.areas = a.kind == catalog.KindAdminArea && b.kind == catalog.KindAdminArea
	v.stops = slices.Contains(a.families, "stop") && slices.Contains(b.families, "stop")
	v.ids[0], v.ids[1], v.ids[2], v.joined, v.differ, v.vetoed = compareIdentifiers(without(c, a.ids, numberKey), without(c, b.ids, numberKey))
	if v.differ && !v.vetoed {
		v.levels[fIdentifier] = unlike
	}
	c.compareTitles(v, a, b)
	v.levels[fFamily] = familyLevel(a.families, b.families)
	if v.joined && (v.ids[0].Scheme == "cf" || v.ids[0].Scheme == "piva") && v.levels[fFamily] == unlike {
		v.joined = false // a body may share its tax code with its schools: spec/metadata.md §1.7, Trap
	}
	if a.grades != 0 && b.grades != 0 {
		switch {
		case a.grades == b.grades:
			v.levels[fGrade] = alike
		case a.grades&b.grades != 0:
			v.levels[fGrade] = close
		default:
			v.levels[fGrade] = unlike
		}
	}
	comparePlaces(v, a, b)
	c.compareContacts(v, a, b)
	v.levels[fDate] = uint8(compareMoments(a.start, b.start))
	if len(a.organizer.tokens) > 0 && len(b.organizer.tokens) > 0 {
		v.levels[fOrganizer] = unlike
		switch l := compareNames(&a.organizer, &b.organizer, nil, nil, false); l.level() {
		case nameEqual, nameCommon, nameGeneric, nameStrong:
			v.levels[fOrganizer] = alike
		case nameContained, namePartial:
			v.levels[fOrganizer] = close
		}
	}
	return v
}

// compareTitles finds the two names that agree best.
func (c *Comparer) compareTitles(v *vector, a, b *Prepared) {
	best := likeness{}
	level := nameMissing
	for i := range a.names {
		for j := range b.names {
			l := compareNames(&a.names[i], &b.names[j], a.townWords, b.townWords, v.areas)
			at := l.level()
			better := cmp.Or(cmp.Compare(rank[at], rank[level]), cmp.Compare(l.share(), best.share()))
			if better == 0 { // so that the order of the two changes nothing
				better = comparePair(&a.names[v.names[0]], &b.names[v.names[1]], &a.names[i], &b.names[j])
			}
			if level == nameMissing || better > 0 {
				best, level, v.names = l, at, [2]int{i, j}
			}
		}
	}
	v.own, v.extra, v.both = best.ownWords(), best.extra(), best.both
	if level == nameMissing {
		return
	}
	if v.areas {
		v.levels[fArea] = uint8(level)
		return
	}
	v.levels[fName] = uint8(level)
	n, m := &a.names[v.names[0]], &b.names[v.names[1]]
	switch {
	case len(n.numbers) == 0 && len(m.numbers) == 0:
	case slices.Equal(n.numbers, m.numbers):
		v.levels[fNumber] = alike
	case len(n.numbers) == 0 || len(m.numbers) == 0:
		v.levels[fNumber] = oneSided
	case slices.ContainsFunc(n.numbers, func(d string) bool { return slices.Contains(m.numbers, d) }):
		v.levels[fNumber] = close
	default:
		v.levels[fNumber] = unlike
	}
	if !slices.Equal(n.branch, m.branch) {
		v.levels[fBranch] = unlike
	}
}

// comparePair orders pairs of names, whichever of the two comes first: positive when a and b
// come after c and d.
func comparePair(a, b, c, d *name) int {
	return cmp.Or(strings.Compare(min(a.key, b.key), min(c.key, d.key)), strings.Compare(max(a.key, b.key), max(c.key, d.key)))
}

// rank orders the levels of names from worst to best.
var rank = [nameLevels]int{nameMissing: -1, nameNone: 0, nameHalfGeneric: 1, nameWeak: 2, namePartial: 3, nameWithin: 4, nameGeneric: 5, nameContained: 6, nameStrong: 7, nameCommon: 8, nameEqual: 9}

// comparePlaces compares where two subjects are.
func comparePlaces(v *vector, a, b *Prepared) {
	if a.position.known && b.position.known {
		v.metres = metres(&a.position, &b.position)
		v.levels[fDistance] = uint8(distanceLevel(v.metres, a.position.accuracy+b.position.accuracy))
	}
	v.levels[fAddress] = uint8(compareAddresses(a.addresses, b.addresses, a.red && b.red))
	v.levels[fTown] = townLevel(a, b, v.areas)
	if v.levels[fTown] == unlike && v.levels[fDistance] != 0 && v.metres <= sameTownMetres && (a.istat == "" || b.istat == "") {
		v.levels[fTown] = 0 // the same town in two languages, or a hamlet of it
	}
	switch {
	case v.levels[fTown] == unlike && v.levels[fAddress] != 0:
		v.levels[fAddress] = addressElse // Via Roma of another town is another street
	case v.levels[fTown] == alike && v.levels[fAddress]+v.levels[fDistance] != 0:
		v.levels[fTown] = close // said already, and better
	}
}

// sameTownMetres is how near two things lie that the names of two towns do not
// tell apart.
const sameTownMetres = 600

// townLevel compares municipalities: by code, by name, by postcode.
func townLevel(a, b *Prepared, areas bool) uint8 {
	equal, said := false, false
	switch {
	case a.istat != "" && b.istat != "":
		equal, said = a.istat == b.istat, true
	case a.town != "" && b.town != "":
		equal, said = a.town == b.town || slip(a.town, b.town), true
		if equal && a.province != "" && b.province != "" && a.province != b.province {
			equal = false
		}
	case len(a.postcode) == 5 && len(b.postcode) == 5:
		equal, said = a.postcode[:3] == b.postcode[:3], true
	case areas && a.province != "" && b.province != "":
		equal, said = a.province == b.province, true
	}
	switch {
	case !said:
		return 0
	case equal:
		return alike
	}
	return unlike
}

// compareContacts compares phones, sites and mail, but for what too many share.
func (c *Comparer) compareContacts(v *vector, a, b *Prepared) {
	var level int
	level, v.phone = comparePhones(without(c, a.phones, same), without(c, b.phones, same))
	v.levels[fPhone] = uint8(level)
	level, v.site = compareSites(without(c, a.sites, site.name), without(c, b.sites, site.name))
	v.levels[fSite] = uint8(level)
	level, v.mail = compareMails(without(c, a.mails, same), without(c, b.mails, same))
	v.levels[fMail] = uint8(level)
}

// without is list without what too many records share; key is what Shared calls it.
func without[T any](c *Comparer, list []T, key func(T) string) []T {
	if len(c.Shared) == 0 || len(list) == 0 {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), func(v T) bool {
		_, ok := c.Shared[key(v)]
		return ok
	})
}

func same(s string) string { return s }

// sum is the weight of everything, the logarithm of the odds.
func (v *vector) sum() float64 {
	sum := bias
	for f, level := range v.levels {
		sum += weights[f][level]
	}
	return sum
}

func probability(logOdds float64) float64 { return 1 / (1 + math.Exp(-logOdds)) }

// decide makes a decision of v: identifiers first, then the sum, then the rules.
func (v *vector) decide(a, b *Prepared) Decision {
	d := Decision{}
	switch {
	case v.vetoed:
		d = Decision{Verdict: Different, Score: 1 - certain, Reasons: []Reason{{Code: "identifier-differs", A: v.ids[1].Scheme + " " + v.ids[1].Value, B: v.ids[2].Value, Weight: -math.Log(certain / (1 - certain))}}}
		return d
	case v.apart:
		d = Decision{Verdict: Different, Score: 1 - certain, Reasons: []Reason{{Code: "kind-differs", A: string(a.kind), B: string(b.kind), Weight: -math.Log(certain / (1 - certain))}}}
		return d
	case v.joined:
		return Decision{Verdict: Same, Score: certain, Reasons: []Reason{{Code: "identifier-equal", A: v.ids[0].Scheme + " " + v.ids[0].Value, B: v.ids[0].Value, Weight: math.Log(certain / (1 - certain))}}}
	}
	d.Score = probability(v.sum())
	d.Reasons = v.reasons(a, b)
	for _, r := range rules {
		if !r.holds(v, a, b) {
			continue
		}
		if limit := r.limit(); d.Score > limit {
			d.Score = limit
			d.Reasons = append([]Reason{{Code: r.code}}, d.Reasons...)
		}
	}
	switch {
	case d.Score >= Automatic:
		d.Verdict = Same
	case d.Score >= ToReview:
		d.Verdict = Review
	default:
		d.Verdict = Different
	}
	return d
}
