package portal

import (
	"slices"

	"po-net.prato.it/ponet/catalog"
)

// parties are who can put something right, as the keys of the texts chi.*.
var parties = map[catalog.Party]string{
	catalog.PartyPublisher: whoWrites, catalog.PartySystem: whoRuns, catalog.PartyUs: whoReads, catalog.PartyNobody: whoNobody,
}

const (
	whoWrites = "scheda"
	whoRuns   = "sistema"
	whoReads  = "portale"
	whoNobody = "nessuno"
)

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

// whoCanMend is who can mend what a whole reading failed of.
func whoCanMend(fault string) string {
	for who, names := range faultsOf {
		if slices.Contains(names, fault) {
			return who
		}
	}
	return whoRuns
}
