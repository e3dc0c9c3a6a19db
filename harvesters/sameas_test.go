package harvesters_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// A listed is a dataset as a portal lists it.
type listed struct {
	IRI, ID, Other, Holder, Page, Title string
	Files                               []string
}

// turtle is a catalogue of datasets in the Italian profile of DCAT.
func turtle(list ...listed) string {
	var b strings.Builder
	b.WriteString("@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . @prefix adms: <http://www.w3.org/ns/adms#> .\n" +
		"@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .\n")
	b.WriteString("<urn:x:catalogue> a dcat:Catalog; dct:title \"Catalogo\"")
	for _, d := range list {
		fmt.Fprintf(&b, "; dcat:dataset <%s>", d.IRI)
	}
	b.WriteString(" .\n")
	for _, d := range list {
		fmt.Fprintf(&b, "<%s> a dcat:Dataset; dct:title %q@it; dct:description \"Come dice il titolo.\"@it", d.IRI, d.Title)
		if d.ID != "" {
			fmt.Fprintf(&b, "; dct:identifier %q", d.ID)
		}
		if d.Other != "" {
			fmt.Fprintf(&b, "; adms:identifier [ a adms:Identifier; skos:notation %q ]", d.Other)
		}
		if d.Holder != "" {
			fmt.Fprintf(&b, "; dct:rightsHolder [ a foaf:Agent; dct:identifier %q; foaf:name \"Ente\" ]", d.Holder)
		}
		if d.Page != "" {
			fmt.Fprintf(&b, "; dcat:landingPage <%s>", d.Page)
		}
		for _, f := range d.Files {
			fmt.Fprintf(&b, "; dcat:distribution [ a dcat:Distribution; dcat:accessURL <%s>; dcat:downloadURL <%s>; dct:format \"PDF\" ]", f, f)
		}
		b.WriteString(" .\n")
	}
	return b.String()
}

// portals are catalogues that are harvested into one store.
type portals struct {
	t     *testing.T
	store *postgis.Store
	says  map[string]*document
	list  map[string]catalog.Source
	past  album
	// forgets: something is erased on purpose, so that the past changes.
	forgets bool
}

// newPortals are the portals called ids, known in that order.
func newPortals(t *testing.T, ids ...string) *portals {
	p := &portals{t: t, store: postgistest.New(t), says: map[string]*document{}, list: map[string]catalog.Source{}}
	for _, id := range ids {
		d := &document{}
		server := httptest.NewServer(d)
		t.Cleanup(server.Close)
		p.says[id], p.list[id] = d, catalog.Source{ID: id, Title: "Portale " + id, Protocol: "dcat", URL: server.URL + "/catalogue.ttl"}
		if err := p.store.PutSource(t.Context(), p.list[id]); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func (p *portals) harvest(id string, list ...listed) catalog.Receipt {
	p.t.Helper()
	p.says[id].text = turtle(list...)
	return harvest(p.t, p.store, p.list[id])
}

// records are the published datasets: the title, and after it who describes
// each, the one that is shown first.
func (p *portals) records() string {
	p.t.Helper()
	rows, err := p.store.DB().Query(p.t.Context(), `
		select r.title || ': ' || string_agg(c.source_id || ' ' || c.key, ', ' order by not c.shown, c.source_id, c.key)
			|| coalesce((select ' also ' || string_agg(a ->> 'source', ' ') from jsonb_array_elements(r.properties -> 'also_published_on') a), '')
		from published r left join contribution c on c.record_id = r.id
		where r.kind = 'dataset'
		group by r.id, r.title, r.properties
		order by 1`)
	if err != nil {
		p.t.Fatal(err)
	}
	var list []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			p.t.Fatal(err)
		}
		list = append(list, s)
	}
	return strings.Join(list, "\n")
}

func (p *portals) want(what, want string) {
	p.t.Helper()
	if got := p.records(); got != want {
		p.t.Errorf("%s:\n%s\nwant\n%s", what, got, want)
	}
	p.sound()
}

