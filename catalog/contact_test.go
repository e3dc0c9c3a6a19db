package catalog

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// reachOf normalizes one row of columns and values, and gives what is published of how
// to reach it, and the rules of its issues.
func reachOf(t *testing.T, kind Kind, fields map[string]string, columns ...string) (string, string) {
	t.Helper()
	layer := &Layer{}
	var values []any
	for i := 0; i < len(columns); i += 2 {
		layer.Columns = append(layer.Columns, Column{Name: columns[i], Type: ColumnText})
		var v any = columns[i+1]
		if strings.HasPrefix(columns[i+1], "[") || strings.HasPrefix(columns[i+1], "{") {
			layer.Columns[i/2].Type, v = ColumnJSON, json.RawMessage(columns[i+1])
		}
		values = append(values, v)
	}
	n, err := NewNormalizer(Source{ID: "a", Mapping: Mapping{Kind: kind, Fields: fields}}, layer, "places", &Vocabularies{Tables: Tables{Licences: []Licence{{}}}})
	if err != nil {
		t.Fatal(err)
	}
	r, issues := n.Normalize(Harvested{Key: "1", Layer: layer, Values: values})
	var rules []string
	for _, i := range issues {
		if i.Rule != "title-missing" {
			rules = append(rules, i.Rule)
		}
	}
	p := slices.DeleteFunc(r.Properties, func(p Property) bool {
		return slices.Contains([]string{"title", "kind", "theme", "source", "source_key"}, p.Name)
	})
	return string(p.AppendJSON(nil)), strings.Join(rules, " ")
}

