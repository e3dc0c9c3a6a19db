package portal_test

import (
	"regexp"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// What a record names by the key of its source, and what names it, are links, as
// are the offices and courses of a body and the courses at a place.
func TestLinked(t *testing.T) {
	s := empty(t)
	put(t, s, thing{kind: catalog.KindHeritageItem, fields: map[string]string{"title": "Polittico"}})
	put(t, s, thing{kind: catalog.KindHeritageItem, fields: map[string]string{"title": "Predella"}, rest: map[string]any{"part_of": "Polittico", "related_services": "X"}})
	var more []thing
	for _, title := range []string{"Anagrafe", "Tributi", "Lavori", "Scuola", "Sport", "Cultura", "Verde"} {
		more = append(more, thing{kind: catalog.KindOffice, fields: map[string]string{"title": title, "body": "c_g999"}})
	}
	more = append(more,
		thing{kind: catalog.KindOrganization, fields: map[string]string{"title": "Comune di Prato, ente"}, rest: map[string]any{"ipa_code": "c_g999"}},
		thing{kind: catalog.KindPlace, at: [2]float64{11.1, 43.88}, fields: map[string]string{"title": "Scuola di musica", "type": "scuola"}},
		thing{kind: catalog.KindCourse, at: [2]float64{11.1002, 43.88}, fields: map[string]string{"title": "Corso di liuto", "body": "altro"}})
	put(t, s, more...)
	page := func(q, path string) string {
		return s.page(t, regexp.MustCompile(`href="(/` + path + `[^"]+-[0-9a-f]{12})"`).FindStringSubmatch(s.page(t, "/mappa?q="+q))[1])
	}
	for _, tt := range []struct{ q, path, want string }{
		{"predella", "beni/predella-", `<h3>Fa parte di</h3><ul><li><a href="/beni/polittico-`},
		{"polittico", "beni/polittico-", `<h3>Comprende</h3><ul><li><a href="/beni/predella-`},
		{"comune", "enti/comune-", `<h3>Uffici <span class="po-sub">(7)</span></h3><ul><li><a href="/uffici/anagrafe-`},
		{"comune", "enti/comune-", `&amp;come=has_unit" rel="nofollow">Tutti</a>`},
		{"scuola+musica", "luoghi/scuola-di-musica-", `<h3>Corsi a pochi passi</h3><ul><li><a href="/formazione/corso-di-liuto-`},
	} {
		if got := page(tt.q, tt.path); !strings.Contains(got, tt.want) {
			_, part, _ := strings.Cut(got, `id="h-collegati"`)
			t.Errorf("%s: no %s\n%.600s", tt.path, tt.want, part)
		}
	}
	if got := page("predella", "beni/predella-"); strings.Contains(got, "<dt>Fa parte di</dt>") || !strings.Contains(got, "<dt>Servizi collegati</dt>") {
		t.Error("a key that leads somewhere is told twice, or one that leads nowhere not at all")
	}
}
