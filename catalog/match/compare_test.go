package match

import (
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"po-net.prato.it/ponet/catalog"
)

// north is a point so many metres north of the middle of Prato.
func north(metres float64) orb.Geometry { return orb.Point{11.0965, 43.8805 + metres/metresPerDegree} }

func place(title, address, town string, more ...func(*Subject)) Subject {
	s := Subject{Kind: catalog.KindPlace, Title: title, Address: address, Municipality: town}
	for _, m := range more {
		m(&s)
	}
	return s
}

func at(g orb.Geometry) func(*Subject) { return func(s *Subject) { s.Geometry = g } }
func phone(p string) func(*Subject)    { return func(s *Subject) { s.Phone = p } }
func web(w string) func(*Subject)      { return func(s *Subject) { s.Website = w } }
func typed(t string) func(*Subject)    { return func(s *Subject) { s.Type = t } }
func id(scheme, v string) func(*Subject) {
	return func(s *Subject) { s.IDs = append(s.IDs, catalog.Identifier{Scheme: scheme, Value: v}) }
}
func kind(k catalog.Kind) func(*Subject) { return func(s *Subject) { s.Kind = k } }
func starts(t, by string) func(*Subject) { return func(s *Subject) { s.Start, s.Organizer = t, by } }
func verdicts(v ...Verdict) []Verdict    { return v }
func everyReason(d Decision) (codes []string) {
	for _, r := range d.Reasons {
		codes = append(codes, r.Code)
	}
	return codes
}

