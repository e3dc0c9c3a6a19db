package datasets

import (
	"encoding/csv"
	"fmt"
	"strings"
	"sync"

	"po-net.prato.it/ponet/catalog"
)

// Vocabularies are the tables of reference, loaded once. The tables are part
// of the program: one that cannot be read is a fault of the build, found by
// this package's tests, and panics.
func Vocabularies() *catalog.Vocabularies { return vocabularies() }

var vocabularies = sync.OnceValue(func() *catalog.Vocabularies {
	v, err := loadVocabularies()
	if err != nil {
		panic(err)
	}
	return v
})

func loadVocabularies() (*catalog.Vocabularies, error) {
	var t catalog.Tables
	var errs [5]error
	territorial, err := readTerritorial()
	if err != nil {
		return nil, err
	}
	t.PlaceTypes, errs[0] = readTable("place-types", func(r row) catalog.PlaceType {
		return catalog.PlaceType{
			Code: r["code"], Label: r["label_it"], LabelEN: r["label_en"], Theme: catalog.Theme(r["theme"]),
			URI: r["uri"], SchemaOrg: r["schema_org"], Names: r.list("names"), Values: r.list("values"),
		}
	})
	t.EventTypes, errs[1] = readTable("event-types", func(r row) catalog.EventType {
		return catalog.EventType{
			Code: r["code"], Notation: r["notation"], Label: r["label_it"], LabelEN: r["label_en"],
			Area: r["activity_area"], Theme: catalog.Theme(r["theme"]), URI: r["uri"], Broader: r["broader"],
			SchemaOrg: r["schema_org"], Names: r.list("names"), Values: r.list("values"),
		}
	})
	t.DataThemes, errs[2] = readTable("data-themes", func(r row) catalog.DataTheme {
		return catalog.DataTheme{
			Code: r["code"], Label: r["label_it"], LabelEN: r["label_en"], Theme: catalog.Theme(r["theme"]), URI: r["uri"],
			Same: append(r.list("same"), territorial[r["code"]]...),
		}
	})
	t.Licences, errs[3] = readTable("licences", func(r row) catalog.Licence {
		return catalog.Licence{
			Notation: r["notation"], URI: r["uri"], Short: r["short"], Label: r["label_it"], LabelEN: r["label_en"],
			URL: r["url"], Openness: catalog.Openness(r["openness"]),
			ShareAlike: r["share_alike"] == "true", Attribution: r["attribution"] == "true", Same: r.list("same"),
		}
	})
	t.Municipalities, errs[4] = readTable("municipalities", func(r row) catalog.Municipality {
		return catalog.Municipality{
			ISTATCode: r["istat_code"], Name: r["name"], CadastralCode: r["cadastral_code"],
			Province: r["province"], ProvinceName: r["province_name"], URI: r["uri"],
		}
	})
	for _, err := range append(errs[:], readMeasures(&t), readTerms(&t)) {
		if err != nil {
			return nil, err
		}
	}
	return catalog.NewVocabularies(t)
}

// A row of a reference table, by the names of its columns.
type row map[string]string

func (r row) list(column string) []string {
	if r[column] == "" {
		return nil
	}
	return strings.Split(r[column], "|")
}

func readTable[T any](name string, parse func(row) T) ([]T, error) {
	f, err := reference.Open("reference/" + name + ".csv")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("reference table %s: %w", name, err)
	}
	var rows []T
	for _, line := range lines[1:] {
		r := row{}
		for i, column := range lines[0] {
			r[column] = line[i]
		}
		rows = append(rows, parse(r))
	}
	return rows, nil
}
