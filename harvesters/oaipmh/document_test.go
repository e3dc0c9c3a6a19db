package oaipmh_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// folder is one of files on disk.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, doc := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(doc), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const static = `<?xml version="1.0"?><Repository xmlns="http://www.openarchives.org/OAI/2.0/static-repository" xmlns:oai="http://www.openarchives.org/OAI/2.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<Identify><oai:repositoryName>Statico</oai:repositoryName></Identify>
<ListRecords metadataPrefix="oai_dc"><oai:record><oai:header><oai:identifier>s1</oai:identifier></oai:header><oai:metadata><dc><dc:title>In breve</dc:title></dc></oai:metadata></oai:record></ListRecords>
<ListRecords metadataPrefix="mods"><oai:record><oai:header><oai:identifier>s1</oai:identifier></oai:header><oai:metadata><mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><title>Per esteso</title></titleInfo></mods></oai:metadata></oai:record></ListRecords></Repository>`

func TestDocuments(t *testing.T) {
	one := answer("", page(`<resumptionToken completeListSize="2" cursor="0">x</resumptionToken>`, record("a", day1)))
	two := answer("", page(`<resumptionToken completeListSize="2" cursor="1"/>`, record("b", day1)))
	for _, tt := range []struct{ name, at, want, rules, err string }{
		{"a saved answer", file(t, "a.xml", answer("", page("", record("a", day1), gone("b")))), "a -b", "", ""},
		{"a page that was saved alone", file(t, "a.xml", one), "a", "", "hold 1 of 2 records"},
		{"all the pages in a folder", folder(t, map[string]string{"1.xml": one, "2.xml": two, "leggimi.txt": "x"}), "a b", "", ""},
		{"one of the pages in a folder", folder(t, map[string]string{"1.xml": one}), "a", "", "hold 1 of 2 records"},
		{"a folder with a file that is cut off", folder(t, map[string]string{"1.xml": two, "2.xml": "<record><header>"}), "b", "document-unreadable", ""},
		{"a folder without XML", folder(t, map[string]string{"1.txt": "x"}), "", "", "holds 0 files"},
		{"a static repository", file(t, "s.xml", static), "s1", "", ""},
		{"records in a list of somebody's own", file(t, "l.xml", "<schede>"+"</schede>"), "", "metadata-unknown", ""},
		{"records under any root", file(t, "l.xml", "<raccolta>"+record("a", day1)+record("b", day1)+"</raccolta>"), "a b", "", ""},
		{"a LIDO wrap of many", file(t, "l.xml", `<lidoWrap xmlns="http://www.lido-schema.org">`+lido("1", "Uno")+lido("2", "Due")+lido("", "Tre")+`</lidoWrap>`), "1 2", "record-without-id", ""},
		{"no such file", filepath.Join(t.TempDir(), "x.xml"), "", "", "could not be read"},
	} {
		l := listed(t, catalog.Source{URL: tt.at}, "")
		if l.String() != tt.want || strings.Join(l.rules, " ") != tt.rules || (l.err != nil) != (tt.err != "") || l.err != nil && !strings.Contains(l.err.Error(), tt.err) {
			t.Errorf("%s: keys = %s, refused %v, %v; want %s, %s, %q", tt.name, l, l.rules, l.err, tt.want, tt.rules, tt.err)
		}
	}
	if l := listed(t, catalog.Source{URL: file(t, "s.xml", static)}, ""); value(l.harvests[0], "name") != "Per esteso" {
		t.Errorf("of a static repository %q was read; want its best format", value(l.harvests[0], "name"))
	}
	if l := listed(t, catalog.Source{URL: file(t, "s.xml", static), Mapping: catalog.Mapping{Format: "oai_dc"}}, ""); value(l.harvests[0], "name") != "In breve" {
		t.Errorf("of a static repository %q was read; want the format that was set", value(l.harvests[0], "name"))
	}
}

func lido(id, title string) string {
	return `<lido><lidoRecID>` + id + `</lidoRecID><descriptiveMetadata xml:lang="it"><objectIdentificationWrap><titleWrap><titleSet><appellationValue>` + title + `</appellationValue></titleSet></titleWrap></objectIdentificationWrap></descriptiveMetadata></lido>`
}

// A document on a web server that answers every request with it is read as it is, and a
// wrap of many in one record of a repository is many.
func TestDocumentsOnTheWeb(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`<lidoWrap xmlns="http://www.lido-schema.org">` + lido("1", "Uno") + `</lidoWrap>`))
	}))
	defer s.Close()
	if l := listed(t, catalog.Source{URL: s.URL + "/opere.xml"}, ""); l.err != nil || l.String() != "1" || l.Cursor != "" {
		t.Errorf("keys = %s, cursor %q, %v; want 1", l, l.Cursor, l.err)
	}
	wrap := `<record><header><identifier>w</identifier></header><metadata><lidoWrap xmlns="http://www.lido-schema.org">` + lido("1", "Uno") + lido("2", "Due") + `</lidoWrap></metadata></record>`
	if l := listed(t, catalog.Source{URL: serve(t, &fake{answers: map[string]string{first: page("", wrap)}})}, ""); l.err != nil || l.String() != "w w#2" {
		t.Errorf("keys = %s, %v; want w w#2", l, l.err)
	}
}

// Buildings and museums are a layer of their own, which can be read alone; what the
// source deletes may have stood in either.
func TestLayers(t *testing.T) {
	building := strings.Replace(iccd(`<CF><CD><TSK>CF</TSK></CD><CF><CFT>chiesa</CFT><CFN>San Domenico</CFN></CF></CF>`), ">x<", ">luogo<", 1)
	thing := strings.Replace(iccd(`<OA><CD><TSK>OA</TSK></CD><OG><OGT><OGTD>pala</OGTD></OGT></OG></OA>`), ">x<", ">bene<", 1)
	f := &fake{answers: map[string]string{first: page("", building, thing)}}
	at := serve(t, f)
	full := listed(t, catalog.Source{URL: at}, "")
	if full.String() != "luogo bene" || full.harvests[0].Layer.Guess.Kind != catalog.KindPlace || full.harvests[1].Layer.Guess.Kind != catalog.KindHeritageItem {
		t.Fatalf("keys = %s, %v", full, full.err)
	}
	for layer, want := range map[string]string{"places": "luogo", "heritage": "bene"} {
		if l := listed(t, catalog.Source{URL: at, Mapping: catalog.Mapping{Layers: []string{layer}}}, ""); l.String() != want {
			t.Errorf("--layer %s: keys = %s; want %s", layer, l, want)
		}
	}
	f.answers["from=2026-11-18T10%3A00%3A00Z&"+first] = page("", gone("x"))
	if l := listed(t, catalog.Source{URL: at}, full.Cursor); l.String() != "-x -x" || !l.Partial {
		t.Errorf("keys = %s, partial %v, %v; want x to be gone from both layers", l, l.Partial, l.err)
	}
}