// sound reports what follows from the records and does not agree with them.
func (p *portals) sound() {
	p.t.Helper()
	for what, sql := range map[string]string{
		"marks":  `select count(*) from collection_mark m where m.count <> (select count(*) from published p where p.collection = m.collection)`,
		"names":  `select count(*) from (select record_id, plain from name except select id, plain(title) from published where kind <> 'feature') x`,
		"named":  `select count(*) from (select id, plain(title) from published where kind <> 'feature' except select record_id, plain from name) x`,
		"merged": `select count(*) from record r where r.status = 'merged' and not exists (select from record x where x.id = r.merged_into)`,
		"log":    `select count(*) from (select record_id, sum(case op when 'create' then 1 when 'withdraw' then -1 else 0 end) as n from change group by 1) x where n <> (select count(*) from published p where p.id = record_id)`,
		"words":  `select count(*) from (select word, count from word except select w, count(*) from published, regexp_split_to_table(lower(title), '[^[:alpha:]]+') w where kind <> 'feature' and length(w) > 2 group by w) x`,
	} {
		var n int
		if err := p.store.DB().QueryRow(p.t.Context(), sql).Scan(&n); err != nil || n > 0 {
			p.t.Errorf("%s: %d do not agree with the records: %v", what, n, err)
		}
	}
}

// id is the published or merged record of a key.
func (p *portals) id(source, key string) string {
	p.t.Helper()
	var id string
	if err := p.store.DB().QueryRow(p.t.Context(), `select record_id::text from harvested where source_id = $1 and key = $2`, source, key).Scan(&id); err != nil {
		p.t.Fatal(err)
	}
	return id
}

const (
	atA, atB, atC = "https://a.example/d/", "https://b.example/d/", "https://c.example/d/"
)

// The steps of spec/metadata.md §4.1 by which one dataset of two portals is known.
func TestOneDatasetOfTwoPortals(t *testing.T) {
	for name, tt := range map[string]struct {
		a, b listed
		same bool
	}{
		"adms:identifier is the other's IRI": {listed{IRI: atA + "1", Title: "Alberi"}, listed{IRI: atB + "9", Other: "http://www.A.example/d/1/#it", Title: "Gli alberi"}, true},
		"identifier of a body with its IPA code": {listed{IRI: atA + "1", ID: "c_g999:alberi-2024", Title: "Alberi"},
			listed{IRI: atB + "9", ID: "C_G999:alberi-2024", Title: "Gli alberi"}, true},
		"one identifier of one body":    {listed{IRI: atA + "1", ID: "alberi-2024", Holder: "c_g999", Title: "Alberi"}, listed{IRI: atB + "9", ID: "alberi-2024", Holder: "c_g999", Title: "Gli alberi"}, true},
		"one identifier of two bodies":  {listed{IRI: atA + "1", ID: "alberi-2024", Holder: "c_g999", Title: "Alberi"}, listed{IRI: atB + "9", ID: "alberi-2024", Holder: "c_d612", Title: "Gli alberi"}, false},
		"a number that everybody has":   {listed{IRI: atA + "1", ID: "12", Holder: "c_g999", Title: "Alberi"}, listed{IRI: atB + "9", ID: "12", Holder: "c_g999", Title: "Strade"}, false},
		"its own page elsewhere":        {listed{IRI: atA + "1", Page: "https://dati.example/alberi?utm_source=x", Title: "Alberi"}, listed{IRI: atB + "9", Page: "http://www.dati.example/alberi/", Title: "Gli alberi"}, true},
		"the page of the portal":        {listed{IRI: atA + "1", Page: "https://dati.example/", Title: "Alberi"}, listed{IRI: atB + "9", Page: "https://dati.example", Title: "Gli alberi"}, false},
		"the same file":                 {listed{IRI: atA + "1", Files: []string{"https://f.example/a.pdf"}, Title: "Alberi"}, listed{IRI: atB + "9", Files: []string{"http://f.example/a.pdf"}, Title: "Gli alberi"}, true},
		"most of the files":             {listed{IRI: atA + "1", Files: []string{"https://f.example/a.pdf", "https://f.example/b.pdf", "https://f.example/c.pdf"}, Title: "Alberi"}, listed{IRI: atB + "9", Files: []string{"https://f.example/a.pdf", "https://f.example/b.pdf"}, Title: "Gli alberi"}, true},
		"one of many files":             {listed{IRI: atA + "1", Files: []string{"https://f.example/a.pdf", "https://f.example/b.pdf", "https://f.example/c.pdf"}, Title: "Alberi"}, listed{IRI: atB + "9", Files: []string{"https://f.example/a.pdf"}, Title: "Gli alberi"}, false},
		"the same file of another body": {listed{IRI: atA + "1", Holder: "c_g999", Files: []string{"https://f.example/a.pdf"}, Title: "Alberi"}, listed{IRI: atB + "9", Holder: "c_d612", Files: []string{"https://f.example/a.pdf"}, Title: "Gli alberi"}, false},
		"nothing but the title":         {listed{IRI: atA + "1", Holder: "c_g999", Title: "Alberi monumentali del comune"}, listed{IRI: atB + "9", Holder: "c_g999", Title: "Alberi monumentali del Comune"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPortals(t, "a", "b")
			p.harvest("a", tt.a)
			r := p.harvest("b", tt.b)
			if r.New != 1 || r.Read != 1 {
				t.Errorf("%+v", r)
			}
			if tt.same {
				p.want("after both", "Alberi: a "+cmp.Or(tt.a.ID, tt.a.IRI)+", b "+cmp.Or(tt.b.ID, tt.b.IRI)+" also b")
			} else if n := strings.Count(p.records(), "\n"); n != 1 {
				t.Errorf("records: %s", p.records())
			}
			p.sound()
		})
	}
}

