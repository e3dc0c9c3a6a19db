package catalog

import "time"

// patronDays are the feasts of patron saints, which by the collective agreements are
// public holidays in their municipality alone, by ISTAT code: month, day. Those of
// the capitals of Tuscany's provinces and of municipalities whose feast the local
// press announces as such; of others none is assumed.
var patronDays = map[string][2]int{
	"100005": {12, 26}, // Prato, Santo Stefano
	"100002": {9, 29},  // Carmignano, San Michele
	"048017": {6, 24},  // Firenze, San Giovanni Battista
	"047014": {7, 25},  // Pistoia, San Jacopo
	"046017": {7, 12},  // Lucca, San Paolino
	"050026": {6, 17},  // Pisa, San Ranieri
	"049009": {5, 22},  // Livorno, Santa Giulia
	"051002": {8, 7},   // Arezzo, San Donato
	"052032": {12, 1},  // Siena, Sant’Ansano
	"053011": {8, 10},  // Grosseto, San Lorenzo
	"045010": {10, 4},  // Massa, San Francesco
	"048010": {2, 1},   // Castelfiorentino, Santa Verdiana
	"048012": {7, 3},   // Certaldo, San Tommaso
	"052028": {1, 31},  // San Gimignano, San Gimignano
	"048001": {6, 29},  // Bagno a Ripoli, Santi Pietro e Paolo
	"048046": {6, 29},  // Vaglia
	"046002": {6, 29},  // Bagni di Lucca
	"046009": {6, 29},  // Castelnuovo di Garfagnana
	"046023": {6, 29},  // Piazza al Serchio
	"047002": {6, 29},  // Agliana
	"052003": {6, 29},  // Buonconvento
}

// PatronDay is the day of the year, counted as in a leap year, of the patron saint
// of the municipality with an ISTAT code; 0 when we do not know it.
func PatronDay(istat string) int16 {
	if d, ok := patronDays[istat]; ok {
		return yearDay(time.Month(d[0]), d[1])
	}
	return 0
}

// PatronDays are all that we know, by ISTAT code.
func PatronDays() map[string]int16 {
	days := make(map[string]int16, len(patronDays))
	for istat := range patronDays {
		days[istat] = PatronDay(istat)
	}
	return days
}
