package catalog

// offices are words that names of offices and bodies have, and names of persons
// do not.
var offices = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range Words(`ufficio uffici settore servizio servizi area direzione redazione sportello comune provincia regione unione citta ente azienda
		open data opendata info protocollo segreteria centro biblioteca museo archivio istituto istituzione agenzia dipartimento unita sistema sit ced urp
		universita consorzio fondazione societa autorita ministero prefettura polizia staff sezione governo struttura geoportale
		office department service services support help desk helpdesk contact city council agency direction bureau institute institut unit team head manager`) {
		m[w] = true
	}
	return m
}()

// IsOffice reports whether a name is plainly that of an office or body, and not
// of a person.
func IsOffice(name string) bool {
	for _, w := range Words(name) {
		if offices[w] {
			return true
		}
	}
	return false
}