// What looks alike and cannot be told is for a person, who is asked once.
func TestDoubtsAreForAPerson(t *testing.T) {
	p := newPortals(t, "a", "b")
	p.harvest("a", listed{IRI: atA + "1", Holder: "c_g999", Title: "Alberi monumentali del comune"}, listed{IRI: atA + "2", Holder: "c_g999", Title: "Alberi monumentali"})
	p.harvest("b", listed{IRI: atB + "9", Holder: "c_g999", Title: "Alberi monumentali del Comune"})
	doubts, _, err := p.store.Doubts(t.Context(), 10)
	if err != nil || len(doubts) != 1 || doubts[0].Kind != catalog.EvidenceTitle {
		t.Fatalf("doubts: %+v %v", doubts, err)
	}
	a, b := p.id("a", atA+"1"), p.id("b", atB+"9")
	if err := p.store.Decide(t.Context(), b, a, catalog.Same, "urp", "lo dice l'ufficio"); err != nil {
		t.Fatal(err)
	}
	one := "Alberi monumentali del comune: a " + atA + "1, b " + atB + "9 also b\nAlberi monumentali: a " + atA + "2"
	p.want("said to be the same", sorted(one))
	if doubts, _, err = p.store.Doubts(t.Context(), 10); err != nil || len(doubts) != 0 {
		t.Errorf("doubts after that: %+v %v", doubts, err)
	}
	// The address of the younger one leads to the older.
	if _, err := p.store.Item(t.Context(), b); !leadsTo(err, a) {
		t.Errorf("item %s: %v", b, err)
	}
	if err := p.store.Decide(t.Context(), a, b, catalog.Different, "urp", ""); err != nil {
		t.Fatal(err)
	}
	two := "Alberi monumentali del comune: a " + atA + "1\nAlberi monumentali del Comune: b " + atB + "9\nAlberi monumentali: a " + atA + "2"
	p.want("said to be two", sorted(two))
	if doubts, _, err = p.store.Doubts(t.Context(), 10); err != nil || len(doubts) != 0 {
		t.Errorf("doubts about what was decided: %+v %v", doubts, err)
	}
	// That is remembered, whatever the sources say later.
	p.harvest("b", listed{IRI: atB + "9", Other: atA + "1", Holder: "c_g999", Title: "Alberi monumentali del Comune"})
	p.want("remembered", sorted(two))
	if err := p.store.Undecide(t.Context(), a, b); err != nil {
		t.Fatal(err)
	}
	p.want("forgotten", sorted(one))
}

