package portal_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// aSource is a source of events whose file is what *text says.
func aSource(t testing.TB, s *site, text *string) catalog.Source {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, *text) }))
	t.Cleanup(server.Close)
	src := catalog.Source{
		ID: "agenda-prova", Title: "Agenda di prova", Protocol: "file", URL: server.URL + "/agenda.csv",
		Rhythm: catalog.Duration(24 * time.Hour), Deadline: catalog.Duration(time.Minute),
		Mapping: catalog.Mapping{Kind: catalog.KindEvent, Key: []string{"codice"}, Drop: []string{"riservato"},
			Fields: map[string]string{"title": "titolo", "start": "Data", "phone": "telefono"}},
	}
	if err := s.store.PutSource(t.Context(), src); err != nil {
		t.Fatal(err)
	}
	return src
}

// Whoever answers for a source reads what was read, what was expected, how to put
// it right and who can: of a run, of one record, in both languages.
func TestReceipts(t *testing.T) {
	s := empty(t)
	text := "codice;titolo;Data;telefono;riservato\n1;Concerto;31/02/2024;0574 600001;segreto-1\n2;Mostra;21/11/2026;0574 600002;segreto-2\n3;;22/11/2026;0574 600003;segreto-3\n4;Virgole \"a metà;23/11/2026;0574 600004;segreto-4\n"
	src := aSource(t, s, &text)
	harvest(t, s.store, src)
	text = strings.Replace(text, "Mostra;", "Mostra di stampe;", 1)
	harvest(t, s.store, src)
	runs, err := s.store.Runs(t.Context(), src.ID, 5)
	if err != nil || len(runs) != 2 {
		t.Fatal(len(runs), err)
	}
	first, second := fmt.Sprintf("/stato/fonti/agenda-prova/%d", runs[1].ID), fmt.Sprintf("/stato/fonti/agenda-prova/%d", runs[0].ID)
	record := regexp.MustCompile(`/stato/fonti/agenda-prova/schede/[0-9a-f-]{36}`)

	it := s.page(t, first)
	for _, want := range []string{
		"Lette 4 schede", "Data illeggibile", "riga 2", "campo «Data»", "letto «31/02/2024»", "una data come 21/11/2026", "Come si corregge", "Chi compila i dati della fonte",
		"Manca il nome", "non c’è scritto niente", "Richieste al server", "<dd>l’elenco intero</dd>", ">Nuova</span>", `href="/en` + first + `"`, `href="/api/v1/runs/`, `href="` + second + `"`,
	} {
		if !strings.Contains(it, want) {
			t.Errorf("%s: no %q", first, want)
		}
	}
	en := s.page(t, "/en"+first)
	for _, want := range []string{
		`<html lang="en"`, "4 records read", "A date cannot be read", "line 2", "field “Data”", "read “31/02/2024”", "a date such as 21/11/2026", "How to put it right", "Whoever writes the data of the source",
		`href="` + first + `" lang="it" hreflang="it"`, `href="/en/stato/fonti/agenda-prova"`,
	} {
		if !strings.Contains(en, want) {
			t.Errorf("/en%s: no %q", first, want)
		}
	}
	for _, page := range []string{it, en} {
		if strings.Contains(page, "segreto") {
			t.Error("a receipt shows what the source's definition drops")
		}
	}
	if got := s.page(t, second); !strings.Contains(got, "<del>Mostra</del>") || !strings.Contains(got, "<ins>Mostra di stampe</ins>") || !strings.Contains(got, "Niente: tutto quello") {
		t.Errorf("%s does not tell what changed:\n%s", second, got)
	}
	of := record.FindString(it)
	if of == "" {
		t.Fatal("the complaints do not lead to the records that they are about")
	}
	for path, wants := range map[string][]string{
		of:         {"secondo la sua fonte", "letto «31/02/2024»", "Arrivata con la", `href="` + first + `"`},
		"/en" + of: {"according to its source", "read “31/02/2024”", "Came with"},
	} {
		body := s.page(t, path)
		for _, want := range wants {
			if !strings.Contains(body, want) {
				t.Errorf("%s: no %q", path, want)
			}
		}
	}
	if !strings.Contains(s.page(t, regexp.MustCompile(`href="(/eventi/concerto-[^"]+)"`).FindStringSubmatch(it)[1]), of) {
		t.Error("the page of the record does not lead to what its source said")
	}
	if got := s.page(t, first+"?regola=date-unreadable"); !strings.Contains(got, "31/02/2024") || strings.Contains(got, "Manca il nome") || !strings.Contains(got, `content="noindex"`) {
		t.Errorf("the complaints of one rule:\n%s", got)
	}
	if got := s.page(t, first+"?cambiate=0"); strings.Count(got, ">Nuova</span>") != 5 { // with the dataset that the file is
		t.Errorf("all differences:\n%s", got)
	}
	if resp, _ := s.get(t, strings.Replace(first, "agenda-prova", "altra", 1)+"?cambiate=0"); resp.StatusCode != http.StatusMovedPermanently || resp.Header.Get("Location") != first+"?cambiate=0" {
		t.Errorf("a run under another source: %s to %s", resp.Status, resp.Header.Get("Location"))
	}
	for _, path := range []string{first + "?regola=altra", first + "9", "/stato/fonti/agenda-prova/x", "/stato/fonti/agenda-prova/-1",
		"/stato/fonti/altra" + strings.TrimPrefix(of, "/stato/fonti/agenda-prova"), "/stato/fonti/agenda-prova/schede/x"} {
		if resp, _ := s.get(t, path); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s; want 404", path, resp.Status)
		}
	}
}

// Many complaints and many changes come in parts, which together are all.
func TestReceiptsInParts(t *testing.T) {
	s := empty(t)
	rows := []string{"codice;titolo;Data;telefono;riservato"}
	for i := range 130 {
		rows = append(rows, fmt.Sprintf("%d;Evento %d;30/02/2026;;", i, i))
	}
	text := strings.Join(rows, "\n") + "\n"
	src := aSource(t, s, &text)
	harvest(t, s.store, src)
	runs, err := s.store.Runs(t.Context(), src.ID, 1)
	if err != nil {
		t.Fatal(err)
	}
	page := fmt.Sprintf("/stato/fonti/agenda-prova/%d", runs[0].ID)
	whole := s.page(t, page)
	if !strings.Contains(whole, "Tutte e 130") || strings.Count(whole, "letto «30/02/2026»") != 5 || strings.Count(whole, ">Nuova</span>") != 10 {
		t.Errorf("the receipt does not begin each of its parts:\n%s", whole)
	}
	next := regexp.MustCompile(`<p class="po-pagine"><a href="([^"]+)" rel="next">`)
	for part, of := range map[string]string{"?regola=date-unreadable": "letto «30/02/2026»", "?cambiate=0": ">Evento "} {
		n := 0
		for at, pages := page+part, 0; at != ""; pages++ {
			if pages > 5 {
				t.Fatalf("%s has no end", part)
			}
			body := s.page(t, at)
			n += strings.Count(body, of)
			at = ""
			if m := next.FindStringSubmatch(body); m != nil {
				at = strings.ReplaceAll(m[1], "&amp;", "&")
			}
		}
		if n != 130 {
			t.Errorf("%s: %d in all parts; want 130", part, n)
		}
	}
}
