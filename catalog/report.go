package catalog

import "strings"

// Reports are what citizens tell an administration (spec/metadata.md §1.11). Who reports
// is not asked, not kept and not published: the readers of tables leave out the columns
// of Reporter and the rows that are not PublicReport before anything is stored.

// reportStates are the states of a report; all but the last three are "open" of Open311.
var reportStates = []string{"received", "triaged", "assigned", "in_progress", "resolved", "rejected", "duplicate"}

// publicReports are the visibilities of reports that are published.
var publicReports = []string{"public", "anonymous_public"}

// PublicReport reports whether a report of this visibility may be published. What a list
// that is itself public says nothing of, may; who reported is left out anyway.
func PublicReport(visibility string) bool {
	switch enumKey(strings.TrimSpace(visibility)) {
	case "", "public", "anonymouspublic":
		return true
	}
	return false
}

// reporterColumns are what lists of reports say of who reports: those of Open311
// GeoReport v2, and their like.
var reporterColumns = []string{
	"firstname", "lastname", "email", "phone", "accountid", "deviceid", "name", "reporter", "requestor", "author", "user", "userid", "username",
	"nome", "cognome", "segnalante", "autore", "utente", "mittente", "telefono", "cellulare", "codicefiscale", "mail", "contact",
}

// Reporter reports whether a column of a list of reports says who reports, or is part of
// what does: "first_name", "reporter.name".
func Reporter(column string) bool {
	for part := range strings.SplitSeq(column, ".") {
		key := strings.Map(func(r rune) rune {
			if r < 'a' || r > 'z' {
				return -1
			}
			return r
		}, Plain(part))
		for _, c := range reporterColumns {
			if key == c {
				return true
			}
		}
	}
	return false
}

// stateWords are what sources call the states of a report.
var stateWords = map[string]string{
	"open": "received", "new": "received", "aperta": "received", "aperto": "received", "nuova": "received", "inviata": "received", "ricevuta": "received", "submitted": "received",
	"acknowledged": "triaged", "confermata": "triaged", "verificata": "triaged", "assegnata": "assigned", "presa in carico": "assigned", "in carico": "assigned",
	"in progress": "in_progress", "in corso": "in_progress", "in lavorazione": "in_progress", "started": "in_progress",
	"closed": "resolved", "chiusa": "resolved", "chiuso": "resolved", "risolta": "resolved", "risolto": "resolved", "completed": "resolved", "fixed": "resolved", "completata": "resolved",
	"respinta": "rejected", "rifiutata": "rejected", "archived": "rejected", "duplicata": "duplicate", "doppia": "duplicate",
}

// reportState is the state that words say, "" for none of ours.
func reportState(said string) string {
	key := strings.TrimSpace(Plain(strings.ReplaceAll(said, "_", " ")))
	for _, s := range reportStates {
		if enumKey(s) == enumKey(key) {
			return s
		}
	}
	return stateWords[key]
}

// maxReport is how long the text of a report may be, in characters (Open311 GeoReport
// v2, description).
const maxReport = 4000

// report reads the state of a report: h has it as one of ours, what is returned is the
// source's own word, where it is another.
func (n *Normalizer) report(h *Harvested) Properties {
	for _, c := range n.rest {
		if c.name != "state" || c.index < 0 {
			continue
		}
		said := Text(h.Values[c.index])
		state := reportState(said)
		if state == "" || state == said {
			return nil
		}
		h.Values = append([]any(nil), h.Values...)
		h.Values[c.index] = state
		return Properties{{"state_declared", said}}
	}
	return nil
}
