package catalog_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// ofRow is the record of one row of kind with the columns given.
func ofRow(t *testing.T, v *catalog.Vocabularies, kind catalog.Kind, row map[string]any) (catalog.Record, []catalog.Issue, []catalog.Column) {
	t.Helper()
	layer := &catalog.Layer{Ours: true, Guess: catalog.Mapping{Kind: kind, Fields: map[string]string{"title": "nome"}}}
	names := []string{"nome"}
	for name := range row {
		names = append(names, name)
	}
	slices.Sort(names[1:])
	row["nome"] = "Prova"
	if row["tipologia"] != nil {
		layer.Guess.Fields["type"] = "tipologia"
	}
	h := catalog.Harvested{Key: "k", Layer: layer}
	for _, name := range names {
		layer.Columns = append(layer.Columns, catalog.Column{Name: name, Type: catalog.ColumnText})
		h.Values = append(h.Values, row[name])
	}
	n, err := catalog.NewNormalizer(catalog.Source{ID: "s"}, layer, "c", v)
	if err != nil {
		t.Fatal(err)
	}
	r, issues := n.Normalize(h)
	return r, issues, n.Columns()
}

// What sources say becomes codes of the vocabularies, and what they said stays
// beside where it is something else (spec §0, code lists).
func TestConcepts(t *testing.T) {
	for name, c := range map[string]struct {
		kind catalog.Kind
		row  map[string]any
		want map[string]string // properties, as JSON; "" for none
	}{
		"a service": {catalog.KindService, map[string]any{
			"subject_matter": "Anagrafe; tributi", "life_events": json.RawMessage(`["Cambio di residenza","casa"]`), "authentication": "SPID, CIE", "interactivity": "livello 4",
			"channels": json.RawMessage(`[{"type":"sportello","office":"Urp"},{"name":"online"},{"type":"piccione"}]`), "inputs": json.RawMessage(`["Modulo","Targa"]`),
		}, map[string]string{
			"subject_matter": `["6","9"]`, "subject_matter_declared": `["Anagrafe","tributi"]`, "life_events": `["9","8"]`, "authentication": `["SPIDL2","CIE"]`, "interactivity": `"LEVEL 4"`,
			"interactivity_declared": `"livello 4"`, "channel_types": `["01.1.1","02.3"]`, "channels": `[{"type":"sportello","office":"Urp"},{"name":"online"},{"type":"piccione"}]`,
			"input_types": `["REQ"]`, "inputs": `["Modulo","Targa"]`, "inputs_declared": "",
		}},
		"codes stay as they are":        {catalog.KindService, map[string]any{"life_events": json.RawMessage(`["9"]`), "interactivity": "LEVEL 4"}, map[string]string{"life_events": `["9"]`, "life_events_declared": "", "interactivity_declared": ""}},
		"a term with a comma":           {catalog.KindService, map[string]any{"life_events": "Morte ed eredità", "subject_matter": "Salute, benessere e assistenza"}, map[string]string{"life_events": `["14"]`, "subject_matter": `["2"]`}},
		"a course":                      {catalog.KindCourse, map[string]any{"course_type": "cpia", "level": "EQF 4", "fields_of_study": "informatica", "requirements": "licenza media"}, map[string]string{"course_type": `"adult education"`, "course_type_declared": `"cpia"`, "level": `"4"`, "fields_of_study": `["061"]`, "requirements": `"licenza media"`, "entry_level": `"LSE"`}},
		"requirements in words":         {catalog.KindCourse, map[string]any{"requirements": "voglia di imparare"}, map[string]string{"requirements": `"voglia di imparare"`, "entry_level": ""}},
		"a body":                        {catalog.KindOrganization, map[string]any{"org_kind": "public_body", "category": "Comuni", "legal_status": "comune", "ipa_category": "L6"}, map[string]string{"org_kind": `"public_body"`, "org_kind_declared": "", "category": `"204"`, "legal_status": `"2.4.30"`, "ipa_category": `"L6"`}},
		"an integer":                    {catalog.KindCourse, map[string]any{"level": int64(4)}, map[string]string{"level": `"4"`, "level_declared": ""}},
		"a place":                       {catalog.KindPlace, map[string]any{"tipologia": "Biblioteca"}, map[string]string{"type": `"biblioteca"`, "place_type": `"https://w3id.org/italia/controlled-vocabulary/classifications-for-culture/cultural-interest-places/D4"`, "poi_category": `"cat_1"`}},
		"a place of no cultural kind":   {catalog.KindPlace, map[string]any{"tipologia": "Ristorante"}, map[string]string{"place_type": `"https://w3id.org/italia/controlled-vocabulary/poi-category-classification/cat_3_food"`, "poi_category": `"cat_3"`}},
		"a place to stay":               {catalog.KindPlace, map[string]any{"tipologia": "Residenza turistico alberghiera"}, map[string]string{"accommodation_type": `"A.4"`}},
		"an event":                      {catalog.KindEvent, map[string]any{"tipologia": "Mostre"}, map[string]string{"event_type": `"https://w3id.org/italia/controlled-vocabulary/public-event-types/112"`}},
		"another kind has other fields": {catalog.KindPlace, map[string]any{"life_events": "Cambio di residenza"}, map[string]string{"life_events": `"Cambio di residenza"`}},
	} {
		r, _, columns := ofRow(t, datasets.Vocabularies(), c.kind, c.row)
		for property, want := range c.want {
			got := ""
			if v := r.Properties.Get(property); v != nil {
				b, err := json.Marshal(v)
				if err != nil {
					t.Fatal(err)
				}
				got = string(b)
			}
			if got != want {
				t.Errorf("%s: %s = %s; want %s", name, property, got, want)
			}
		}
		for _, p := range r.Properties { // whatever is published is a column, of the type that it has
			i := slices.IndexFunc(append(catalog.EnvelopeColumns(), columns...), func(col catalog.Column) bool { return col.Name == p.Name })
			if i < 0 {
				t.Errorf("%s: %s is no column", name, p.Name)
			}
		}
	}
}