func sorted(lines string) string {
	list := strings.Split(lines, "\n")
	slices.Sort(list)
	return strings.Join(list, "\n")
}

func leadsTo(err error, id string) bool {
	merged, ok := errors.AsType[*catalog.MergedError](err)
	return ok && merged.Into == id
}

// What a source says of two of its datasets identifies neither.
func TestIdentifiersThatAreNone(t *testing.T) {
	p := newPortals(t, "a", "b")
	p.harvest("a", listed{IRI: atA + "1", Page: "https://dati.example/elenco", Title: "Alberi"})
	p.harvest("b", listed{IRI: atB + "1", Page: "https://dati.example/elenco", Title: "Alberi"})
	p.want("one page", "Alberi: a "+atA+"1, b "+atB+"1 also b")
	p.harvest("b", listed{IRI: atB + "1", Page: "https://dati.example/elenco", Title: "Alberi"}, listed{IRI: atB + "2", Page: "https://dati.example/elenco", Title: "Strade"})
	p.want("a page for all", "Alberi: a "+atA+"1\nAlberi: b "+atB+"1\nStrade: b "+atB+"2")
	p.harvest("b", listed{IRI: atB + "1", Page: "https://dati.example/elenco", Title: "Alberi"}, listed{IRI: atB + "2", Title: "Strade"})
	p.want("one page again", "Alberi: a "+atA+"1, b "+atB+"1 also b\nStrade: b "+atB+"2")
}

