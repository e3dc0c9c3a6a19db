package catalog_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

var judged = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func properties(pairs ...any) (p catalog.Properties) {
	for i := 0; i < len(pairs); i += 2 {
		p = append(p, catalog.Property{Name: pairs[i].(string), Value: pairs[i+1]})
	}
	return p
}

// library is a place with all that is asked of one.
func library() *catalog.Record {
	return &catalog.Record{
		Kind: catalog.KindPlace, Title: "Biblioteca Lazzerini", Type: "biblioteca", Licence: "https://w3id.org/italia/controlled-vocabulary/licences/A21_CCBY40", Geometry: orb.Point{11.09, 43.88},
		Properties: properties("type", "biblioteca", "address", "Via Puccetti 3", "municipality", "Prato", "body_name", "Comune di Prato", "description", "La biblioteca.",
			"opening_hours", "Mo-Fr 09:00-19:00", "phone", "+39 0574 1837800", "website", "https://biblioteche.example.org", "accessibility", "yes"),
	}
}

func without(r *catalog.Record, names ...string) *catalog.Record {
	r.Properties = slices.DeleteFunc(r.Properties, func(p catalog.Property) bool { return slices.Contains(names, p.Name) })
	return r
}

func assess(r *catalog.Record) catalog.Assessment {
	return datasets.Vocabularies().Assess(r, catalog.Findings{}, judged)
}

// told are the warnings as "code field party".
func warnings(q catalog.Assessment) (list []string) {
	for _, w := range q.Warnings {
		list = append(list, strings.TrimSpace(string(w.Code)+" "+w.Field+" "+string(w.Party)))
	}
	return list
}

func TestCompleteness(t *testing.T) {
	stop := &catalog.Record{Kind: catalog.KindPlace, Title: "Fermata Stazione", Type: "fermata", Licence: "x", Geometry: orb.Point{11, 43},
		Properties: properties("type", "fermata", "address", "Piazza Stazione", "municipality", "Prato", "body", "c_g999", "description", "Linea 1", "accessibility", "no")}
	nowhere := library()
	nowhere.Geometry = nil
	unread := library()
	unread.Properties = append(without(unread, "phone", "opening_hours").Properties, properties("TelUfficio", "0574 1", "orario_estivo", "9-13", "hotel", "no")...)
	inWords := library()
	inWords.Properties = append(without(inWords, "opening_hours").Properties, properties("source_opening_hours", "quando capita")...)
	for _, c := range []struct {
		name string
		r    *catalog.Record
		want int
		told []string
	}{
		{"all there", library(), 100, nil},
		{"hours and telephone missing", without(library(), "opening_hours", "phone"), 92, []string{"advised opening_hours publisher", "advised phone publisher"}},
		{"another property says the same", func() *catalog.Record {
			r := without(library(), "phone")
			r.Properties = append(r.Properties, properties("email", "a@example.org")...)
			return r
		}(), 100, nil},
		{"no position", nowhere, 88, []string{"missing geometry publisher"}},
		{"what the source's settings say is ours", without(library(), "body_name"), 88, []string{"missing body_name portal"}},
		{"a column that is not mapped is ours", unread, 92, []string{"not-read opening_hours portal", "not-read phone portal"}},
		{"what is there in the source's words is there", inWords, 100, nil},
		{"nobody calls a stop", stop, 100, nil},
		{"nothing is asked of a row", &catalog.Record{Kind: catalog.KindFeature, Title: "x"}, -1, nil},
	} {
		q := assess(c.r)
		if diff := cmp.Diff(c.told, warnings(q)); q.Completeness != c.want || diff != "" {
			t.Errorf("%s: completeness %d; want %d; warnings -want +got\n%s", c.name, q.Completeness, c.want, diff)
		}
	}
}

