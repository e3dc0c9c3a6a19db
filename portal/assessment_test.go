package portal_test

import (
	"html"
	"regexp"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/datasets"
)

// plainText is a page without its marks.
func plainText(page string) string {
	return strings.Join(strings.Fields(html.UnescapeString(regexp.MustCompile(`<[^>]+>`).ReplaceAllString(page, " "))), " ")
}

// The page of a record says what is missing in a sentence; what is ours to put right
// is told as ours.
func TestRecordSaysHowCompleteItIs(t *testing.T) {
	s := empty(t)
	point := `{"type":"Point","coordinates":[11.09,43.88]}`
	id := postgistest.Insert(t, s.store, "places", point, `{"title":"Biblioteca Lazzerini","type":"biblioteca","address":"Via Puccetti 3","municipality":"Prato","body":"c_g999","body_name":"Comune di Prato","description":"La biblioteca della città.","website":"https://biblio.example.org/","accessibility":"yes","TelUfficio":"0574 1"}`)
	if _, err := s.store.DB().Exec(t.Context(), `insert into link (address, host, state, reason, at, status) values ('https://biblio.example.org/', 'biblio.example.org', 'broken', 'missing', now(), 404)`); err != nil {
		t.Fatal(err)
	}
	page := s.page(t, "/luoghi/slug-"+id)
	text := plainText(page[strings.Index(page, `id="valutazione"`):])
	for _, want := range []string{"Scheda completa all’80 %. Manca: orario.", "Può completarla chi la pubblica: Comune di Prato.", "Il collegamento biblio.example.org non funziona", "Da correggere da noi",
		"La fonte ha la colonna «TelUfficio», che non leggiamo ancora come telefono.", "Manca: licenza. Va indicato da chi gestisce questo portale"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q:\n%.900s", want, text)
		}
	}
}

// Who has looked whether a record is true is told on its page, in its JSON-LD and, when that
// is long ago, on the page of its body.
func TestChecks(t *testing.T) {
	s := empty(t)
	if err := s.store.PutBody(t.Context(), catalog.Body{ID: "c_g999", Name: "Comune di Prato"}); err != nil {
		t.Fatal(err)
	}
	id := postgistest.Insert(t, s.store, "places", `{"type":"Point","coordinates":[11.09,43.88]}`, `{"title":"Biblioteca Lazzerini","type":"biblioteca","body":"c_g999","body_name":"Comune di Prato"}`)
	says := func(page string, wants ...string) {
		t.Helper()
		text := plainText(s.page(t, page))
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not say %q:\n%.2000s", page, want, text)
			}
		}
	}
	says("/luoghi/slug-"+id, "Nessuna redazione l’ha ancora verificata di persona.")
	says("/enti/c_g999", "Da verificare di persona Una scheda aspetta che qualcuno guardi se è vera: Biblioteca Lazzerini mai verificata")
	check := catalog.Check{BodyID: "c_g999", By: "Mario", At: time.Date(2024, time.May, 4, 23, 30, 0, 0, time.UTC)} // the 5th in Italy
	if err := s.store.Check(t.Context(), id, check); err != nil {
		t.Fatal(err)
	}
	says("/luoghi/slug-"+id, "Verificata da Comune di Prato il 5 maggio 2024: la verifica è scaduta il 5 maggio 2025.")
	says("/enti/c_g999", "Biblioteca Lazzerini verificata il 5 maggio 2024: scaduta il 5 maggio 2025")
	for _, format := range []string{"", ".jsonld"} {
		_, page := s.get(t, "/luoghi/slug-"+id+format)
		if !regexp.MustCompile(`"lastReviewed": ?"2024-05-05",\s*"reviewedBy": ?\{\s*"@type": ?"Organization",\s*"name": ?"Comune di Prato"`).MatchString(page) || strings.Contains(page, "Mario") {
			t.Errorf("who has checked it, in JSON-LD%s:\n%.3000s", format, page)
		}
	}
}

// The page of a dataset says its score, and what each improvement would give; that
// of its body compares and names what has most to gain.
func TestDatasetAndBodySayTheirScore(t *testing.T) {
	s := empty(t)
	if err := s.store.PutBody(t.Context(), catalog.Body{ID: "c_g999", Name: "Comune di Prato"}); err != nil {
		t.Fatal(err)
	}
	id := postgistest.Insert(t, s.store, "datasets", "", `{"title":"Alberi","description":"Gli alberi","body":"c_g999","body_name":"Comune di Prato","themes":["ENVI"],"distributions":[{"download_url":"https://dati.example.org/alberi.csv","format":"csv"}]}`)
	empty := s.page(t, "/enti/c_g999")
	if !strings.Contains(plainText(empty), "non sono ancora state valutate") {
		t.Errorf("a body that nobody has measured:\n%.900s", plainText(empty))
	}
	postgistest.Settle(t, s.store)
	for n := 1; n > 0; {
		var err error
		if n, err = s.store.Measure(t.Context(), datasets.Vocabularies()); err != nil {
			t.Fatal(err)
		}
	}
	text := plainText(s.page(t, "/dati/slug-"+id))
	for _, want := range []string{"140 punti su 405: sufficiente.", "Altri 80 punti dipendono da collegamenti", "+30 punti: indicare qualche parola chiave.", "+20 punti: indicare la licenza."} {
		if !strings.Contains(text, want) {
			t.Errorf("the page of the dataset does not say %q:\n%s", want, text)
		}
	}
	text = plainText(s.page(t, "/enti/c_g999"))
	for _, want := range []string{"Dataset 1 42 % 140", "Alberi 140 punti su 405: sufficiente. +30 punti: indicare qualche parola chiave.", "Nessun collegamento guasto"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page of the body does not say %q:\n%s", want, text)
		}
	}
}
