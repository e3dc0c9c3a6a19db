package match

import "testing"

func TestReadIdentifier(t *testing.T) {
	for _, c := range []struct {
		scheme, in, want string
		ok               bool
	}{
		{"isil", "it-po0002", "IT-PO0002", true},
		{"isil", "IT PO 0002", "IT-PO0002", true},
		{"isil", "ITPO0002", "IT-PO0002", true},
		{"isil", "PO0002", "", false},
		{"meccanografico", "pois00300c", "POIS00300C", true},
		{"meccanografico", "VA1A06500E", "VA1A06500E", true}, // a private school
		{"meccanografico", "POIS00300", "", false},
		{"nct", "09/00123456", "0900123456", true},
		{"nct", "09 123456", "0900123456", true},
		{"nct", "09-123456 A", "0900123456A", true},
		{"nct", "0900123456", "0900123456", true},
		{"nct", "123456", "", false}, // without its region
		{"nct", "00123456", "", false},
		{"ipa", "C_G999", "c_g999", true},
		{"ipa", "temp_ipa", "", false},
		{"ipa", "N/A", "", false},
		{"ipa_uo", "ufw7bx", "UFW7BX", true},
		{"cf", "00337360978", "00337360978", true},
		{"cf", "IT00337360978", "00337360978", true},
		{"cf", "00337360979", "", false},      // the check digit is wrong
		{"cf", "RSSMRA80A01G999X", "", false}, // a person
		{"cf", "00000000000", "", false},
		{"istat_com", "1001", "001001", true},
		{"istat_com", "100005", "100005", true},
		{"istat_com", "1000055", "", false},
		{"belfiore", "g999", "G999", true},
		{"wikidata", "https://www.wikidata.org/wiki/q42", "Q42", true},
		{"wikidata", "P42", "", false},
		{"arco", "https://w3id.org/arco/resource/X/0900123456/", "w3id.org/arco/resource/X/0900123456", true},
		{"iri", "http://WWW.example.it/a", "example.it/a", true},
		{"iri", "http://www.example.it/", "", false}, // a whole site is no thing
		{"doi", "https://doi.org/10.1234/ABC", "10.1234/abc", true},
		{"osm", "node/12", "", false},
		{"catasto", "G999/1/2", "", false},
	} {
		got, ok := ReadIdentifier(c.scheme, c.in)
		if ok != c.ok || ok && got != c.want {
			t.Errorf("ReadIdentifier(%q, %q) = %q, %v; want %q, %v", c.scheme, c.in, got, ok, c.want, c.ok)
		}
	}
}
