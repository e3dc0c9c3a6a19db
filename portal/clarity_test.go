package portal_test

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"po-net.prato.it/ponet/catalog"
)

// send posts a form as a browser does, without following where it leads.
func (s *site) send(t testing.TB, form url.Values, headers ...string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/opinioni", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp
}

// element are the texts of the elements with this data-element, in order.
func element(doc *html.Node, name string) (texts []string) {
	for n := range doc.Descendants() {
		if attr(n, "data-element") == name {
			var b strings.Builder
			for d := range n.Descendants() {
				if d.Type == html.TextNode {
					b.WriteString(d.Data)
				}
			}
			texts = append(texts, strings.Join(strings.Fields(b.String()), " "))
		}
	}
	return texts
}

// TestClarityQuestion looks for what the State's own checks look for, in the
// HTML as it is served, on a page of each kind.
func TestClarityQuestion(t *testing.T) {
	s := empty(t)
	withDatasets(t, s)
	put(t, s, everyKind()...)
	for _, path := range []string{
		"/", "/mappa", "/eventi", "/dati", "/dati/piste", "/enti", "/enti/c_g999", "/stato", "/sviluppatori", "/aiuto", "/opinioni",
		"/privacy", "/accessibilita", "/note-legali", firstRecord(t, s, "services"),
	} {
		doc, err := html.Parse(strings.NewReader(s.page(t, path)))
		if err != nil {
			t.Fatal(err)
		}
		if got := element(doc, "feedback-title"); len(got) != 1 || got[0] != "Quanto sono chiare le informazioni su questa pagina?" {
			t.Fatalf("%s asks %q", path, got)
		}
		for _, name := range []string{"feedback", "feedback-rate-1", "feedback-rate-2", "feedback-rate-3", "feedback-rate-4", "feedback-rate-5", "feedback-rating-positive", "feedback-rating-negative", "feedback-input-text"} {
			if got := element(doc, name); len(got) != 1 {
				t.Errorf("%s has %d elements %s; want one", path, len(got), name)
			}
		}
		if got := element(doc, "feedback-rating-question"); !slices.Equal(got, []string{"Dove hai incontrato le maggiori difficoltà?", "Quali sono stati gli aspetti che hai preferito?"}) {
			t.Errorf("%s asks then %q", path, got)
		}
		want := []string{
			"A volte le indicazioni non erano chiare", "A volte le indicazioni non erano complete",
			"A volte non capivo se stavo procedendo correttamente", "Ho avuto problemi tecnici", "Altro",
			"Le indicazioni erano chiare", "Le indicazioni erano complete",
			"Capivo sempre che stavo procedendo correttamente", "Non ho avuto problemi tecnici", "Altro",
		}
		if got := element(doc, "feedback-rating-answer"); !slices.Equal(got, want) {
			t.Errorf("%s offers %q", path, got)
		}
		// what the page asks about is a page that can be rated
		for n := range doc.Descendants() {
			if attr(n, "name") == "pagina" {
				if got := s.send(t, url.Values{"pagina": {attr(n, "value")}, "stelle": {"5"}, "finita": {"1"}}, "X-Forwarded-For", "192.0.2."+itoa(len(path))); got.StatusCode != http.StatusSeeOther {
					t.Errorf("%s asks about %q: %s", path, attr(n, "value"), got.Status)
				}
			}
		}
	}
	if strings.Contains(s.page(t, "/opinioni/grazie"), "data-element") {
		t.Error("the thanks ask again")
	}
}

// TestClarityWithoutScript goes the way of two pages, and reads the results.
func TestClarityWithoutScript(t *testing.T) {
	s := empty(t)
	put(t, s, everyKind()...)
	place := firstRecord(t, s, "services")
	first := s.send(t, url.Values{"pagina": {place}, "stelle": {"2"}, "dettagli": {""}})
	second := first.Header.Get("Location")
	if first.StatusCode != http.StatusSeeOther || !strings.HasPrefix(second, "/opinioni/seguito?") {
		t.Fatalf("the stars lead to %s %q", first.Status, second)
	}
	page := s.page(t, second)
	if !strings.Contains(page, "Dove hai incontrato le maggiori difficoltà?") || strings.Contains(page, "preferito") {
		t.Error("two stars do not ask what was hard")
	}
	u, err := url.Parse(second)
	if err != nil {
		t.Fatal(err)
	}
	answer := url.Values{"id": {u.Query().Get("id")}, "pagina": {place}, "risposta": {"4"}, "dettagli": {strings.Repeat("è ", 300)}}
	for range 2 { // sent twice, it counts once
		if got := s.send(t, answer); got.StatusCode != http.StatusSeeOther || !strings.HasPrefix(got.Header.Get("Location"), "/opinioni/grazie") {
			t.Fatalf("the answer leads to %s %s", got.Status, got.Header.Get("Location"))
		}
	}
	s.send(t, url.Values{"pagina": {place}, "stelle": {"5"}, "risposta": {"1"}})
	s.send(t, url.Values{"pagina": {"/mappa?q=mario+rossi"}, "stelle": {"3"}, "finita": {"1"}})

	resp, body := s.get(t, "/opinioni.csv")
	if !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/csv") {
		t.Errorf("results are %s", resp.Header.Get("Content-Type"))
	}
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	month := time.Now().In(catalog.Rome).Format("2006-01")
	want := [][]string{
		{month, place, "c_g999", "2", "3.50", "0", "1", "0", "0", "1", "0", "0", "0", "1", "0", "1", "0", "0", "0", "0"},
		{month, "/mappa", "", "1", "3.00", "0", "0", "1", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0"},
	}
	for _, w := range want {
		if !slices.ContainsFunc(rows, func(r []string) bool { return slices.Equal(r, w) }) {
			t.Errorf("no line %q in\n%s", w, body)
		}
	}
	if len(rows) != 3 {
		t.Errorf("%d lines; want a header and two", len(rows))
	}
	if _, body := s.get(t, "/opinioni.csv?ente=c_g999"); strings.Count(body, "\n") != 2 {
		t.Errorf("of one body: %q", body)
	}
	if of := s.page(t, "/opinioni?ente=c_g999"); !strings.Contains(of, "Comune di Prato") || strings.Contains(of, ">/mappa</a></td>") || !strings.Contains(of, `href="/opinioni.csv?ente=c_g999"`) {
		t.Error("the results of one body are not those")
	}
	if !strings.Contains(s.page(t, "/opinioni"), "3,5") {
		t.Error("the page of results has no average")
	}

	// nothing of the person is stored, and what was written is not published
	var details, columns string
	err = s.store.DB().QueryRow(t.Context(), `
		select (select string_agg(details, '|') from rating where details <> ''),
			(select string_agg(column_name, ' ' order by ordinal_position) from information_schema.columns where table_name = 'rating')`).Scan(&details, &columns)
	if err != nil {
		t.Fatal(err)
	}
	if n := len([]rune(details)); n != 199 && n != 200 {
		t.Errorf("the details have %d characters; want at most 200", n)
	}
	if columns != "id page body_id day stars answer details" {
		t.Errorf("a rating has %s", columns)
	}
	for _, path := range []string{"/opinioni", "/opinioni.csv"} {
		if _, body := s.get(t, path); strings.Contains(body, "è è") || strings.Contains(body, "mario") {
			t.Errorf("%s shows what was written", path)
		}
	}
}

