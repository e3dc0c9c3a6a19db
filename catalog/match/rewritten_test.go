package match

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

// rewrittenFrom are the registers of which some rows are learned from once more,
// as another register would write them: few real things stand in two of the
// sources that we have, and most of those in two languages. They are never tested on.
var rewrittenFrom = []struct {
	file string
	rows int
}{
	{"csv/iccu-anagrafe-biblioteche.csv", 300}, {"csv/mim-scuole-paritarie-2023-24.csv", 150}, {"csv/consultori-italia.csv", 60}, {"geojson/mibact-luoghi-cultura-sisma.geojson", 50}, {"csv/vetrina-toscana-botteghe-prato.csv", 30},
}

// rewrittenPairs are rows of the learning half and what they may look like elsewhere.
func rewrittenPairs(t *testing.T, h halves) [][2]*Prepared {
	read := allRead
	rnd := rand.New(rand.NewPCG(1, 2))
	var pairs [][2]*Prepared
	for _, from := range rewrittenFrom {
		all := source(t, read, from.file)
		left := from.rows
		for _, k := range sortedKeys(all) {
			if rnd.IntN(len(all)) >= 2*from.rows || left == 0 || h.test(from.file+"\x00"+k) || all[k].Title == "" {
				continue
			}
			left--
			pairs = append(pairs, [2]*Prepared{Prepare(all[k]), Prepare(rewritten(all[k], rnd))})
		}
	}
	return pairs
}

// rewritten is s as another register may have it.
func rewritten(s Subject, rnd *rand.Rand) Subject {
	sometimes := func(share float64) bool { return rnd.Float64() < share }
	words := fields(s.Title)
	for i, w := range words {
		plain := strings.Trim(w, `"'“”`)
		switch {
		case sometimes(0.5) && (strings.EqualFold(plain, "san") || strings.EqualFold(plain, "santa")):
			words[i] = "S."
		case i > 1 && i < len(words)-1 && len(plain) > 4 && sometimes(0.08):
			words[i] = plain[:1] + "." // a first name, mostly
		case i > 2 && sometimes(0.06):
			words[i] = "" // less is said
		case len(plain) > 6 && sometimes(0.02):
			words[i] = plain[:3] + plain[4:] // a slip of the pen
		}
	}
	s.Title = strings.Join(fields(strings.Join(words, " ")), " ")
	if sometimes(0.1) && s.Municipality != "" {
		s.Title += " di " + s.Municipality
	}
	if sometimes(0.4) {
		s.Title, s.Address, s.Municipality = strings.ToUpper(s.Title), strings.ToUpper(s.Address), strings.ToUpper(s.Municipality)
	}
	for long, short := range map[string]string{"via ": "V. ", "Via ": "V.", "piazza ": "P.za ", "Piazza ": "P.zza ", "viale ": "V.le ", "VIALE ": "V.LE ", "corso ": "C.so "} {
		if strings.HasPrefix(s.Address, long) && sometimes(0.4) {
			s.Address = short + strings.TrimPrefix(s.Address, long)
		}
	}
	if sometimes(0.12) {
		s.Address = strings.TrimRight(s.Address, "0123456789/, ") // no number
	}
	if sometimes(0.12) {
		s.Address = "Via di un'altra sede" // it moved, or has two entrances
	}
	if p, ok := s.Geometry.(orb.Point); ok {
		metres := 60 * math.Abs(rnd.NormFloat64())
		if sometimes(0.08) {
			metres *= 8 // geocoded to the street or the town
		}
		angle := rnd.Float64() * 2 * math.Pi
		s.Geometry = orb.Point{p[0] + metres/metresPerDegree*math.Cos(angle)/0.73, p[1] + metres/metresPerDegree*math.Sin(angle)}
	}
	s.AccuracyMetres, s.ISTATCode = 0, ""
	drop := func(share float64, field *string) {
		if sometimes(share) {
			*field = ""
		}
	}
	drop(0.5, &s.Phone)
	drop(0.5, &s.Email)
	drop(0.5, &s.Website)
	drop(0.2, &s.Address)
	drop(0.5, &s.Postcode)
	drop(0.3, &s.Type)
	if sometimes(0.2) {
		s.Phone = "0574 100200"
	}
	if sometimes(0.25) {
		s.Geometry = nil
	}
	return s
}
