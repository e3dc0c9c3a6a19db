package portal

import "slices"

// Who can put something right, as the keys of the texts chi.*: whoever writes
// the data, whoever runs the site or program that they come from, whoever runs this
// portal, or nobody since nothing is to be done.
const (
	whoWrites = "scheda"
	whoRuns   = "sistema"
	whoReads  = "portale"
	whoNobody = "nessuno"
)

// rulesOf are the rules that others than who writes the data can keep.
var rulesOf = map[string][]string{
	whoRuns: {
		"axes-swapped", "datastream-unreadable", "document-repaired", "document-unreadable", "end-missing", "entry-unreadable", "guid-repeated",
		"id-missing", "item-unreadable", "jsonld-unreadable", "key-missing", "line-unreadable", "metadata-missing", "package-unreadable",
		"page-unreadable", "record-unreadable", "record-without-id", "row-not-object", "thing-unreadable", "time-in-future", "uid-missing",
	},
	whoReads: {
		"metadata-unknown", "next-page-not-read", "quality-unknown", "station-unknown",
	},
	whoNobody: {
		"card-no-thing", "event-private", "record-not-dataset", "stored-before",
	},
}

// faultsOf are the faults of whole readings (guasto.*) by who can mend them.
var faultsOf = map[string][]string{
	whoWrites: {
		"grande", "pagina", "sparito", "vuoto",
	},
	whoReads: {
		"altro", "lento", "privato", "tipo",
	},
	whoNobody: {
		"occupato",
	},
}

// whoCan is who can put right what breaks a rule.
func whoCan(rule string) string { return among(rulesOf, rule, whoWrites) }

// whoCanMend is who can mend what a whole reading failed of.
func whoCanMend(fault string) string { return among(faultsOf, fault, whoRuns) }

func among(lists map[string][]string, name, otherwise string) string {
	for who, names := range lists {
		if slices.Contains(names, name) {
			return who
		}
	}
	return otherwise
}
