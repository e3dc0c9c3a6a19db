package catalog_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// Every direction has a name of its own, words in two languages and a line in the
// documentation with its inverse.
func TestRelationTypes(t *testing.T) {
	b, err := os.ReadFile("../docs/relations.md")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, d := range catalog.Directions() {
		if slices.Contains(names, d.Name()) || d.Name() == "" {
			t.Errorf("%q is the name of two", d.Name())
		}
		names = append(names, d.Name())
		for _, language := range []string{"it", "en"} {
			if d.Words(language) == "" {
				t.Errorf("%s has no words in %s", d.Name(), language)
			}
		}
		if got, ok := catalog.ReadDirection(d.Name()); !ok || got.Back != d.Back {
			t.Errorf("ReadDirection(%q) = %v, %v", d.Name(), got.Back, ok)
		}
	}
	for _, r := range catalog.RelationTypes() {
		if !strings.Contains(string(b), "| `"+r.Name+"` | `"+r.Inverse+"` |") {
			t.Errorf("docs/relations.md has no line of %s and %s", r.Name, r.Inverse)
		}
		for _, property := range slices.Concat(r.Forward, r.Backward) {
			name, _, _ := strings.Cut(property, "/")
			if !strings.Contains(strings.ToLower(string(b)), "`"+name+"`") && name != "body" && name != "organizer" {
				t.Errorf("docs/relations.md does not say that %s is told by %s", r.Name, name)
			}
		}
	}
}

// reference are the handles of the last thing that a record names in a way.
func reference(r catalog.Record, way string) (keys []string) {
	for _, f := range r.References() {
		if f.Type == way {
			keys = f.Keys
		}
	}
	return keys
}

// What a record names is looked for by key, identifier, title and name, the surest first.
func TestReferences(t *testing.T) {
	town := catalog.Town
	json := func(s string) any { return json.RawMessage(s) }
	for _, tt := range []struct {
		name     string
		kind     catalog.Kind
		property string
		value    any
		way      string
		want     []string
	}{
		{"a place in words", catalog.KindEvent, "place", "Teatro «Metastasio», via Cairoli 59", "takes_place_in",
			[]string{"key:s:Teatro «Metastasio», via Cairoli 59", "title:s:teatro metastasio via cairoli 59", "name:" + town + ":teatro metastasio via cairoli 59", "title:s:teatro metastasio", "name:" + town + ":teatro metastasio"}},
		{"an ISIL", catalog.KindHeritageItem, "holder_place", "it-po0002", "held_by", []string{"key:s:it-po0002", "id:isil:IT-PO0002", "title:s:it po0002", "name:" + town + ":it po0002"}},
		{"a body by its code", catalog.KindCourse, "provider", json(`{"id": "c_g999", "name": "Comune di Prato"}`), "organised_by",
			[]string{"key:s:c_g999", "body:c_g999", "title:s:comune di prato", "name::comune di prato"}},
		{"a school", catalog.KindPlace, "CODICEISTITUTORIFERIMENTO", "POIC80400T", "managed_by", []string{"key:s:POIC80400T", "id:meccanografico:POIC80400T", "title:s:poic80400t", "name::poic80400t", "name:" + town + ":poic80400t"}},
		{"a list of objects", catalog.KindService, "channels", json(`[{"type": "online"}, {"office": "URP"}, {"office": "Anagrafe"}]`), "delivered_by",
			[]string{"key:s:Anagrafe", "title:s:anagrafe", "name::anagrafe"}},
		{"an address", catalog.KindEvent, "organizers", json(`[{"@id": "http://www.example.org/enti/1/"}]`), "organised_by", []string{"id:iri:https://example.org/enti/1"}},
		{"nothing", catalog.KindEvent, "place", " ", "takes_place_in", nil},
		{"its own key", catalog.KindHeritageItem, "part_of", "own", "part_of", nil},
		{"a number", catalog.KindHeritageItem, "part_of", int64(3), "part_of", nil},
		{"another kind", catalog.KindPlace, "place", "Teatro", "takes_place_in", nil},
		{"broken JSON", catalog.KindEvent, "organizers", json(`[{`), "organised_by", nil},
	} {
		r := catalog.Record{Kind: tt.kind, SourceID: "s", SourceKey: "own", Properties: catalog.Properties{{Name: tt.property, Value: tt.value}}}
		got := reference(r, tt.way)
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q; want %q", tt.name, got, tt.want)
		}
	}
}

// A record is called by what identifies it, by its names and by where it stands;
// rows of datasets by nothing.
func TestHandles(t *testing.T) {
	r := catalog.Record{Kind: catalog.KindPlace, SourceID: "s", Title: "Biblioteca comunale «A. Lazzerini»", Address: "Via Puccetti, 3",
		Properties: catalog.Properties{{Name: "isil", Value: "IT-PO0002"}, {Name: "osm_id", Value: "node/12"}, {Name: "external_ids", Value: json.RawMessage(`[{"scheme":"sbn","value":"PO1"}]`)}}}
	want := []string{"id:isil:IT-PO0002", "id:sbn:PO1", "address:" + catalog.Town + ":via puccetti 3", "title:s:biblioteca comunale a lazzerini", "name:" + catalog.Town + ":biblioteca comunale a lazzerini"}
	if got := r.Handles(); !slices.Equal(got, want) {
		t.Errorf("%q; want %q", got, want)
	}
	r.Kind = catalog.KindFeature
	if got := r.Handles(); got != nil {
		t.Errorf("a row of a dataset is called %q", got)
	}
}

// FuzzReferences: whatever a source writes, handles have bounds and no reference is
// without one.
func FuzzReferences(f *testing.F) {
	f.Add("place", `"Teatro, via Roma 1"`, true)
	f.Add("organizers", `[{"name":"A","@id":"https://x.org/y"}]`, true)
	f.Add("channels", `[{"office":["a","b"]}]`, false)
	f.Fuzz(func(t *testing.T, property, value string, raw bool) {
		var v any = value
		if raw {
			v = json.RawMessage(value)
		}
		for _, kind := range catalog.Kinds() {
			r := catalog.Record{Kind: kind, SourceID: "s", Title: value, Address: value, Properties: catalog.Properties{{Name: property, Value: v}}}
			refs := r.References()
			if len(refs) > catalog.MaxReferences {
				t.Errorf("%d references", len(refs))
			}
			for _, ref := range refs {
				if len(ref.Keys) == 0 {
					t.Errorf("%+v has no handle", ref)
				}
				for _, k := range ref.Keys {
					if len(k) > 300 {
						t.Errorf("a handle of %d bytes", len(k))
					}
				}
			}
			for _, h := range r.Handles() {
				if len(h) > 300 {
					t.Errorf("a handle of %d bytes", len(h))
				}
			}
		}
	})
}