// What no vocabulary has is told with what it may mean, and stays as declared.
func TestUnknownTermsAreToldWithAProposal(t *testing.T) {
	for name, c := range map[string]struct {
		kind catalog.Kind
		row  map[string]any
		want []string // rule, field, read, proposal
		kept string   // of the property, as JSON
		prop string
	}{
		"type of place": {catalog.KindPlace, map[string]any{"tipologia": "Bibliotca comunle"}, []string{"type-unknown", "type", "Bibliotca comunle", "perhaps: Biblioteca"}, `"bibliotca-comunle"`, "type"},
		"type of event": {catalog.KindEvent, map[string]any{"tipologia": "Konzerto"}, []string{"type-unknown", "event_type", "Konzerto", ""}, `"konzerto"`, "type"},
		"no proposal":   {catalog.KindPlace, map[string]any{"tipologia": "xyz"}, []string{"type-unknown", "type", "xyz", ""}, `"xyz"`, "type"},
		"life event":    {catalog.KindService, map[string]any{"life_events": "cambiare residenza"}, []string{"term-unknown", "life_events", "cambiare residenza", "perhaps: Cambio di residenza/domicilio"}, `["cambiare residenza"]`, "life_events_declared"},
		"level":         {catalog.KindCourse, map[string]any{"level": "facile"}, []string{"term-unknown", "level", "facile", ""}, `"facile"`, "level_declared"},
	} {
		r, issues, _ := ofRow(t, datasets.Vocabularies(), c.kind, c.row)
		if len(issues) != 1 {
			t.Errorf("%s: issues %+v; want one", name, issues)
			continue
		}
		i := issues[0]
		_, proposal, _ := strings.Cut(i.Expected, "; ")
		if diff := cmp.Diff(c.want, []string{i.Rule, i.Field, i.Read, proposal}); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if b, _ := json.Marshal(r.Properties.Get(c.prop)); string(b) != c.kept {
			t.Errorf("%s: %s = %s; want %s", name, c.prop, b, c.kept)
		}
	}
}