// The holder's own portal is shown, and the record keeps the oldest id. What one
// of the sources withdraws, undoes, or takes along when it is removed is only its own.
func TestSourcesOfOneDataset(t *testing.T) {
	p := newPortals(t, "a", "b", "c")
	own := p.list["b"]
	own.BodyID, own.BodyName = "c_g999", "Comune di Prato"
	p.list["b"] = own
	a := listed{IRI: atA + "1", Other: atB + "1", Holder: "c_g999", Title: "Alberi (copia)"}
	b := listed{IRI: atB + "1", Holder: "c_g999", Title: "Alberi"}
	c := listed{IRI: atC + "1", Other: atB + "1", Holder: "c_g999", Title: "Alberi, terza copia"}
	p.harvest("a", a)
	oldest := p.id("a", a.IRI)
	second := p.harvest("b", b)
	p.want("the holder's own is shown", "Alberi: b "+b.IRI+", a "+a.IRI+" also a")
	rec, err := p.store.Item(t.Context(), oldest)
	if err != nil || rec.Title != "Alberi" || rec.SourceID != "b" || rec.SourceKey != b.IRI {
		t.Fatalf("the oldest id: %+v %v", rec, err)
	}
	var others []catalog.OtherIdentifier
	if raw, ok := rec.Properties.Get("other_identifiers").(json.RawMessage); !ok || json.Unmarshal(raw, &others) != nil || !slices.ContainsFunc(others, func(o catalog.OtherIdentifier) bool { return o.Notation == atA+"1" }) {
		t.Errorf("other identifiers: %v", rec.Properties.Get("other_identifiers"))
	}
	p.harvest("c", c)
	all := "Alberi: b " + b.IRI + ", a " + a.IRI + ", c " + c.IRI + " also a c"
	p.want("three", all)
	if r := p.harvest("b", b); r.Unchanged != 1 {
		t.Errorf("read again: %+v", r)
	}
	// A change of the one that is shown is there; of the others nothing is seen.
	b.Title = "Alberi di Prato"
	if r := p.harvest("b", b); r.Changed != 1 {
		t.Errorf("changed: %+v", r)
	}
	a.Title = "Alberi (nuova copia)"
	if r := p.harvest("a", a); r.Changed+r.Unchanged != 1 {
		t.Errorf("the copy changed: %+v", r)
	}
	p.want("changed", strings.Replace(all, "Alberi:", "Alberi di Prato:", 1))
	// Undoing the second source's first run is refused while a later one stands.
	first, err := p.store.Run(t.Context(), second.Run)
	if err != nil {
		t.Fatal(err)
	}
	var conflict *catalog.ConflictError
	if _, err := p.store.Revert(t.Context(), p.list["b"], first, false); !errors.As(err, &conflict) {
		t.Errorf("revert of a run that was followed by another: %v", err)
	}
	// The holder lists it no more.
	p.harvest("b", listed{IRI: atB + "2", Title: "Altro"})
	gone := p.harvest("b", listed{IRI: atB + "2", Title: "Altro"})
	if gone.Gone != 1 {
		t.Errorf("gone: %+v", gone)
	}
	p.want("without the holder's own", "Alberi (nuova copia): a "+a.IRI+", c "+c.IRI+" also c\nAltro: b "+atB+"2")
	run, err := p.store.Run(t.Context(), gone.Run)
	if err != nil {
		t.Fatal(err)
	}
	back, err := p.store.Revert(t.Context(), p.list["b"], run, false)
	if err != nil {
		t.Fatal(err)
	}
	p.want("undone", strings.Replace(all, "Alberi:", "Alberi di Prato:", 1)+"\nAltro: b "+atB+"2")
	again, err := p.store.Run(t.Context(), back.Run)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.store.Revert(t.Context(), p.list["b"], again, false); err != nil {
		t.Fatal(err)
	}
	p.want("the undoing undone", "Alberi (nuova copia): a "+a.IRI+", c "+c.IRI+" also c\nAltro: b "+atB+"2")
	// The oldest one's source is removed: its address leads on.
	if _, err := p.store.RemoveSource(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	p.want("without the oldest", "Alberi, terza copia: c "+c.IRI+"\nAltro: b "+atB+"2")
	if _, err := p.store.Item(t.Context(), oldest); !leadsTo(err, p.id("c", c.IRI)) {
		t.Errorf("the oldest id: %v", err)
	}
	if _, err := p.store.Purge(t.Context(), p.list["c"], p.id("c", c.IRI), catalog.Request{}); err != nil {
		t.Fatal(err)
	}
	p.want("erased", "Altro: b "+atB+"2")
}

// Neither the order in which sources are harvested nor how often changes what
// comes out.
func TestOrderOfSourcesChangesNothing(t *testing.T) {
	anyOrder[listed]{
		harvests: 5,
		draw: func(random *rand.Rand, id string) (list []listed) {
			pool := func(of string) string { return fmt.Sprintf("https://%s.example/%d", of, random.IntN(7)) }
			for i := range 6 {
				d := listed{IRI: fmt.Sprintf("https://%s.example/d/%d", id, i), Holder: []string{"", "c_g999", "c_d612"}[random.IntN(3)], Title: fmt.Sprintf("Dati %s %d", id, i)}
				if random.IntN(2) == 0 {
					d.Other = pool("altro")
				}
				if random.IntN(3) == 0 {
					d.Page = pool("pagina")
				}
				if random.IntN(3) == 0 {
					d.ID = fmt.Sprintf("dati-%d", random.IntN(6))
				}
				for range random.IntN(3) {
					d.Files = append(d.Files, pool("file")+".pdf")
				}
				d.Files = slices.Compact(slices.Sorted(slices.Values(d.Files)))
				list = append(list, d)
			}
			return list
		},
		change: func(random *rand.Rand, d *listed) {
			d.Other, d.Files = "https://altro.example/"+fmt.Sprint(random.IntN(7)), nil
		},
		known:   newPortals,
		harvest: (*portals).harvest,
		records: (*portals).records,
		merged:  func(records string) bool { return strings.Contains(records, "also") },
	}.test(t, 4)
}

// What a source said of a dataset goes out of the record that it had a part in,
// and out of its past.
func TestPartOfADatasetIsErased(t *testing.T) {
	p := newPortals(t, "a", "b")
	p.harvest("b", listed{IRI: atB + "1", Title: "Alberi"})
	p.harvest("a", listed{IRI: atA + "1", Other: atB + "1", Title: "Segreto di Mario"})
	p.want("both", "Segreto di Mario: a "+atA+"1, b "+atB+"1 also b")
	p.harvest("a", listed{IRI: atA + "1", Other: atB + "1", Title: "Segreto di Maria"})
	head := p.id("b", atB+"1")
	if _, err := p.store.Purge(t.Context(), p.list["a"], head, catalog.Request{}); err != nil {
		t.Fatal(err)
	}
	p.want("erased", "Alberi: b "+atB+"1")
	p.harvest("a", listed{IRI: atA + "1", Other: atB + "1", Title: "Segreto di Maria"})
	p.want("not stored again", "Alberi: b "+atB+"1")
	var left string
	if err := p.store.DB().QueryRow(t.Context(), `
		select coalesce((select string_agg(x, ' ') from (
			select record::text as x from record_version union all select properties::text from record union all select encode(said, 'escape') from harvested
			union all select value from identifier union all select before::text from undo) y where x like '%Mari%' or x like '%a.example%'), '')`).Scan(&left); err != nil || left != "" {
		t.Errorf("left: %s %v", left, err)
	}
}

// The rows of a dataset that two portals have are published once: those of the
// portal whose description is shown, while it has any.
func TestTablesOfOneDataset(t *testing.T) {
	p := newPortals(t, "a", "b")
	table := httptest.NewServer(&document{csvOf("1,Sala Rossa,43.88,11.09,100", "2,Sala Verde,43.89,11.08,50")})
	t.Cleanup(table.Close)
	says := func(id string, lists bool) catalog.Receipt {
		t.Helper()
		d := listed{IRI: "https://" + id + ".example/d/1", Other: "https://a.example/d/1", Title: "Sale", Page: "https://127.0.0.1/" + id}
		p.says[id].text = strings.ReplaceAll(turtle(d), "dct:description", fmt.Sprintf(`dcat:distribution [ a dcat:Distribution; dcat:downloadURL <%s/%s.csv>; dct:format "CSV" ]; dct:description`, table.URL, id))
		if !lists {
			p.says[id].text = turtle(listed{IRI: "https://" + id + ".example/d/2", Title: "Altro"})
		}
		return harvest(t, p.store, p.list[id])
	}
	rows := func(what, want string) {
		t.Helper()
		var got string
		if err := p.store.DB().QueryRow(t.Context(), `
			select coalesce(string_agg(source_id || source_key, ' ' order by source_id, source_key), '') from published where kind = 'feature'`).Scan(&got); err != nil || got != want {
			t.Errorf("%s: rows %s, want %s: %v", what, got, want, err)
		}
		p.sound()
	}
	says("b", true)
	rows("the second portal alone", "b1 b2")
	row := p.id("b", "1")
	says("a", true)
	rows("both", "a1 a2") // where they were added in the same second, the first is shown
	if _, err := p.store.Item(t.Context(), row); !leadsTo(err, p.id("b", "https://b.example/d/1")) {
		t.Errorf("a row that is shown no more: %v", err)
	}
	if r := says("b", true); r.Read != 1 || r.Outcome != catalog.RunCompleted {
		t.Errorf("the second portal reads rows that the first gives: %+v", r)
	}
	rows("read again", "a1 a2")
	says("a", false)
	gone := says("a", false)
	rows("without the first", "b1 b2")
	run, err := p.store.Run(t.Context(), gone.Run)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.store.Revert(t.Context(), p.list["a"], run, false); err != nil {
		t.Fatal(err)
	}
	rows("with it again", "a1 a2")
	if _, err := p.store.RemoveSource(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	rows("its source removed", "b1 b2")
}
