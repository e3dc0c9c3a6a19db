package table

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// guesses are the column names, in plain words, by which a field of ours is
// recognised, the best first. A name that begins with "*" is a last word:
// "*denominazione" is "comune denominazione" too.
var guesses = []struct {
	field string
	names []string
}{
	{"title", []string{"denominazione", "denominazione in italiano", "denominazione italiana e straniera", "nome", "titolo", "title", "name", "label", "ragione sociale", "insegna",
		"nominativo", "toponimo", "tags name", "properties name", "label it", "label comune it", "nome bene culturale", "titolo evento", "denominazionescuola", "denominazi", "denominazione comune",
		"name it", "nome it", "den asc", "*denominazione", "*nome", "*titolo", "*name", "*name value", "*title value", "denominazione*", "nome*", "titolo*", "descrizione breve", "descrizionebreve", "oggetto", "upl nome", "quartiere", "localita", "azienda", "disciplina"}},
	{"description", []string{"descrizione", "description", "descrizione evento", "testo", "note", "abstract", "desc", "tags description"}},
	{"summary", []string{"sommario", "occhiello", "catenaccio", "sottotitolo", "summary", "abstract"}},
	{"address", []string{"indirizzo", "address", "via", "indirizzo completo", "ubicazione", "tags addr street", "indirizzoscuola", "street address", "*indirizzo", "indirizzo*"}},
	{"postcode", []string{"cap", "codice postale", "postcode", "zip", "tags addr postcode", "capscuola"}},
	{"locality", []string{"frazione", "localita", "locality"}},
	{"municipality", []string{"comune", "citta", "city", "municipality", "denominazione comune", "nome comune", "descrizionecomune", "tags addr city", "istat comune nome", "municipio"}},
	{"istat_code", []string{"codice istat comune", "istat comune", "pro com t", "codice istat", "com istat code", "istat", "cod istat", "codice comune formato alfanumerico", "istat code"}},
	{"province", []string{"provincia", "province", "prov", "sigla provincia", "prov acr", "sigla automobilistica", "denominazione provincia"}},
	{"phone", []string{"telefono", "tel", "phone", "telefono 1", "tags phone", "tags contact phone", "recapito telefonico", "telefono*"}},
	{"email", []string{"email", "e mail", "mail", "posta elettronica", "tags email", "tags contact email", "indirizzoemailscuola"}},
	{"certified_email", []string{"pec", "posta elettronica certificata", "posta certificata", "email pec", "mail pec", "indirizzo pec", "indirizzopecscuola", "email certificata"}},
	{"website", []string{"sito", "sito web", "sitoweb", "website", "sito internet", "sito istituzionale", "sitowebscuola", "tags website", "tags contact website", "url sito", "web", "homepage", "url"}},
	{"opening_hours", []string{"orari", "orario", "orario apertura", "orari apertura", "opening hours", "tags opening hours"}},
	{"accessibility", []string{"accessibilita", "accessibile", "disabili", "tags wheelchair", "wheelchair"}},
	{"image", []string{"immagine", "foto", "image", "tags image"}},
	{"keywords", []string{"parole chiave", "keywords", "tag"}},
	{"start", []string{"data inizio", "datainizio", "inizio", "start", "start date", "data", "data dal iso", "data 1", "data evento", "dal", "begin", "creato", "installazione"}},
	{"end", []string{"data fine", "datafine", "fine", "end date", "end", "data al iso", "al", "chiusa"}},
	{"modified", []string{"ultimo aggiornamento", "data aggiornamento", "modified", "aggiornato", "last update", "updated", "updated at"}},
	{"url", []string{"link", "url", "scheda", "permalink", "dettagli link"}},
	{"code", []string{"codice", "cod", "codice isil", "code", "sigla", "codicescuola", "codice catastale del comune"}},
	{"type", []string{"tags amenity", "tags shop", "tags craft", "tags tourism", "tags historic", "tags leisure", "tags highway", "tipologia", "tipo", "categoria", "type", "tipologia*", "tipo*", "category"}},
}