func TestClarityRefuses(t *testing.T) {
	s := empty(t)
	good := url.Values{"pagina": {"/enti"}, "stelle": {"4"}}
	with := func(name, value string) url.Values {
		v := url.Values{"pagina": good["pagina"], "stelle": good["stelle"]}
		v.Set(name, value)
		return v
	}
	for name, tc := range map[string]struct {
		form url.Values
		want int
	}{
		"good":              {good, 303},
		"no stars":          {with("stelle", ""), 400},
		"six stars":         {with("stelle", "6"), 400},
		"answer 6":          {with("risposta", "6"), 400},
		"no such page":      {with("pagina", "/nessuna"), 400},
		"no such record":    {with("pagina", "/luoghi/x-019a0000-0000-7000-8000-000000000000"), 400},
		"no such body":      {with("pagina", "/enti/nessuno"), 400},
		"another site":      {with("pagina", "https://example.org/"), 400},
		"no scheme":         {with("pagina", "//example.org/"), 400},
		"second, no rating": {with("id", "nessuno"), 400},
	} {
		if got := s.send(t, tc.form, "X-Forwarded-For", "198.51.100."+itoa(len(name))); got.StatusCode != tc.want {
			t.Errorf("%s: %s; want %d", name, got.Status, tc.want)
		}
	}
	if got := s.send(t, good, "Sec-Fetch-Site", "cross-site"); got.StatusCode != http.StatusForbidden {
		t.Errorf("a form of another site: %s", got.Status)
	}
	if resp, _ := s.get(t, "/opinioni.csv?dal=ieri"); resp.StatusCode != http.StatusBadRequest {
		t.Errorf("a month that is none: %s", resp.Status)
	}
	if page := s.page(t, "/opinioni/grazie?pagina="+url.QueryEscape("//example.org")); strings.Contains(page, `href="//example.org`) {
		t.Error("the thanks lead to another site")
	}
	var refused int
	for range 30 {
		if s.send(t, good, "X-Forwarded-For", "203.0.113.9").StatusCode == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused != 20 {
		t.Errorf("of 30 ratings of one address in a minute %d were refused; want 20", refused)
	}
	if got := s.send(t, good, "X-Forwarded-For", "203.0.113.10"); got.StatusCode != http.StatusSeeOther {
		t.Errorf("another address: %s", got.Status)
	}
}

// firstRecord is the path of a record of a collection.
func firstRecord(t testing.TB, s *site, collection string) string {
	t.Helper()
	_, rest, ok := strings.Cut(s.page(t, "/mappa?dati="+collection), `<h3><a href="`)
	path, _, _ := strings.Cut(rest, `"`)
	if !ok {
		t.Fatalf("no record of %s", collection)
	}
	return path
}

// TestStars answers the question with a script running: the second question
// appears below the first, and the page is not left.
func TestStars(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	s := empty(t)
	b := open(t, s, 390, 860)
	b.visit("/aiuto")
	b.until(`customElements.get('ponet-stelle')`)
	b.click(`[data-element=feedback-rate-4]`)
	b.until(`!document.querySelector('[data-element=feedback-rating-positive]').closest('[hidden]') && document.querySelector('[data-element=feedback-rating-negative]').hidden`)
	b.click(`[data-element=feedback-rate-2]`)
	b.until(`document.querySelector('[data-element=feedback-rating-positive]').hidden && !document.querySelector('[data-element=feedback-rating-negative]').hidden`)
	b.judge("second question below")
	b.click(`[data-element=feedback-rating-negative] label:nth-of-type(3)`)
	b.click(".po-opinione button")
	b.until(`document.querySelector('.po-grazie')`)
	b.judge("thanks in place")
	if got := js[string](b, `location.pathname`); got != "/aiuto" {
		t.Errorf("the page was left for %s", got)
	}
	if _, body := s.get(t, "/opinioni.csv"); !strings.Contains(body, "/aiuto,,1,2.00,0,1,0,0,0,0,0,1,0,0,") {
		t.Errorf("stored %q", body)
	}
}