// Traps of spec/metadata.md §1 and §4, and pairs of registers that we do not have.
func TestTraps(t *testing.T) {
	here := at(north(0))
	for _, c := range []struct {
		name string
		a, b Subject
		want []Verdict
	}{
		// One building, several institutions (Trap of spec §1.2).
		{"library and archive at one address", place("Biblioteca comunale Lazzerini", "Via Puccetti 3", "Prato", here, phone("0574 1837800")), place("Archivio storico comunale", "via Puccetti, 3", "Prato", here, phone("0574 1837800")), verdicts(Different)},
		{"library and the archive of its name", place("Biblioteca Roncioniana", "Piazza San Francesco 27", "Prato", here), place("Archivio Roncioniano", "Piazza S. Francesco, 27", "Prato", here), verdicts(Different)},
		{"library of a museum and the museum", place("Biblioteca del Museo del tessuto", "Via Puccetti 3", "Prato", here), place("Museo del Tessuto", "Via Puccetti 3", "Prato", here), verdicts(Different)},
		{"library of a centre of which nobody says the sort", place("Biblioteca del Centro di scienze naturali", "Via di Galceti, 74", "Prato", here), place("Centro di scienze naturali di Galceti", "Via di Galceti 74", "Prato", at(north(40))), verdicts(Review)},
		{"library that is called by its name alone", place("Biblioteca comunale Lazzerini", "Via Puccetti 3", "Prato", here), place("Lazzerini", "Via Puccetti, 3", "Prato", here), verdicts(Same)},
		{"office in a library", place("Biblioteca comunale", "Via Mazzini 21", "Vaiano", here), place("Ufficio cultura", "Via Mazzini 21", "Vaiano", here), verdicts(Different)},
		{"streets of one name in two towns", place("Via Giuseppe Garibaldi", "", "Prato"), place("Via Giuseppe Garibaldi", "", "Pistoia"), verdicts(Different)},
		{"square and street of one name", place("Piazza Roma", "", "Prato"), place("Via Roma", "", "Prato"), verdicts(Different)},
		{"branch of a library", place("Biblioteca comunale Lazzerini", "Via Puccetti 3", "Prato", web("www.bibliotecalazzerini.prato.it")), place("Biblioteca comunale Lazzerini. Sezione Prato ovest", "Via Isidoro del Lungo 12", "Prato", web("bibliotecalazzerini.prato.it")), verdicts(Different, Review)},
		{"numbered offices", place("Ufficio postale Prato 3", "Via Roma 10", "Prato"), place("Ufficio postale Prato 5", "Via Roma 10", "Prato"), verdicts(Different)},
		{"numbered schools", place("Scuola dell'infanzia n. 3", "Via Roma 10", "Prato", here), place("SCUOLA INFANZIA N.5", "VIA ROMA 10", "PRATO", here), verdicts(Different)},
		{"numbers in letters and in Rome", place("Scuola XXV Aprile", "Via Roma 10", "Prato"), place("Scuola 25 Aprile", "V. Roma, 10", "Prato"), verdicts(Same)},
		{"kindergarten and primary school", place("Scuola dell'infanzia Santa Maria", "Via Roma 10", "Prato", here), place("Scuola primaria S. Maria", "Via Roma 10", "Prato", here), verdicts(Different)},
		{"grades in the type only", place("San Niccolò", "Piazza Niccolò 6", "Prato", typed("SCUOLA PRIMARIA NON STATALE")), place("CONSERVATORIO S.NICCOLO'", "PIAZZA NICCOLO' 6", "PRATO", typed("SCUOLA SEC. PRIMO GRADO NON STATALE")), verdicts(Different)},
		{"institute and its site", place("Istituto comprensivo Gandhi", "Via Roma 10", "Prato", here), place("Scuola primaria Gandhi", "Via Roma 10", "Prato", here), verdicts(Different)},
		{"institute in short", place("I.C. Gandhi", "Via Roma 10", "Prato", here), place("Istituto Comprensivo \"Gandhi\"", "Via Roma, 10", "Prato", here), verdicts(Same)},
		{"kinds", place("Biblioteca Lazzerini", "Via Puccetti 3", "Prato"), place("Biblioteca Lazzerini", "Via Puccetti 3", "Prato", kind(catalog.KindOrganization)), verdicts(Different)},
		// Red and black numbering (Trap of spec §1.9).
		{"red and black numbers", place("Forno Rossi", "Via Faenza 12r", "Firenze", at(nil)), place("Forno Rossi", "Via Faenza 12", "Firenze"), verdicts(Review, Different)},
		{"red numbers in two spellings", place("Farmacia Etrusca", "Via Faenza 12r", "Firenze"), place("FARMACIA ETRUSCA SNC", "via Faenza, 12/R", "Firenze"), verdicts(Same)},

		// Events and heritage below a hard identifier.
		{"event without an organiser", place("Concerto di Natale", "Piazza del Duomo", "Prato", kind(catalog.KindEvent), here, starts("2026-12-24T21:00", "")), place("Concerto di Natale", "Piazza del Duomo", "Prato", kind(catalog.KindEvent), here, starts("2026-12-24T21:00", "")), verdicts(Review)},
		{"event, all agrees", place("Concerto di Natale", "Piazza del Duomo", "Prato", kind(catalog.KindEvent), here, starts("2026-12-24T21:00", "Teatro Metastasio")), place("CONCERTO DI NATALE", "P.za del Duomo", "Prato", kind(catalog.KindEvent), here, starts("2026-12-24T20:00:00Z", "Teatro Metastasio di Prato")), verdicts(Same)},
		{"event of another year", place("Concerto di Natale", "Piazza del Duomo", "Prato", kind(catalog.KindEvent), here, starts("2025-12-24", "Teatro Metastasio")), place("Concerto di Natale", "Piazza del Duomo", "Prato", kind(catalog.KindEvent), here, starts("2026-12-24", "Teatro Metastasio")), verdicts(Different)},
		{"heritage item", place("Madonna col Bambino", "", "Prato", kind(catalog.KindHeritageItem), here), place("Madonna col Bambino", "", "Prato", kind(catalog.KindHeritageItem), here), verdicts(Review)},

		// Other registers.
		{"pharmacy in capitals", place("FARMACIA DOTT. BIANCHI MARIO & C. S.N.C.", "V.LE DELLA REPUBBLICA 12", "PRATO"), place("Farmacia Bianchi", "Viale della Repubblica, 12", "Prato", phone("0574 123456")), verdicts(Same, Review)},
		{"two pharmacies of one street", place("Farmacia Bianchi", "Viale della Repubblica 12", "Prato"), place("Farmacia Neri", "Viale della Repubblica 18", "Prato"), verdicts(Different)},
		{"municipal pharmacies", place("Farmacia comunale 2", "Via Bologna 1", "Prato", here), place("Farmacia comunale n. 7", "Via Montalese 3", "Prato", at(north(900))), verdicts(Different)},
		{"saint in four spellings", place("Chiesa di S. Domenico", "Piazza San Domenico", "Prato", here), place("Chiesa di San Domenico", "P.za S.Domenico", "Prato", at(north(40))), verdicts(Same)},
		{"saint with an apostrophe", place("SANT'AGOSTINO", "Piazza S. Agostino", "Prato", here), place("Chiesa di S.Agostino", "Piazza Sant'Agostino", "Prato", here), verdicts(Same, Review)},
		{"town hall", place("Municipio di Vaiano", "", "Vaiano", here), place("Palazzo comunale di Vaiano", "Piazza del Comune 4", "Vaiano", at(north(20))), verdicts(Same, Review)},
		{"a museum and its shop", place("Museo del Tessuto", "Via Puccetti 3", "Prato", here), place("Bookshop del Museo del Tessuto", "Via Puccetti 3", "Prato", here), verdicts(Different)},
		{"shops of one chain", place("Conad City", "Via Roma 1", "Prato"), place("Conad City", "Via Bologna 200", "Prato"), verdicts(Review, Different)},
		{"one library, said shorter", place("Biblioteca Lazzerini", "Via Puccetti 3", "Prato", at(north(40))), place("Biblioteca comunale Alessandro Lazzerini", "Via Puccetti, 3", "Prato", here), verdicts(Same)},
		{"a municipality as a body", Subject{Kind: catalog.KindOrganization, Title: "Comune di Prato", Website: "https://www.comune.prato.it"}, Subject{Kind: catalog.KindOrganization, Title: "COMUNE DI PRATO", Municipality: "Prato", Website: "http://comune.prato.it/"}, verdicts(Same)},
		{"two municipalities as bodies", Subject{Kind: catalog.KindOrganization, Title: "Comune di Prato"}, Subject{Kind: catalog.KindOrganization, Title: "Comune di Pistoia"}, verdicts(Different)},
		{"offices with one switchboard", place("Ufficio tributi", "Piazza del Comune 2", "Prato", phone("0574 18361"), kind(catalog.KindOffice)), place("Ufficio anagrafe", "Piazza del Comune 2", "Prato", phone("0574 18361"), kind(catalog.KindOffice)), verdicts(Different, Review)},
		{"a sort and a name with one phone", place("La Bottega", "", "Prato", phone("0574 111222")), place("Bottega Rossi Maria", "", "Prato", phone("0574 111222")), verdicts(Review)},
		{"two saints", place("Chiesa di San Francesco", "Piazza San Francesco", "Prato", here), place("Chiesa di San Domenico", "Piazza San Domenico", "Prato", at(north(150))), verdicts(Different)},
		{"a museum in English", place("Museo del Tessuto", "Via Puccetti 3", "Prato", here), place("Textile Museum", "Via Puccetti, 3", "Prato", at(north(30))), verdicts(Same, Review)},
		{"a church in English", place("Cattedrale di Santo Stefano", "Piazza del Duomo", "Prato", here), place("Saint Stephen's Cathedral", "Piazza del Duomo", "Prato", here), verdicts(Same)},
		{"a school without the institute's name", place("Scuola Primaria Statale \"Dante Alighieri\" - I.C. Nord", "Via Verdi 1", "Prato", here), place("D. ALIGHIERI", "VIA VERDI 1", "PRATO", typed("SCUOLA PRIMARIA"), at(north(60))), verdicts(Same, Review)},
		{"coordinates in the wrong order", place("Biblioteca Roncioniana", "Piazza San Francesco 27", "Prato", here), place("BIBLIOTECA RONCIONIANA", "P.ZA S. FRANCESCO 27", "PRATO", at(orb.Point{43.8805, 11.0965})), verdicts(Same)},
		{"Null Island", place("Biblioteca Roncioniana", "Piazza San Francesco 27", "Prato", here), place("BIBLIOTECA RONCIONIANA", "P.ZA S. FRANCESCO 27", "PRATO", at(orb.Point{0, 0})), verdicts(Same)},
		{"geocoded to the middle of the town", place("Farmacia Bianchi", "Via Roma 12", "Prato", here), place("Farmacia Neri", "Via Bologna 40", "Prato", here), verdicts(Different)},
		{"middle of the town, one thing", place("Farmacia Bianchi", "Via Roma 12", "Prato", here), place("Farmacia Bianchi", "Via Roma 12", "Prato", at(north(1500))), verdicts(Same, Review)},
		{"a name alone", place("San Giuseppe", "", ""), place("San Giuseppe", "", ""), verdicts(Review, Different)},
		{"nothing at all", Subject{}, Subject{}, verdicts(Different)},
		{"homonymous municipalities", Subject{Kind: catalog.KindAdminArea, Title: "Castro", Address: "(BG)"}, Subject{Kind: catalog.KindAdminArea, Title: "Castro", Address: "(LE)"}, verdicts(Different, Review)},
		{"municipalities a letter apart", Subject{Kind: catalog.KindAdminArea, Title: "Legnano"}, Subject{Kind: catalog.KindAdminArea, Title: "Legnaro"}, verdicts(Different)},
		{"municipality and province", Subject{Kind: catalog.KindAdminArea, Title: "Comune di Prato"}, Subject{Kind: catalog.KindAdminArea, Title: "Provincia di Prato"}, verdicts(Different)},
		{"one municipality", Subject{Kind: catalog.KindAdminArea, Title: "AGLIE'"}, Subject{Kind: catalog.KindAdminArea, Title: "Agliè"}, verdicts(Same)},
	} {
		d := Compare(c.a, c.b)
		if !slices.Contains(c.want, d.Verdict) {
			t.Errorf("%s: %s (%.3f) %v; want %v", c.name, d.Verdict, d.Score, told(d), c.want)
		}
	}
}