func TestReach(t *testing.T) {
	phone, email, site := map[string]string{"phone": "tel"}, map[string]string{"email": "posta"}, map[string]string{"website": "sito"}
	for _, tt := range []struct {
		fields      map[string]string
		columns     []string
		want, rules string
	}{
		{phone, []string{"tel", "0574 1837800"}, `{"phone":"+3905741837800"}`, ""},
		{phone, []string{"tel", "0574 1234 - 0574 5678 / 339 1234567"}, `{"phone":"+3905741234","phones":["+3905741234","+3905745678","+393391234567"]}`, ""},
		{phone, []string{"tel", "0574 1234 int. 12, fax 0574 1235"}, `{"phone":"+3905741234","phone_declared":"0574 1234 int. 12, fax 0574 1235"}`, ""},
		{phone, []string{"tel", "574603178"}, `{"phone":"+390574603178","phone_declared":"574603178"}`, "phone-zero-missing"},
		{phone, []string{"tel", "chiedere in segreteria"}, `{"phone_declared":"chiedere in segreteria"}`, "phone-unreadable"},
		{phone, []string{"tel", "0574 1234; 1836096"}, `{"phone":"+3905741234","phone_declared":"0574 1234; 1836096"}`, "phone-unreadable"},
		{phone, []string{"tel", "112"}, `{"phone":"112"}`, ""}, {phone, []string{"tel", "n.d."}, `{}`, ""},
		{phone, []string{"tel", "", "fax", "0574 1235 (comune)"}, `{"fax":"+3905741235","fax_declared":"0574 1235 (comune)"}`, ""},
		{phone, []string{"tel", "", "contact_points", `[{"name":"URP","phone":"0574 18361","email":"URP@example.it"},{"phone":"boh"}]`}, `{"contact_points":[{"email":"urp@example.it","name":"URP","phone":"+39057418361"},{"phone_declared":"boh"}]}`, "phone-unreadable"},
		{phone, []string{"tel", "", "contact_points", `[{"name":"URP","phone":"+39057418361"}]`}, `{"contact_points":[{"name":"URP","phone":"+39057418361"}]}`, ""},
		{email, []string{"posta", "URP@Comune.example.it"}, `{"email":"urp@comune.example.it"}`, ""},
		{email, []string{"posta", "mailto:a@example.it; b@example.it, a@example.it"}, `{"email":"a@example.it","emails":["a@example.it","b@example.it"]}`, ""},
		{email, []string{"posta", "urp [at] comune.example.it"}, `{"email":"urp@comune.example.it"}`, ""},
		{email, []string{"posta", "a@example.it PEC: b@pec.example.it"}, `{"email":"a@example.it","certified_email":"b@pec.example.it"}`, ""},
		{email, []string{"posta", "b@pec.example.it (PEC)"}, `{"certified_email":"b@pec.example.it"}`, ""},
		{email, []string{"posta", "a@example.it", "Tipo_posta", "Pec"}, `{"certified_email":"a@example.it","Tipo_posta":"Pec"}`, ""},
		{map[string]string{"email": "pec"}, []string{"pec", "a@example.it"}, `{"certified_email":"a@example.it"}`, ""},
		{map[string]string{"email": "posta", "certified_email": "pec"}, []string{"posta", "a@example.it", "pec", "b@example.it c@example.it"}, `{"email":"a@example.it","certified_email":"b@example.it","certified_emails":["b@example.it","c@example.it"]}`, ""},
		{email, []string{"posta", "sul sito"}, `{"email_declared":"sul sito"}`, "email-unreadable"},
		{email, []string{"posta", "a@example.it (segreteria)"}, `{"email":"a@example.it","email_declared":"a@example.it (segreteria)"}`, ""},
		{site, []string{"sito", "www.example.it"}, `{"website":"http://www.example.it"}`, ""}, {site, []string{"sito", "http:/www.example.it/a"}, `{"website":"http://www.example.it/a"}`, ""},
		{site, []string{"sito", "htpps://www.example.it"}, `{"website":"https://www.example.it"}`, ""}, {site, []string{"sito", "http://http://www.example.it"}, `{"website":"http://www.example.it"}`, ""},
		{site, []string{"sito", "http//www.example.it"}, `{"website":"http://www.example.it"}`, ""}, {site, []string{"sito", "www.example.it?id=1"}, `{"website":"http://www.example.it?id=1"}`, ""},
		{site, []string{"sito", "www.a.it - www.b.it"}, `{"website":"http://www.a.it","website_declared":"www.a.it - www.b.it"}`, ""},
		{site, []string{"sito", "in allestimento"}, `{"website_declared":"in allestimento"}`, "website-unreadable"},
		{site, []string{"sito", "http://www.a.it/pagina uno.html"}, `{"website_declared":"http://www.a.it/pagina uno.html"}`, "website-unreadable"},
		{site, []string{"sito", "www.perché.it"}, `{"website":"http://www.perché.it"}`, ""}, {site, []string{"sito", "info@example.it"}, `{"website_declared":"info@example.it"}`, "website-unreadable"},
	} {
		got, rules := reachOf(t, KindPlace, tt.fields, tt.columns...)
		if diff := cmp.Diff(tt.want, got); diff != "" || rules != tt.rules {
			t.Errorf("%q: rules %q, want %q; (-want +got):\n%s", tt.columns, rules, tt.rules, diff)
		}
	}
	// Rows of datasets keep their columns as they are, and say ours besides.
	if got, _ := reachOf(t, KindFeature, phone, "tel", "tel. 0574 1234 int. 5"); got != `{"phone":"+3905741234","tel":"tel. 0574 1234 int. 5"}` {
		t.Errorf("a row of a dataset: %s", got)
	}
}

// Addresses are read again as themselves, and are ones.
func FuzzReadMails(f *testing.F) {
	for _, s := range []string{"a@b.it; PEC c@d.it (pec)", "urp [at] x [dot] it", "mailto:a@b.it?subject=x", "@@ .@.it"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m := ReadMails(text)
		for _, a := range append(slices.Clone(m.Addresses), m.Certified...) {
			if again := ReadMails(a); !isMail(a) || !slices.Equal(again.Addresses, []string{a}) || again.More {
				t.Errorf("ReadMails(%q) has %q, which is read as %+v", text, a, again)
			}
		}
	})
}

// Addresses of the web have a scheme, and are read again as themselves.
func FuzzReadWebsites(f *testing.F) {
	for _, s := range []string{"www.a.it - https://b.it/x?y", "http:/www.a.it", "htpp:\\\\a.it", "http://http://a.it", "a.b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, a := range ReadWebsites(text).Addresses {
			if again := ReadWebsites(a).Addresses; !slices.Equal(again, []string{a}) {
				t.Errorf("ReadWebsites(%q) has %q, which is read as %q", text, a, again)
			}
		}
	})
}
