package portal

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// abbreviated are the parts of column names that sources cut short, and words
// that lose their accent or their capitals in one.
var abbreviated = map[string]string{
	"cod": "codice", "num": "numero", "nr": "numero", "desc": "descrizione", "descr": "descrizione", "ind": "indirizzo", "indir": "indirizzo",
	"tel": "telefono", "lat": "latitudine", "lon": "longitudine", "lng": "longitudine", "prov": "provincia", "reg": "regione", "com": "comune",
	"denom": "denominazione", "dt": "data", "agg": "aggiornamento", "ins": "inserimento", "sup": "superficie", "pop": "popolazione", "ab": "abitanti",
	"tot": "totale", "perc": "percentuale", "min": "minimo", "max": "massimo", "piva": "partita IVA", "cf": "codice fiscale", "mq": "m²", "mc": "m³",
	"localita": "località", "citta": "città", "attivita": "attività", "qualita": "qualità", "quantita": "quantità", "capacita": "capacità",
	"societa": "società", "unita": "unità", "velocita": "velocità", "densita": "densità", "eta": "età", "priorita": "priorità", "comunita": "comunità",
	"accessibilita": "accessibilità", "proprieta": "proprietà", "tipologia": "tipo",
	"id": "ID", "fid": "FID", "gid": "GID", "url": "URL", "uri": "URI", "cap": "CAP", "istat": "ISTAT", "pec": "PEC", "ipa": "IPA", "isil": "ISIL", "isbn": "ISBN", "nct": "NCT",
	"asl": "ASL", "usl": "USL", "urp": "URP", "iva": "IVA", "nuts": "NUTS", "uo": "UO", "aoo": "AOO", "isee": "ISEE", "miur": "MIUR", "mim": "MIM", "osm": "OSM",
	"epsg": "EPSG", "utm": "UTM", "wgs84": "WGS 84", "pm10": "PM10", "no2": "NO₂", "o3": "O₃", "co2": "CO₂", "co": "CO", "so2": "SO₂", "wifi": "Wi-Fi",
}

// readable puts the name of a source's column into words: "COD_COMUNE" and
// "codComune" are "Codice comune". A name that is words already stays.
func readable(name string) string {
	words := nameWords(name)
	if len(words) == 0 {
		return name
	}
	shouted := name == strings.ToUpper(name)
	for i, w := range words {
		lower := strings.ToLower(strings.TrimSuffix(w, "'"))
		switch long, known := abbreviated[lower]; {
		case known:
			words[i] = long
		case shouted || i > 0 && utf8.RuneCountInString(w) > 4 || w != strings.ToUpper(w): // a short word in capitals is an abbreviation
			words[i] = strings.ToLower(w)
		}
	}
	return capital(strings.Join(words, " "))
}

// nameWords takes a column's name apart: at spaces and signs, and where a capital
// follows a small letter.
func nameWords(name string) []string {
	var words []string
	var word strings.Builder
	end := func() {
		if word.Len() > 0 {
			words = append(words, word.String())
			word.Reset()
		}
	}
	var before rune
	for _, r := range name {
		switch {
		case unicode.IsSpace(r) || strings.ContainsRune("_-.:/@", r):
			end()
		case unicode.IsUpper(r) && unicode.IsLower(before):
			end()
			word.WriteRune(r)
		default:
			word.WriteRune(r)
		}
		before = r
	}
	end()
	return words
}

// capital begins with a capital letter.
func capital(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError {
		return s
	}
	return string(unicode.ToUpper(r)) + s[size:]
}
