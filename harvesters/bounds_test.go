package harvesters_test

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// monster is a text of n letters that no compression makes short, in one word or
// in many.
func monster(n int, spaces bool) string {
	r := rand.New(rand.NewSource(int64(n)))
	var b strings.Builder
	for i := range n {
		if spaces && i%9 == 8 {
			b.WriteByte(' ')
			continue
		}
		b.WriteByte(byte('a' + r.Intn(26)))
	}
	return b.String()
}

// Texts of any length where names and identifiers should stand cost the text and
// not the run: what comes beside them is kept, and a second run changes nothing.
func TestMonstrousTexts(t *testing.T) {
	if testing.Short() {
		t.Skip("reads megabytes in five formats")
	}
	word, words := monster(100_000, false), monster(1_200_000, true)
	encode := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	for _, c := range []struct{ kind, name, doc string }{
		{"ical", "a.ics", "BEGIN:VCALENDAR\nX-WR-CALNAME:" + words + "\nBEGIN:VEVENT\nUID:" + word + "\nDTSTART;TZID=" + word + ":20261201T200000\nSUMMARY:" + words +
			"\nCATEGORIES:" + word + "," + words + "\nLOCATION:Sala\\, 59100 P" + words + "\nDESCRIPTION:" + words + "\nRRULE:" + word + "\nEND:VEVENT\nBEGIN:VEVENT\nUID:1\nDTSTART:20261202T200000\nSUMMARY:" + word + "\nEND:VEVENT\nEND:VCALENDAR\n"},
		{"feed", "a.xml", "<rss version='2.0'><channel><title>" + words + "</title><item><guid>" + word + "</guid><title>" + words + "</title><link>https://x.example/" + word + "</link><description>" + words +
			"</description><category>" + word + "</category></item><item><title>" + word + "</title></item></channel></rss>"},
		{"dcat", "a.ttl", "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .\n" +
			fmt.Sprintf("<http://e.it/%s> a dcat:Dataset ; dct:title %q ; dct:rightsHolder [ foaf:name %q ; dct:identifier %q ] ; dcat:theme %q ; dct:accrualPeriodicity %q ; dct:license %q ; dct:modified %q ;\n"+
				" dcat:distribution [ dct:title %q ; dct:format %q ; dcat:downloadURL <http://127.0.0.1:1/%s.csv> ] .\n<http://e.it/2> a dcat:Dataset ; dct:title %q .",
				word, words, words, word, words, word, word, word, words, word, word, word)},
		{"ckan", "a.json", encode([]map[string]any{
			{"id": word, "name": word, "title": words, "notes": words, "holder_name": word, "holder_identifier": words, "license_title": word, "tags": []map[string]string{{"name": word}},
				"resources": []map[string]string{{"id": word, "name": words, "format": word, "url": "http://127.0.0.1:1/" + word[:3000] + ".csv"}}},
			{"id": "2", "title": word},
		})},
		{"file", "a.csv", "codice,nome,comune,tipo\n" + word + "," + words + "," + word + "," + words + "\n2," + word + ",Prato,museo\n"},
	} {
		t.Run(c.kind, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), c.name)
			if err := os.WriteFile(path, []byte(c.doc), 0o600); err != nil {
				t.Fatal(err)
			}
			src := catalog.Source{ID: "mostro", Protocol: c.kind, URL: path}
			if c.kind == "file" {
				src.Mapping = catalog.Mapping{Kind: catalog.KindPlace, Key: []string{"codice"}, Fields: map[string]string{"title": "nome", "municipality": "comune", "type": "tipo"}}
			}
			store := postgistest.New(t)
			first := harvest(t, store, src)
			if first.Read != 2 || first.New != 2 || first.Rules["text-too-long"] == 0 {
				t.Errorf("first run: %+v; want 2 new, and told what is too long", first)
			}
			second := harvest(t, store, src)
			if second.Unchanged != 2 || second.Gone != 0 {
				t.Errorf("second run: %+v; want 2 unchanged", second)
			}
		})
	}
}