func TestIdentifiersDecide(t *testing.T) {
	alike := place("Biblioteca Roncioniana", "Piazza San Francesco 27", "Prato", at(north(0)))
	other := place("Qualcosa", "Via altrove 1", "Firenze")
	with := func(s Subject, ids ...func(*Subject)) Subject {
		for _, add := range ids {
			add(&s)
		}
		return s
	}
	organization, heritage := kind(catalog.KindOrganization), kind(catalog.KindHeritageItem)
	for _, c := range []struct {
		name string
		a, b Subject
		want Verdict
		code string
	}{
		{"ISIL joins", with(alike, id("isil", "it-po0005")), with(other, id("isil", "IT PO 0005")), Same, "identifier-equal"},
		{"ISIL vetoes", with(alike, id("isil", "IT-PO0005")), with(alike, id("isil", "IT-PO0002")), Different, "identifier-differs"},
		{"school codes veto", with(alike, id("meccanografico", "POEE80101A")), with(alike, id("meccanografico", "POIC80100B")), Different, "identifier-differs"},
		{"catalogue numbers join", with(other, heritage, id("nct", "09/123456")), with(alike, heritage, id("nct", "0900123456")), Same, "identifier-equal"},
		{"catalogue numbers of two regions", with(alike, heritage, id("nct", "09/123456")), with(alike, heritage, id("nct", "08/123456")), Different, "identifier-differs"},
		{"a veto is stronger", with(alike, id("isil", "IT-PO0005"), id("wikidata", "Q42")), with(alike, id("isil", "IT-PO0002"), id("wikidata", "Q42")), Different, "identifier-differs"},
		{"OpenStreetMap never", with(other, id("osm", "node/12")), with(place("Altro", "", "Prato"), id("osm", "node/12")), Different, ""},
		{"the owner of a place is not the place", with(alike, id("ipa", "c_g999")), with(place("Piscina", "Via Roma 1", "Prato"), id("ipa", "c_g999")), Different, ""},
		{"IPA joins bodies", with(alike, organization, id("ipa", "C_G999")), with(other, organization, id("ipa", "c_g999")), Same, "identifier-equal"},
		{"IPA of nobody", with(alike, organization, id("ipa", "temp_ipa")), with(other, organization, id("ipa", "temp_ipa")), Different, ""},
		{"tax codes join bodies", with(alike, organization, id("cf", "00337360978")), with(other, organization, id("cf", "IT 00337360978")), Same, "identifier-equal"},
		{"a tax code that a body shares with its schools (Trap of spec §1.7)", Subject{Kind: catalog.KindOrganization, Title: "Comune di Prato", Municipality: "Prato", IDs: []catalog.Identifier{{Scheme: "cf", Value: "84006890481"}}},
			Subject{Kind: catalog.KindOrganization, Title: "Scuola primaria Gandhi", Municipality: "Prato", IDs: []catalog.Identifier{{Scheme: "cf", Value: "84006890481"}}}, Different, ""},
		{"two Wikidata items are looked at", with(alike, id("wikidata", "Q42")), with(alike, id("wikidata", "Q43")), Review, ""},
		{"the town's code is not the place's", with(alike, id("istat_com", "100005")), with(place("Piscina", "Via Roma 1", "Prato"), id("istat_com", "100005")), Different, ""},
	} {
		d := Compare(c.a, c.b)
		if d.Verdict != c.want || c.code != "" && !slices.Contains(everyReason(d), c.code) {
			t.Errorf("%s: %s, %v; want %s, %s", c.name, d.Verdict, told(d), c.want, c.code)
		}
	}
}