// guessFields finds a column for each field of ours that has one. A column
// serves one field, and empty or unfit columns serve none.
func (s *survey) guessFields() map[string]string {
	byName := map[string]*column{}
	plains := make([]string, len(s.columns))
	for i, c := range s.columns {
		plains[i] = plain(c.name)
		if c.kept && c.values > 0 && c.typ != catalog.ColumnJSON && byName[plains[i]] == nil {
			byName[plains[i]] = c
		}
	}
	found, taken := s.given()
	for _, g := range guesses {
		if found[g.field] != "" {
			continue
		}
		for _, n := range g.names {
			c := byName[n]
			if strings.Contains(n, "*") {
				c = s.pattern(n, plains)
			}
			if c != nil && !taken[c] && fits(g.field, c) {
				found[g.field] = c.name
				taken[c] = true
				break
			}
		}
	}
	if found["title"] == "" {
		for _, i := range s.positions.columns() {
			taken[s.columns[i]] = true // 43°52'48"N is no name
		}
		if c := s.readable(taken); c != nil {
			found["title"] = c.name
		}
	}
	if street := found["address"]; street != "" {
		if n := byName[strings.Replace(plain(street), "street", "housenumber", 1)]; n != nil && n.name != street && !strings.Contains(street+n.name, "+") {
			found["address"] = street + "+" + n.name
		}
	}
	s.positions.fields(s, found)
	if len(found) == 0 {
		return nil
	}
	return found
}

// given is what the reader of the table says of its fields, and the columns
// that these take.
func (s *survey) given() (found map[string]string, taken map[*column]bool) {
	found, taken = map[string]string{}, map[*column]bool{}
	for field, name := range s.t.Guess.Fields {
		constant := strings.HasPrefix(name, "'")
		i := s.t.Fields.find(name)
		if i >= 0 && !constant && s.columns[i].kept && s.columns[i].values > 0 && (field != "title" || fits(field, s.columns[i])) {
			taken[s.columns[i]] = true
			found[field] = s.columns[i].name
		} else if parts := s.parts(name); constant || parts != nil {
			found[field] = name
			for _, c := range parts {
				taken[c] = true
			}
		}
	}
	return found, taken
}

// parts are the columns that "DUG+DUF" joins; nil when one of them is not there.
func (s *survey) parts(name string) []*column {
	var list []*column
	for part := range strings.SplitSeq(name, "+") {
		i := s.t.Fields.find(part)
		if i < 0 || !s.columns[i].kept {
			return nil
		}
		list = append(list, s.columns[i])
	}
	if len(list) < 2 {
		return nil
	}
	return list
}

// pattern is the column whose words begin or end as the pattern says; of
// several, the one with most different values: "denominazione_provincia", not
// "denominazione_regione".
func (s *survey) pattern(n string, plains []string) *column {
	var best *column
	for i, c := range s.columns {
		ok := strings.HasSuffix(plains[i], " "+strings.TrimPrefix(n, "*")) || strings.HasPrefix(plains[i], strings.TrimSuffix(n, "*")+" ")
		if ok && c.kept && c.typ == catalog.ColumnText && c.variety() > 1 && (best == nil || c.variety() > best.variety()) {
			best = c
		}
	}
	return best
}

// fits keeps numbers out of titles and words out of dates.
func fits(field string, c *column) bool {
	switch field {
	case "start", "end", "modified":
		return c.typ == catalog.ColumnDate || c.typ == catalog.ColumnDateTime
	case "title":
		return c.typ == catalog.ColumnText && c.sum > 2*c.counts[Text] && c.links*2 < c.values && !isCode(c.name)
	case "url", "website", "image":
		return c.typ == catalog.ColumnText
	case "istat_code", "code", "postcode", "phone":
		return c.typ == catalog.ColumnText || c.typ == catalog.ColumnInteger
	}
	return c.typ == catalog.ColumnText && c.links*2 < c.values
}

// readable is the column to take for a title when no name says which: the
// first text that is there in most rows and is longer than a code.
func (s *survey) readable(taken map[*column]bool) *column {
	for _, c := range s.columns {
		if c.kept && !taken[c] && c.typ == catalog.ColumnText && c.values*10 >= s.rows*9 && c.counts[Text] > 0 &&
			c.sum/c.counts[Text] >= 6 && c.long <= 250 && !isCode(c.name) && identifierScore(c.name) == 0 {
			return c
		}
	}
	return nil
}

// sorted yields a map in the order of its keys.
func sorted(m map[string]string) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			if !yield(k, m[k]) {
				return
			}
		}
	}
}
