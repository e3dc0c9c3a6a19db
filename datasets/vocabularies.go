package datasets

import (
	"cmp"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"po-net.prato.it/ponet/catalog"
)

// Vocabularies are the tables of reference with the newer editions of Renew. The
// tables are part of the program: one that cannot be read is a fault of the
// build, found by this package's tests, and panics.
func Vocabularies() *catalog.Vocabularies {
	if v := renewed.Load(); v != nil {
		return v
	}
	return released()
}

// renewed are the vocabularies with newer editions than the release's.
var renewed atomic.Pointer[catalog.Vocabularies]

// released are those of the release, loaded once.
var released = sync.OnceValue(func() *catalog.Vocabularies {
	v, err := WithEditions(nil)
	if err != nil {
		panic(err)
	}
	return v
})

// Renew makes Vocabularies answer with the newer editions given, for the whole
// process, and says which of them do not count: they were made for the table of
// another release, or do not fit this one. Without any, it is the release's again.
func Renew(editions []catalog.Edition) (left []error) {
	if len(editions) == 0 && renewed.Load() == nil || len(editions) > 0 && Vocabularies().Edition == fingerprint(editions) {
		return nil // as it is already
	}
	var fit []catalog.Edition
	for _, e := range editions {
		if _, err := WithEditions([]catalog.Edition{e}); err != nil {
			left = append(left, err)
			continue
		}
		fit = append(fit, e)
	}
	if len(fit) == 0 {
		renewed.Store(nil)
		return left
	}
	v, err := WithEditions(fit)
	if err != nil {
		return append(left, err)
	}
	renewed.Store(v)
	return left
}

// WithEditions are the vocabularies of the release with the newer editions given.
func WithEditions(editions []catalog.Edition) (*catalog.Vocabularies, error) {
	list, err := References()
	if err != nil {
		return nil, err
	}
	all := tables{}
	var t catalog.Tables
	for _, r := range list {
		rows, err := readTable(r.Name)
		if err != nil {
			return nil, err
		}
		version := r.Version()
		for _, e := range editions {
			if e.Scheme != r.Name {
				continue
			}
			if rows, err = renew(e, r, rows); err != nil {
				return nil, err
			}
			version = e.Version
		}
		all[r.Name] = rows
		t.Schemes = append(t.Schemes, catalog.Scheme{Name: r.Name, Title: r.Title, Version: version, Concepts: concepts(r, rows)})
	}
	if len(editions) > 0 {
		t.Edition = fingerprint(editions)
	}
	all.fill(&t)
	return catalog.NewVocabularies(t)
}

// fingerprint is what tells editions from others, wherever they were read from.
func fingerprint(editions []catalog.Edition) string {
	editions = slices.Clone(editions)
	for i := range editions {
		editions[i].Origin = ""
	}
	b, err := json.Marshal(editions)
	if err != nil {
		panic("datasets: editions that are not JSON: " + err.Error()) // texts only
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

// tables are the rows of the reference tables, by name.
type tables map[string][]row

// fill reads the rows that have a type of their own.
func (all tables) fill(t *catalog.Tables) {
	territorial := all.territorial()
	t.PlaceTypes = parse(all["place-types"], func(r row) catalog.PlaceType {
		return catalog.PlaceType{
			Code: r["code"], Label: r["label_it"], LabelEN: r["label_en"], Theme: catalog.Theme(r["theme"]),
			URI: r["uri"], POI: r["poi"], SchemaOrg: r["schema_org"], Names: r.list("names"), Values: r.list("values"),
		}
	})
	t.EventTypes = parse(all["event-types"], func(r row) catalog.EventType {
		return catalog.EventType{
			Code: r["code"], Notation: r["notation"], Label: r["label_it"], LabelEN: r["label_en"],
			Area: r["activity_area"], Theme: catalog.Theme(r["theme"]), URI: r["uri"], Broader: r["broader"],
			SchemaOrg: r["schema_org"], Names: r.list("names"), Values: r.list("values"),
		}
	})
	t.DataThemes = parse(all["data-themes"], func(r row) catalog.DataTheme {
		return catalog.DataTheme{
			Code: r["code"], Label: r["label_it"], LabelEN: r["label_en"], Theme: catalog.Theme(r["theme"]), URI: r["uri"],
			Same: append(r.list("same"), territorial[r["code"]]...),
		}
	})
	t.Licences = parse(all["licences"], func(r row) catalog.Licence {
		return catalog.Licence{
			Notation: r["notation"], URI: r["uri"], Short: r["short"], Label: r["label_it"], LabelEN: r["label_en"],
			URL: r["url"], Openness: catalog.Openness(r["openness"]),
			ShareAlike: r["share_alike"] == "true", Attribution: r["attribution"] == "true",
			NonCommercial: r["non_commercial"] == "true", NoDerivatives: r["no_derivatives"] == "true", Same: r.list("same"),
		}
	})
	t.Municipalities = parse(all["municipalities"], func(r row) catalog.Municipality {
		return catalog.Municipality{
			ISTATCode: r["istat_code"], Name: r["name"], CadastralCode: r["cadastral_code"],
			Province: r["province"], ProvinceName: r["province_name"], URI: r["uri"],
		}
	})
	all.fillMeasures(t)
	all.fillTerms(t)
}

// A row of a reference table, by the names of its columns.
type row map[string]string

func (r row) list(column string) []string {
	if r[column] == "" {
		return nil
	}
	return strings.Split(r[column], "|")
}

func parse[T any](rows []row, one func(row) T) []T {
	list := make([]T, len(rows))
	for i, r := range rows {
		list[i] = one(r)
	}
	return list
}

func readTable(name string) ([]row, error) {
	f, err := reference.Open("reference/" + name + ".csv")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("reference table %s: %w", name, err)
	}
	if len(lines) == 0 {
		return nil, errors.New("reference table " + name + " is empty")
	}
	rows := make([]row, 0, len(lines)-1)
	for _, line := range lines[1:] {
		r := row{}
		for i, column := range lines[0] {
			r[column] = line[i]
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// concepts are the rows of a table as concepts: whatever names something is a way
// of saying it.
func concepts(ref Reference, rows []row) []catalog.Concept {
	notation := ref.Keys["notation"]
	codes := map[string]string{} // ours, by the publisher's
	for _, r := range rows {
		if notation != "" && codes[r[notation]] == "" {
			codes[r[notation]] = r[ref.key("code")]
		}
	}
	return parse(rows, func(r row) catalog.Concept {
		c := catalog.Concept{
			Code: r[ref.key("code")], Label: r[ref.key("label_it")], LabelEN: r["label_en"], URI: r["uri"], Broader: r.list("broader"),
			Withdrawn: r["withdrawn"], Successor: r["successor"],
		}
		for _, column := range []string{"same", "names", "values"} {
			c.Same = append(c.Same, r.list(column)...)
		}
		if notation != "" {
			c.Same = append(c.Same, r[notation])
			for i, b := range c.Broader {
				c.Broader[i] = cmp.Or(codes[b], b)
			}
		}
		return c
	})
}