// Of a dataset: subthemes, high-value categories, access, and of its files how
// long they stay and in what state they are (spec §2.4).
func TestConceptsOfDatasets(t *testing.T) {
	layer := catalog.DatasetLayer()
	n, err := catalog.NewNormalizer(catalog.Source{ID: "cat"}, layer, "datasets", datasets.Vocabularies())
	if err != nil {
		t.Fatal(err)
	}
	r, issues := n.Normalize(catalog.Dataset{
		Title: "Aria", Subthemes: []string{"http://eurovoc.europa.eu/100245", "http://eurovoc.europa.eu/1234", "http://inspire.ec.europa.eu/metadata-codelist/TopicCategory/environment", "boh"},
		HVDCategories: []string{"http://data.europa.eu/bna/c_63b37dd4", "Mobilità"}, AccessRights: "http://publications.europa.eu/resource/authority/access-right/PUBLIC",
		Distributions: []catalog.Distribution{
			{Format: "CSV", DownloadURL: "https://a.it/a.csv", Availability: "http://data.europa.eu/r5r/availability/stable", Status: "http://purl.org/adms/status/UnderDevelopment"},
			{Format: "http://publications.europa.eu/resource/authority/file-type/PDFA1A", DownloadURL: "https://a.it/a", Availability: "per un po'"},
		},
	}.Harvested(layer, "k", "application/json", []byte("{}")))
	got := map[string]string{}
	for _, name := range []string{"subthemes", "subthemes_declared", "hvd_categories", "access_rights", "access_rights_declared"} {
		b, _ := json.Marshal(r.Properties.Get(name))
		got[name] = string(b)
	}
	want := map[string]string{
		"subthemes":          `["5606","http://eurovoc.europa.eu/1234","http://inspire.ec.europa.eu/metadata-codelist/TopicCategory/environment"]`,
		"subthemes_declared": `["http://eurovoc.europa.eu/100245","http://eurovoc.europa.eu/1234","http://inspire.ec.europa.eu/metadata-codelist/TopicCategory/environment","boh"]`,
		"hvd_categories":     `["c_63b37dd4","c_b79e35eb"]`, "access_rights": `"PUBLIC"`, "access_rights_declared": `"http://publications.europa.eu/resource/authority/access-right/PUBLIC"`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	d := r.Distributions
	if d[0].Availability != "STABLE" || d[0].AvailabilityDeclared == "" || d[0].Status != "DEVELOP" || d[1].Availability != "" || d[1].AvailabilityDeclared != "per un po'" || d[1].Format != "pdfa1a" {
		t.Errorf("distributions %+v", d)
	}
	var rules []string
	for _, i := range issues {
		if i.Rule != "format-missing" {
			rules = append(rules, i.Rule+" "+i.Field+" "+i.Read)
		}
	}
	slices.Sort(rules)
	if diff := cmp.Diff([]string{"term-unknown distributions.availability per un po'", "term-unknown subthemes boh"}, rules); diff != "" {
		t.Error(diff)
	}
}

// A description that is normalised a second time, out of what was published,
// gives the same codes (idempotent).
func TestConceptsTwice(t *testing.T) {
	row := map[string]any{"subject_matter": "Anagrafe; tributi", "interactivity": "livello 4", "authentication": "SPID"}
	first, _, _ := ofRow(t, datasets.Vocabularies(), catalog.KindService, row)
	again := map[string]any{}
	for name := range row {
		if name != "nome" {
			again[name] = first.Properties.Get(name)
		}
	}
	second, issues, _ := ofRow(t, datasets.Vocabularies(), catalog.KindService, again)
	for name := range again {
		if diff := cmp.Diff(first.Properties.Get(name), second.Properties.Get(name)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if len(issues) > 0 {
		t.Errorf("issues %+v", issues)
	}
}

// A withdrawn term never breaks a record: it keeps the term, is told of it with
// the successor, and everything is read anew when the edition changes.
func TestWithdrawnTerms(t *testing.T) {
	released := datasets.Vocabularies()
	var editions []catalog.Edition
	for scheme, gone := range map[string]string{"life-events": "9", "event-types": "1.1.2", "frequencies": "ANNUAL", "eqf-levels": "4"} {
		s, _ := released.Scheme(scheme)
		e := catalog.Edition{Scheme: scheme, Version: "2027", Base: s.Version}
		for _, c := range s.Concepts {
			if c.Code == gone || slices.Contains(c.Same, gone) {
				c.Withdrawn, c.Successor = "deprecated", s.Concepts[0].Code
			}
			e.Concepts = append(e.Concepts, c)
		}
		editions = append(editions, e)
	}
	v, err := datasets.WithEditions(editions)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		kind     catalog.Kind
		row      map[string]any
		property string
		want     string
	}{
		"life event":        {catalog.KindService, map[string]any{"life_events": "Cambio di residenza"}, "life_events", `["9"]`},
		"its code":          {catalog.KindService, map[string]any{"life_events": json.RawMessage(`["9"]`)}, "life_events", `["9"]`},
		"a level":           {catalog.KindCourse, map[string]any{"level": "EQF 4"}, "level", `"4"`},
		"the type of event": {catalog.KindEvent, map[string]any{"tipologia": "Mostre"}, "type", `"mostra"`},
	} {
		r, issues, _ := ofRow(t, v, c.kind, c.row)
		if b, _ := json.Marshal(r.Properties.Get(c.property)); string(b) != c.want {
			t.Errorf("%s: %s = %s; want %s", name, c.property, b, c.want)
		}
		if len(issues) != 1 || issues[0].Rule != "term-withdrawn" || !strings.Contains(issues[0].Expected, "perhaps: ") {
			t.Errorf("%s: issues %+v", name, issues)
		}
	}
	layer := &catalog.Layer{Guess: catalog.Mapping{Kind: catalog.KindService}}
	var hashes []string
	for _, with := range []*catalog.Vocabularies{released, v} {
		n, err := catalog.NewNormalizer(catalog.Source{ID: "s"}, layer, "services", with)
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, string(n.LayerHash()))
	}
	if hashes[0] == hashes[1] {
		t.Error("a newer edition does not have descriptions read anew")
	}
}
