package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/harvesters"
)

// sourceFlags are what can be said about a source; what is not said is detected
// or stays as it is.
type sourceFlags struct {
	Title       string            `help:"Title people see."`
	Body        string            `help:"Id of the body that answers for it, its IPA code in lower case."`
	Licence     string            `help:"Licence: a URI, or a name such as CC-BY-4.0 or CC0 (default CC BY 4.0)."`
	As          string            `name:"as" placeholder:"KIND" help:"What its rows are: place, event, course, …, or observation; left out: features of a dataset of their own."`
	Theme       string            `help:"Theme of its records: cultura, ambiente, formazione or istituzioni."`
	Type        string            `help:"Type of every record, such as biblioteca."`
	Map         map[string]string `placeholder:"FIELD=COLUMN" help:"Which column a field is: title=denominazione. A constant stands in single quotes, columns are joined with +."`
	TypeMap     map[string]string `name:"type-map" placeholder:"VALUE=TYPE" help:"What a value of the type column means."`
	Column      map[string]string `placeholder:"COLUMN=TYPE" help:"Type of a column: text, integer, number, boolean, date, datetime."`
	Key         []string          `placeholder:"COLUMN" help:"Columns that identify a row."`
	Only        map[string]string `placeholder:"COLUMN=VALUE" help:"Only the rows with this value, for files of a whole country; several values with |, a beginning with *: codice_istat=100*."`
	Drop        []string          `placeholder:"COLUMN" help:"Columns not to store."`
	Layer       []string          `placeholder:"LAYER" help:"Layers or sheets to read."`
	Format      string            `help:"Format, when it is not detected: csv, geojson, shp, …"`
	Encoding    string            `help:"Character encoding, such as windows-1252."`
	Delimiter   string            `help:"Delimiter of a CSV file: one character, or tab."`
	Decimal     string            `help:"Decimal mark: comma or point."`
	Header      int               `help:"Line of the header; -1: there is none."`
	Path        string            `placeholder:"PATH" help:"Where the rows lie in JSON: data.items, or a JSONPath such as $.it[*]; in XML an XPath such as //museo."`
	Query       string            `placeholder:"TEXT|@FILE" help:"For sparql: a SELECT or CONSTRUCT, or the file it stands in, after @."`
	SRID        int               `name:"srid" help:"EPSG code of the coordinates, over what the file declares."`
	SwapAxes    *bool             `help:"Coordinates come as latitude, longitude."`
	Mapping     string            `type:"existingfile" placeholder:"FILE" help:"A mapping in JSON, before the other flags."`
	Every       time.Duration     `help:"Time between two harvests (default 24h)."`
	Deadline    time.Duration     `help:"After which a run is ended as failed (default 30m)."`
	MaxBytes    int64             `placeholder:"BYTES" help:"What one run may receive (default 20 GB, which is also the most)."`
	MaxRequests int               `placeholder:"N" help:"What one run may ask for (default 100000, which is also the most)."`
	Federated   *bool             `name:"federated-nationally" help:"The national catalogue has its datasets from where they are, so that they are never fed to it again."`
	Standing    string            `enum:",body,owner,register,regional,collection" default:"" help:"With what right it speaks of what it describes: owner (the system of who answers for it), register (the national one of that kind), regional, collection (gathers what others know, as OpenStreetMap). body, as at first: owner of what belongs to its body."`
	Notify      string            `placeholder:"ADDRESS" help:"Where mail goes when something changes in how its harvest goes; none: nowhere."`
	NotifyLang  string            `enum:",it,en" default:"" help:"Language of that mail: it (at first) or en."`
	observationFlags
	pagingFlags
	keyFlags
}

// correspond stores to whom mail about the source called id goes, if the flags say.
func (f sourceFlags) correspond(ctx context.Context, n *node, id string) error {
	if f.Notify == "" && f.NotifyLang == "" {
		return nil
	}
	all, err := n.Correspondents(ctx)
	if err != nil {
		return err
	}
	c := all[id]
	switch f.Notify {
	case "":
		if c.Address == "" {
			return fmt.Errorf("--notify-lang: nobody gets mail about %s; say who does with --notify ADDRESS", id)
		}
	case "none":
		c.Address = ""
	default:
		if c.Address, err = mailAddress(f.Notify); err != nil {
			return fmt.Errorf("--notify: %w", err)
		}
	}
	c.Lang = cmp.Or(f.NotifyLang, c.Lang, "it")
	return n.PutCorrespondent(ctx, id, c)
}

