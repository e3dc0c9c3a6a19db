package catalog

import "slices"

// A Party is who can put a fault right. What is ours to put right is never told as
// the publisher's.
type Party string

// The parties.
const (
	PartyPublisher Party = "publisher" // whoever writes the data
	PartySystem    Party = "system"    // whoever runs the site or program that the data come from
	PartyUs        Party = "portal"    // whoever runs this portal: a mapping, a word that no vocabulary of ours has
	PartyNobody    Party = "nobody"    // nothing is to be done
)

// RulesOf is the one table of whose the rules of issues are to keep; those that are
// not in it are whoever writes the data's.
//
// A word of free text that none of our vocabularies has, a value that is not what
// our model wants of a column that has the same name, a position that our repair or
// transform gave up: the publisher has written nothing wrong. The vocabularies of
// datasets (themes, frequency, licence, language, format) are another matter, since
// publishers are asked to use them (DCAT-AP_IT).
var RulesOf = map[Party][]string{
	PartySystem: {
		"axes-swapped", "datastream-unreadable", "document-repaired", "document-unreadable", "end-missing", "entry-unreadable", "guid-repeated",
		"id-missing", "item-unreadable", "jsonld-unreadable", "key-missing", "line-unreadable", "metadata-missing", "package-unreadable",
		"page-unreadable", "record-unreadable", "record-without-id", "row-not-object", "thing-unreadable", "time-in-future", "uid-missing",
	},
	PartyUs: {
		"metadata-unknown", "next-page-not-read", "quality-unknown", "station-unknown", "term-unknown", "type-unknown", "unit-unknown", "value-unfit",
	},
	PartyNobody: {
		"card-no-thing", "event-private", "record-not-dataset", "stored-before",
	},
}

// PartyOf is who can put right what breaks a rule.
func PartyOf(rule string) Party {
	for party, rules := range RulesOf {
		if slices.Contains(rules, rule) {
			return party
		}
	}
	return PartyPublisher
}

// What a rule says of so many descriptions of a run it says of how we read them.
const (
	systematicLeast = 10  // descriptions; of fewer nothing can be told
	systematicShare = 0.9 // of all that were read
)

// mappable are the rules that a wrong mapping breaks: of a column that holds
// something else than we take it for.
var mappable = []string{
	"date-unreadable", "end-before-start", "municipality-mismatch", "position-incomplete", "position-outside-italy", "position-unreadable", "position-zero",
	"time-unreadable", "title-missing", "value-type", "value-unreadable", "phone-unreadable", "email-unreadable", "website-unreadable",
}

// PartyIn is PartyOf in a run that broke the rule times times and read so many
// descriptions: what nearly all of them have is likely to be our mapping, which
// takes a column for what it is not, and ours to look at first.
func PartyIn(rule string, times, read int64) Party {
	if slices.Contains(mappable, rule) && read >= systematicLeast && float64(times) >= systematicShare*float64(read) {
		return PartyUs
	}
	return PartyOf(rule)
}
