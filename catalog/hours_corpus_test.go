package catalog

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// hoursCorpus are the real texts of opening hours among the shared files, by file
// and row: those of the museums of South Tyrol in Italian, and those of shops of
// Prato in OpenStreetMap.
func hoursCorpus(t *testing.T) (museums, shops map[string]string) {
	t.Helper()
	read := func(name string, into any) {
		b, err := os.ReadFile(filepath.Join("..", "..", "shared", "data", name))
		if errors.Is(err, fs.ErrNotExist) {
			t.Skip("no shared files")
		}
		if err == nil {
			err = json.Unmarshal(b, into)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var languages map[string][]struct {
		System   struct{ Codename string }
		Elements struct {
			Hours struct{ Value string } `json:"opening_hours"`
		}
	}
	read("json-api/suedtirol-musei.json", &languages)
	museums, shops = map[string]string{}, map[string]string{}
	for _, m := range languages["it"] {
		museums[m.System.Codename] = plainText(m.Elements.Hours.Value)
	}
	var places struct {
		Features []struct {
			ID         string
			Properties struct{ Tags map[string]string }
		}
	}
	read("geojson/prato-negozi.geojson", &places)
	for _, f := range places.Features {
		if hours := f.Properties.Tags["opening_hours"]; hours != "" {
			shops[f.ID] = hours
		}
	}
	return museums, shops
}

// How many of the real texts are read. That none is read wrongly was looked at by
// eye; the words that once were read wrongly are in TestReadHours.
func TestRealHours(t *testing.T) {
	museums, shops := hoursCorpus(t)
	for _, corpus := range []struct {
		name  string
		texts map[string]string
		least int
	}{{"museums", museums, 60}, {"shops", shops, 9}} {
		read := 0
		for key, text := range corpus.texts {
			if _, ok := ReadHours(text); ok {
				read++
			} else if testing.Verbose() {
				t.Logf("%s is not read: %q", key, text)
			}
		}
		t.Logf("%s: %d of %d are read", corpus.name, read, len(corpus.texts))
		if read < corpus.least {
			t.Errorf("%s: %d of %d are read; want at least %d", corpus.name, read, len(corpus.texts), corpus.least)
		}
	}
}
