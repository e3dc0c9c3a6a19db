package table

import (
	"fmt"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// registerColumns are the columns of registers of streets and street numbers, in plain
// words, the best first: those of the national register ANNCSU (spec/metadata.md §1.9)
// in its two families STRAD_* and INDIR_*, and what municipalities call the same.
var registerColumns = []struct {
	field string
	names []string
}{
	{"anncsu_street_id", []string{"progressivo nazionale", "progr nazionale", "prog nazionale"}},
	{"anncsu_access_id", []string{"progressivo accesso", "progr accesso", "prog accesso"}},
	{"street_code", []string{"codice comunale", "codice via", "cod via", "codice strada", "cod strada", "id via", "id strada", "codvia", "codicevia", "cod toponimo", "codice toponimo"}},
	{"cadastral_code", []string{"codice comune", "codice belfiore", "codice catastale", "cod catastale", "belfiore", "cod belfiore"}},
	{"istat_code", []string{"codice istat", "codice istat comune", "istat", "cod istat", "istat comune"}},
	{"municipality", []string{"comune", "nome comune", "denominazione comune", "citta"}},
	{"name_l2", []string{"dizione lingua2", "denominazione lingua2", "dizione lingua 2", "denominazione lingua 2"}},
	{"number", []string{"civico", "numero civico", "num civico", "n civico", "nr civico", "numciv", "numero", "num civ", "civ num"}},
	{"exponent", []string{"esponente", "esp", "lettera", "barrato", "barra", "subalterno", "sub", "suffisso"}},
	{"specificity", []string{"specificita", "colore", "colore civico", "tipo civico", "rosso nero", "rosso"}},
	{"metric", []string{"metrico", "numero metrico"}},
	{"snc", []string{"progressivo snc", "snc"}},
	{"height", []string{"quota"}},
	{"method", []string{"metodo"}},
	{"postcode", []string{"cap", "codice postale"}},
	{"valid_from", []string{"inizio validita", "data inizio validita", "valido dal"}},
	{"valid_to", []string{"fine validita", "data fine validita", "valido al"}},
	{"locality", []string{"localita", "frazione", "quartiere sobborgo", "quartiere", "sobborgo", "localita2"}},
}

// The columns of a street's name: in one piece, or its type and the rest.
var (
	streetNames    = []string{"odonimo", "denominazione lingua1", "dizione lingua1", "dizione", "denominazione via", "nome via", "toponimo", "nome strada", "denominazione strada", "indirizzo", "via", "strada"}
	streetPrefixes = []string{"dug", "tipo via", "tipo strada", "specie", "qualificatore"}
	streetRests    = []string{"duf", "denominazione urbana ufficiale", "denominazione", "nome"}
)

// A register is what the columns of a table of streets or street numbers are.
type register struct {
	kind   catalog.Kind
	fields map[string]string
	key    []string
}

// registerOf reads the names of columns as those of such a register; ok is false when
// they tell no name of a street.
func registerOf(names []string) (r register, ok bool) {
	r = register{kind: catalog.KindStreet, fields: map[string]string{}}
	taken := map[string]bool{}
	column := func(known []string) string {
		for _, k := range known {
			i := slices.IndexFunc(names, func(n string) bool { return !taken[n] && plain(n) == k })
			if i >= 0 {
				taken[names[i]] = true
				return names[i]
			}
		}
		return ""
	}
	for _, c := range registerColumns {
		if name := column(c.names); name != "" {
			r.fields[c.field] = name
		}
	}
	if r.fields["number"] != "" {
		r.kind = catalog.KindAddress
	} else {
		delete(r.fields, "exponent")
	}
	prefix, rest := column(streetPrefixes), ""
	if prefix != "" {
		rest = column(streetRests)
	}
	if prefix != "" && rest != "" && !strings.Contains(prefix+rest, "+") {
		r.fields["title"] = prefix + "+" + rest
	} else if whole := column(streetNames); whole != "" {
		r.fields["title"] = whole
	} else {
		return r, false
	}
	r.key = r.identifying()
	return r, true
}

// identifying are the columns that identify rows: the register's progressive number; else
// the street's code in its municipality, and number, exponent and colour.
func (r register) identifying() []string {
	number := map[catalog.Kind]string{catalog.KindStreet: "anncsu_street_id", catalog.KindAddress: "anncsu_access_id"}[r.kind]
	if column := r.fields[number]; column != "" {
		return []string{column}
	}
	var key []string
	for _, field := range []string{"cadastral_code", "istat_code", "anncsu_street_id", "street_code", "number", "exponent", "specificity", "metric"} {
		if column := r.fields[field]; column != "" {
			key = append(key, column)
		}
	}
	if r.fields["street_code"] == "" && r.fields["anncsu_street_id"] == "" {
		key = append(key, strings.Split(r.fields["title"], "+")...)
	}
	return key
}

// asRegister takes a table that was said to hold streets or street numbers for such a
// register: which of the two, what its columns are and what identifies its rows. What
// the mapping says stays.
func (t *Table) asRegister(m *catalog.Mapping) {
	if !m.Kind.Gazetteer() {
		return
	}
	r, ok := registerOf(t.Fields.Names)
	if !ok {
		return
	}
	if t.Guess.Fields == nil {
		t.Guess.Fields = map[string]string{}
	}
	for field, column := range r.fields {
		if m.Fields[field] == "" {
			t.Guess.Fields[field] = column
		}
	}
	if m.Fields["number"] != "" {
		r.kind = catalog.KindAddress
	}
	if len(m.Key) == 0 && m.Fields["number"] == "" {
		m.Key = r.key
	}
	t.Guess.Kind = r.kind
	t.Found = append(t.Found, fmt.Sprintf("register: %s, by the names of the columns", map[catalog.Kind]string{catalog.KindStreet: "streets", catalog.KindAddress: "street numbers"}[r.kind]))
}