// apply brings what the flags say into src.
func (f sourceFlags) apply(src *catalog.Source) error {
	if f.Mapping != "" {
		b, err := os.ReadFile(f.Mapping)
		if err != nil {
			return err
		}
		d := json.NewDecoder(strings.NewReader(string(b)))
		d.DisallowUnknownFields()
		if err := d.Decode(&src.Mapping); err != nil {
			return fmt.Errorf("mapping %s: %w", f.Mapping, err)
		}
	}
	set(&src.Title, f.Title)
	set(&src.BodyID, strings.ToLower(f.Body))
	m := &src.Mapping
	set(&m.Kind, catalog.Kind(f.As))
	set(&m.Theme, catalog.Theme(f.Theme))
	set(&m.Type, f.Type)
	set(&m.Format, f.Format)
	set(&m.Encoding, f.Encoding)
	set(&m.Delimiter, f.Delimiter)
	set(&m.Decimal, strings.NewReplacer("comma", ",", "point", ".").Replace(f.Decimal))
	set(&m.Header, f.Header)
	set(&m.Path, f.Path)
	if name, ok := strings.CutPrefix(f.Query, "@"); ok {
		b, err := os.ReadFile(name)
		if err != nil {
			return fmt.Errorf("--query: %w", err)
		}
		f.Query = string(b)
	}
	set(&m.Query, f.Query)
	set(&m.SRID, f.SRID)
	if f.SwapAxes != nil {
		m.SwapAxes = f.SwapAxes
	}
	if len(f.Key) > 0 {
		m.Key = f.Key
	}
	if len(f.Drop) > 0 {
		m.Drop = f.Drop
	}
	only := map[string][]string{}
	for column, values := range f.Only {
		only[column] = strings.Split(values, "|")
	}
	merge(&m.Only, only)
	if len(f.Layer) > 0 {
		m.Layers = f.Layer
	}
	merge(&m.Fields, f.Map)
	merge(&m.TypeMap, f.TypeMap)
	types := map[string]catalog.ColumnType{}
	for column, t := range f.Column {
		types[column] = catalog.ColumnType(t)
	}
	merge(&m.Types, types)
	set(&src.Rhythm, catalog.Duration(f.Every))
	set(&src.Deadline, catalog.Duration(f.Deadline))
	set(&src.MaxBytes, f.MaxBytes)
	set(&src.MaxRequests, f.MaxRequests)
	if f.Federated != nil {
		src.FederatedNationally = *f.Federated
	}
	switch f.Standing {
	case "":
	case "body":
		src.Standing = ""
	default:
		src.Standing = catalog.Standing(f.Standing)
	}
	if f.Licence != "" {
		l, ok := datasets.Vocabularies().Licence(f.Licence)
		if !ok {
			return fmt.Errorf("licence %q is not known; give its URI or a name such as CC-BY-4.0, CC0-1.0, ODbL-1.0, IODL-2.0", f.Licence)
		}
		src.Licence = l.URI
	}
	if err := f.observationFlags.apply(&src.Mapping); err != nil {
		return err
	}
	if err := f.pagingFlags.apply(src); err != nil {
		return err
	}
	if err := f.keyFlags.apply(src); err != nil {
		return err
	}
	if f.Notify != "" && f.Notify != "none" {
		if _, err := mailAddress(f.Notify); err != nil {
			return fmt.Errorf("--notify: %w", err)
		}
	}
	return check(*src)
}

func set[T comparable](to *T, value T) {
	var zero T
	if value != zero {
		*to = value
	}
}

func merge[T any](to *map[string]T, more map[string]T) {
	if len(more) > 0 && *to == nil {
		*to = map[string]T{}
	}
	for k, v := range more {
		(*to)[k] = v
	}
}

// check refuses what no harvest could use.
func check(src catalog.Source) error {
	m := src.Mapping
	if m.Kind != "" && !m.Kind.Valid() {
		return fmt.Errorf("--as %q: the kinds are %v", m.Kind, append(catalog.Kinds(), catalog.KindObservation))
	}
	if m.Theme != "" && !slices.Contains(catalog.Themes, m.Theme) {
		return fmt.Errorf("--theme %q: the themes are %v", m.Theme, catalog.Themes)
	}
	for field := range m.Fields {
		if !catalog.MayMap(field) {
			return fmt.Errorf("--map %s: the fields are %s, and the properties of the kind", field, strings.Join(catalog.MappingFields, ", "))
		}
	}
	types := []catalog.ColumnType{catalog.ColumnText, catalog.ColumnInteger, catalog.ColumnNumber, catalog.ColumnBoolean, catalog.ColumnDate, catalog.ColumnDateTime, catalog.ColumnJSON}
	for column, t := range m.Types {
		if !slices.Contains(types, t) {
			return fmt.Errorf("--column %s=%s: the types are %v", column, t, types)
		}
	}
	if d := time.Duration(src.Deadline); d > longestHarvest {
		return fmt.Errorf("--deadline %s: at most %s", d, longestHarvest)
	}
	if src.MaxBytes < 0 || src.MaxBytes > harvesters.MaxBytes {
		return fmt.Errorf("--max-bytes %d: 1 to %d", src.MaxBytes, int64(harvesters.MaxBytes))
	}
	if src.MaxRequests < 0 || src.MaxRequests > harvesters.MaxRequests {
		return fmt.Errorf("--max-requests %d: 1 to %d", src.MaxRequests, harvesters.MaxRequests)
	}
	return nil
}