// A switchboard that many have says nothing.
func TestSharedValues(t *testing.T) {
	a, b := place("Ufficio anagrafe", "Piazza del Comune 2", "Prato", phone("0574 18361")), place("Ufficio anagrafe", "", "Prato", phone("+39 057418361"))
	with := new(Comparer).Compare(Prepare(a), Prepare(b))
	c := Comparer{Shared: map[string]struct{}{}}
	for _, key := range SharedKeys(b) {
		c.Shared[key] = struct{}{}
	}
	without := c.Compare(Prepare(a), Prepare(b))
	if without.Score >= with.Score || slices.Contains(everyReason(without), "phone-equal") {
		t.Errorf("a shared number still counts: %.3f with, %.3f without it, %v", with.Score, without.Score, everyReason(without))
	}
}

// The order of the two changes nothing; a thing is like itself.
func TestSymmetry(t *testing.T) {
	word := rapid.SampledFrom(fields("Biblioteca comunale Alessandro A. Lazzerini S. Maria Santa delle Grazie n. 3 V Prato Scuola primaria Museo XX castello lazzerinni di Vaiano sezione"))
	title := rapid.Map(rapid.SliceOfN(word, 0, 8), func(w []string) string { return strings.Join(w, " ") })
	subject := rapid.Custom(func(t *rapid.T) Subject {
		return Subject{
			Kind: rapid.SampledFrom([]catalog.Kind{"", catalog.KindPlace, catalog.KindEvent, catalog.KindAdminArea, catalog.KindFeature}).Draw(t, "kind"), Title: title.Draw(t, "title"),
			Alternatives: rapid.SliceOfN(title, 0, 2).Draw(t, "alternatives"), Address: rapid.SampledFrom([]string{"", "Via Roma 1", "V. Roma, 1/r", "Piazza Roma", "Via A. Lazzerini 3-5"}).Draw(t, "address"),
			Municipality: rapid.SampledFrom([]string{"", "Prato", "Vaiano", "Firenze"}).Draw(t, "town"), Phone: rapid.SampledFrom([]string{"", "0574 18361", "0574 18362; 055 1"}).Draw(t, "phone"),
			Start:    rapid.SampledFrom([]string{"", "2026-01-01", "2026-01-01T10:00:00+01:00"}).Draw(t, "start"),
			Geometry: rapid.SampledFrom([]orb.Geometry{nil, north(0), north(100), north(5000), orb.Point{0, 0}}).Draw(t, "geometry"),
			IDs:      rapid.SampledFrom([][]catalog.Identifier{nil, {{Scheme: "isil", Value: "IT-PO0001"}}, {{Scheme: "isil", Value: "IT-PO0002"}, {Scheme: "wikidata", Value: "Q1"}}}).Draw(t, "ids"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := subject.Draw(t, "a"), subject.Draw(t, "b")
		d, e := Compare(a, b), Compare(b, a)
		if d.Verdict != e.Verdict || d.Score != e.Score || len(d.Reasons) != len(e.Reasons) {
			t.Fatalf("(a, b) is %v %v, (b, a) is %v %v", d.Verdict, told(d), e.Verdict, told(e))
		}
		if d.Score < 0 || d.Score > 1 || len(d.Reasons) == 0 && d.Score > ToReview {
			t.Fatalf("score %v without a reason in %v", d.Score, d.Reasons)
		}
	})
}

func TestNewSubject(t *testing.T) {
	r := &catalog.Record{Kind: catalog.KindPlace, Title: "Duomo", ISTATCode: "100005", Properties: catalog.Properties{
		{Name: "alt_names", Value: []string{"Cattedrale di Santo Stefano", "Duomo"}},
		{Name: "qid", Value: "Q42"},
	}}
	s := NewSubject(r)
	if !slices.Equal(s.Alternatives, []string{"Cattedrale di Santo Stefano"}) || !slices.Contains(s.IDs, catalog.Identifier{Scheme: "wikidata", Value: "Q42"}) || s.ISTATCode != "100005" {
		t.Errorf("NewSubject = %+v", s)
	}
}

// Every reason that can be given has words.
func TestReasonsHaveWords(t *testing.T) {
	for f := range weights {
		for l := 1; l < maxLevels; l++ {
			if weights[f][l] == 0 {
				continue
			}
			if r := (Reason{Code: code(f, uint8(l))}); r.Words() == r.Code {
				t.Errorf("%s has no words", r.Code)
			}
		}
	}
	for _, rule := range rules {
		if _, ok := words[rule.code]; !ok {
			t.Errorf("the rule %s has no words", rule.code)
		}
	}
}

func BenchmarkCompare(b *testing.B) {
	x := Prepare(place("Biblioteca comunale Alessandro Lazzerini", "Via Puccetti 3", "Prato", at(north(0)), phone("0574 1837800"), web("https://www.bibliotecalazzerini.prato.it")))
	ys := []*Prepared{
		Prepare(place("BIBLIOTECA COMUNALE A. LAZZERINI", "VIA PUCCETTI, 3", "PRATO", at(north(30)), phone("+39 0574 1837800"))),
		Prepare(place("Biblioteca del Museo del tessuto", "via Puccetti 3", "Prato", at(north(10)), phone("0574 611503"), web("www.museodeltessuto.it"))),
		Prepare(place("Biblioteca Roncioniana", "Piazza San Francesco 27", "Prato", at(north(400)))),
		Prepare(place("Scuola primaria Dante Alighieri", "Via Verdi 1", "Prato", at(north(250)))),
	}
	c := new(Comparer)
	i := 0
	for b.Loop() {
		c.Compare(x, ys[i%len(ys)])
		i++
	}
}
