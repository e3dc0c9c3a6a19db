package ponet

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/table"
)

var errEnough = table.ErrEnough

// A feature is a record as the node gives it (RFC 7946).
type feature struct {
	ID         string          `json:"id"`
	Geometry   json.RawMessage `json:"geometry"`
	Properties json.RawMessage `json:"properties"`
	raw        []byte
	known      struct {
		Kind        catalog.Kind         `json:"kind"`
		URL         string               `json:"url"`
		Origin      string               `json:"origin"`
		Occurrences []catalog.Occurrence `json:"occurrences"`
	}
}

func parseFeature(raw json.RawMessage) (feature, error) {
	f := feature{raw: raw}
	if err := json.Unmarshal(raw, &f); err != nil {
		return f, err
	}
	if f.ID == "" || len(f.Properties) == 0 || f.Properties[0] != '{' {
		return f, errors.New("it has no id or no properties")
	}
	return f, json.Unmarshal(f.Properties, &f.known)
}

// A keeper takes the records of one collection until all are there, and hands
// them on as a layer.
type keeper struct {
	n           *node
	collection  collection
	kind        catalog.Kind
	spool       *table.Spool
	datasets    *catalog.Layer // of the collection of datasets
	occurrences map[string][]catalog.Occurrence
}

func (n *node) keep(c collection) (*keeper, error) {
	k := &keeper{n: n, collection: c, occurrences: map[string][]catalog.Occurrence{}}
	if c.ID == catalog.KindDataset.Collection() {
		k.datasets = catalog.DatasetLayer()
		k.datasets.Name, k.datasets.RowsApart = c.ID, true
		return k, nil
	}
	var err error
	k.spool, err = table.NewSpool()
	return k, err
}

func (k *keeper) close() {
	if k.spool != nil {
		_ = k.spool.Close() // temporary files
	}
}

// bare is the layer of records of which nothing but the key is known.
func (k *keeper) bare() *catalog.Layer {
	if k.datasets != nil {
		return k.datasets
	}
	return &catalog.Layer{Name: k.collection.ID}
}

// add takes a record, unless the node has it from another one.
func (k *keeper) add(f feature) error {
	if f.known.Origin != "" {
		return nil
	}
	k.n.own++
	if k.datasets != nil {
		return k.dataset(f)
	}
	k.kind = f.known.Kind
	if len(f.known.Occurrences) > 0 {
		k.occurrences[f.ID] = f.known.Occurrences
	}
	properties, err := k.properties(f)
	if err != nil {
		return failed("record %s: %v", f.ID, err)
	}
	row := table.Feature{ID: f.ID, Raw: f.raw, Media: "application/geo+json", Properties: properties}
	if g := bytes.TrimSpace(f.Geometry); len(g) > 0 && g[0] == '{' {
		if row.Geometry, err = table.GeoJSON(g); err != nil && !errors.Is(err, table.ErrEmptyGeometry) {
			row.Issues = []catalog.Issue{{Rule: "geometry-unreadable", Field: "geometry", Read: catalog.Excerpt(string(g)), Expected: "a GeoJSON geometry"}}
		}
	}
	return k.spool.Add(row)
}

// remade are the properties that follow from others here as they did there, or
// that say how the node got the record.
var remade = []string{"kind", "type", "place_type", "poi_category", "event_type", "activity_area", "occurrences", "source", "source_key", "updated"}

// properties are those of f with what says where it is at home.
func (k *keeper) properties(f feature) ([]byte, error) {
	var p map[string]json.RawMessage
	if err := json.Unmarshal(f.Properties, &p); err != nil {
		return nil, err
	}
	for _, name := range remade {
		delete(p, name)
	}
	iri := k.n.home + "/id/" + f.ID
	own := map[string]string{"origin": iri, "origin_name": k.n.name}
	if f.known.URL == "" {
		own["url"] = iri
	}
	for name, value := range own {
		encoded, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		p[name] = encoded
	}
	return json.Marshal(p)
}

// renamed are the fields of ours whose property has another name.
var renamed = map[string]string{"modified": "source_modified", "accuracy": "accuracy_metres", "type": "type_label"}

// hand yields what was taken.
func (k *keeper) hand(ctx context.Context) error {
	if k.spool == nil || k.spool.Len() == 0 {
		return nil
	}
	t := k.spool.Table(k.collection.ID)
	t.Title, t.SRID, t.CRS = k.collection.Title, 4326, "EPSG:4326"
	t.Unfold.Whole = true
	t.Found = []string{"node: " + k.n.name + ", " + k.n.home}
	var layer *catalog.Layer
	return t.Harvest(ctx, catalog.Mapping{SRID: 4326, Drop: k.n.src.Mapping.Drop}, -1, func(h catalog.Harvested, err error) bool {
		if layer == nil {
			layer = k.ours(h.Layer)
		}
		if err == nil {
			h.Occurrences = k.occurrences[h.Key]
		}
		return k.n.yield(h, err)
	})
}

// ours says of the layer l, whose columns have the names of our properties, what they are.
func (k *keeper) ours(l *catalog.Layer) *catalog.Layer {
	l.Ours = true
	l.Guess.Kind = k.kind
	l.Guess.Fields = map[string]string{}
	for _, field := range catalog.MappingFields {
		name := field
		if r, ok := renamed[field]; ok {
			name = r
		}
		for _, c := range l.Columns {
			if c.Name == name {
				l.Guess.Fields[field] = name
			}
		}
	}
	l.Dataset = k.collection.ID // no dataset is called so: a kind's collection is none
	if d := k.collection.dataset(); d != "" {
		l.Dataset, l.Wanted = d, k.collection.ID
	}
	return l
}