// What is expected is declared in the model, for its kind; who looks for it in the
// source's columns finds what belongs to it.
func TestExpectationsAreOfTheModel(t *testing.T) {
	for _, kind := range catalog.Kinds() {
		var names []string
		for _, f := range catalog.Fields(kind) {
			names = append(names, f.Name)
		}
		list := (&catalog.Record{Kind: kind}).Expectations()
		if len(list) == 0 && kind != catalog.KindFeature && !kind.Gazetteer() {
			t.Errorf("nothing is expected of %s", kind)
		}
		for _, e := range list {
			// of what stands for another one of another kind it is enough that it exists
			if e.Name != catalog.Placement && !slices.Contains(names, e.Name) && !slices.ContainsFunc(e.Or, func(o string) bool { return slices.Contains(names, o) }) {
				t.Errorf("%s: %q is no property of the model", kind, e.Name)
			}
		}
	}
}

func TestPlausibleDates(t *testing.T) {
	event := func(start, end string, more ...any) *catalog.Record {
		return &catalog.Record{Kind: catalog.KindEvent, Title: "Mostra", Start: start, End: end, Properties: properties(append([]any{"start", start, "end", end}, more...)...)}
	}
	for _, c := range []struct {
		name string
		r    *catalog.Record
		want []string
	}{
		{"as usual", event("2026-11-20", "2027-01-10"), nil},
		{"a day and an hour of it", event("2026-11-20T21:00:00+01:00", "2026-11-20"), nil},
		{"the end first", event("2026-11-20", "2026-11-02"), []string{"end-before-start end publisher"}},
		{"a year too few digits", event("0206-11-20", "0206-11-21"), []string{"implausible start publisher", "implausible end publisher"}},
		{"far ahead", event("2226-11-20", ""), []string{"implausible start publisher"}},
		{"for ten years", event("2020-01-01", "2030-01-01"), []string{"implausible end publisher"}},
		{"changed tomorrow", event("2026-11-20", "", "source_modified", "2026-12-24"), []string{"in-future source_modified publisher"}},
		{"changed later today, elsewhere", event("2026-11-20", "", "source_modified", "2026-11-23"), nil},
		{"an old building was changed lately", &catalog.Record{Kind: catalog.KindHeritageItem, Properties: properties("dating", "1300", "source_modified", "2020-01-01")}, nil},
		{"issued after it changed", &catalog.Record{Kind: catalog.KindDataset, Properties: properties("issued", "2026-05-01", "modified", "2020-01-01", "source_modified", "2020-01-01")}, []string{"end-before-start modified publisher"}},
		{"a period backwards", &catalog.Record{Kind: catalog.KindDataset, Properties: properties("temporal", json.RawMessage(`[{"start":"2026-01-01","end":"2025-01-01"}]`))}, []string{"end-before-start temporal publisher"}},
		{"a row may say what it wants", &catalog.Record{Kind: catalog.KindFeature, Properties: properties("from", "2026-01-01", "to", "2020-01-01")}, nil},
	} {
		var got []string
		for _, w := range warnings(assess(c.r)) {
			if !strings.HasPrefix(w, "missing") && !strings.HasPrefix(w, "advised") {
				got = append(got, w)
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", c.name, diff)
		}
	}
}

// What breaks in every row is more likely read wrongly than written wrongly.
func TestPartyOfFaults(t *testing.T) {
	for _, c := range []struct {
		rule        string
		times, read int64
		want        catalog.Party
	}{
		{"date-unreadable", 3, 100, catalog.PartyPublisher}, {"date-unreadable", 95, 100, catalog.PartyUs}, {"date-unreadable", 5, 5, catalog.PartyPublisher},
		{"type-unknown", 1, 100, catalog.PartyUs}, {"value-unfit", 1, 100, catalog.PartyUs}, {"term-unknown", 1, 100, catalog.PartyUs},
		{"licence-unknown", 100, 100, catalog.PartyPublisher}, {"page-unreadable", 1, 9, catalog.PartySystem}, {"event-private", 1, 9, catalog.PartyNobody},
	} {
		if got := catalog.PartyIn(c.rule, c.times, c.read); got != c.want {
			t.Errorf("PartyIn(%s, %d, %d) = %s; want %s", c.rule, c.times, c.read, got, c.want)
		}
	}
}
