package postgis

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// kindTitles names the collections of kinds for people.
var kindTitles = map[catalog.Kind][2]string{
	catalog.KindPlace:        {"Luoghi", "Luoghi che si visitano o si cercano: musei, biblioteche, archivi, teatri, scuole, parchi, uffici, sedi."},
	catalog.KindHeritageItem: {"Beni culturali", "Opere, edifici e oggetti del patrimonio culturale."},
	catalog.KindEvent:        {"Eventi", "Attività culturali, sportive e istituzionali con una data."},
	catalog.KindCourse:       {"Corsi", "Offerta formativa."},
	catalog.KindStation:      {"Stazioni di misura", "Centraline e sensori ambientali."},
	catalog.KindService:      {"Servizi", "Servizi degli enti ai cittadini."},
	catalog.KindOffice:       {"Uffici", "Uffici degli enti, con orari e contatti."},
	catalog.KindOrganization: {"Enti", "Enti pubblici e associazioni."},
	catalog.KindAdminArea:    {"Aree amministrative", "Comuni, province e altre aree con un confine."},
	catalog.KindStreet:       {"Strade", "Nomi delle strade e delle località, dai registri dei Comuni."},
	catalog.KindAddress:      {"Numeri civici", "Ogni porta con il suo numero e, quando è nota, la posizione."},
	catalog.KindReport:       {"Segnalazioni", "Segnalazioni dei cittadini e risposte degli uffici, senza il nome di chi segnala."},
	catalog.KindDataset:      {"Dataset", "Insiemi di dati del catalogo."},
}

// Collections lists the collections that have records: those of the kinds
// first, then the datasets by name.
func (s *Store) Collections(ctx context.Context) ([]catalog.Collection, error) {
	marks, err := s.marks(ctx)
	if err != nil {
		return nil, fmt.Errorf("collections: %w", err)
	}
	var list []catalog.Collection
	for _, k := range catalog.Kinds() {
		if m := marks[k.Collection()]; m.Count > 0 {
			list = append(list, kindCollection(k, m))
		}
	}
	datasets, err := s.datasetCollections(ctx, "")
	if err != nil {
		return nil, fmt.Errorf("collections: %w", err)
	}
	for _, c := range datasets {
		c.marked(marks[c.Name])
		list = append(list, c.Collection)
	}
	for i := range list {
		if err := s.summed(ctx, &list[i]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Collection is the collection called name. That of a kind is there even when
// it is empty.
func (s *Store) Collection(ctx context.Context, name string) (catalog.Collection, error) {
	marks, err := s.marks(ctx)
	if err != nil {
		return catalog.Collection{}, fmt.Errorf("collection %q: %w", name, err)
	}
	var c catalog.Collection
	if kind, ok := catalog.KindOfCollection(name); ok {
		c = kindCollection(kind, marks[name])
	} else {
		datasets, err := s.datasetCollections(ctx, name)
		if err != nil {
			return c, fmt.Errorf("collection %q: %w", name, err)
		}
		if len(datasets) == 0 {
			return c, fmt.Errorf("collection %q: %w", name, catalog.ErrNotFound)
		}
		datasets[0].marked(marks[name])
		c = datasets[0].Collection
	}
	return c, s.summed(ctx, &c)
}

// A mark is a row of collection_mark and when it was made.
type mark struct {
	Seq, Count int64
	At         time.Time
}

func (s *Store) marks(ctx context.Context) (map[string]mark, error) {
	rows, _ := s.public.Query(ctx, `
		select m.collection, m.seq, m.count, coalesce(c.at, 'epoch')
		from collection_mark m
		left join change c on c.seq = m.seq`)
	marks := map[string]mark{}
	var name string
	var m mark
	_, err := pgx.ForEachRow(rows, []any{&name, &m.Seq, &m.Count, &m.At}, func() error {
		marks[name] = m
		return nil
	})
	return marks, err
}

func kindCollection(k catalog.Kind, m mark) catalog.Collection {
	words := kindTitles[k]
	return catalog.Collection{
		Name: k.Collection(), Title: words[0], Description: words[1], Kind: k,
		Count: m.Count, Mark: m.Seq, Updated: m.At,
	}
}

// A dataset is a collection with the columns of its own layer.
type dataset struct{ catalog.Collection }

func (d *dataset) marked(m mark) { d.Count, d.Mark, d.Updated = m.Count, m.Seq, m.At }

// datasetCollections reads the collections of rows of datasets: the one called
// name, or all when it is "".
func (s *Store) datasetCollections(ctx context.Context, name string) ([]dataset, error) {
	rows, _ := s.public.Query(ctx, `
		select l.collection, l.name, count(*) over (partition by l.source_id) > 1, coalesce(nullif(l.title, ''), s.title), s.licence,
			coalesce(b.name, ''), s.id, s.url, l.columns, l.title <> '', coalesce(l.dataset::text, '')
		from layer l
		join source s on s.id = l.source_id
		left join body b on b.id = s.body_id
		where s.removed is null and not l.folded
		order by l.collection, l.source_id`)
	var list []dataset
	var layer string
	var several, titled bool
	var d catalog.Collection
	_, err := pgx.ForEachRow(rows, []any{&d.Name, &layer, &several, &d.Title, &d.Licence, &d.Body, &d.SourceID, &d.SourceURL, &d.Columns, &titled, &d.DatasetID}, func() error {
		c := d
		d.Columns = nil
		if catalog.ReservedCollection(c.Name) || (name != "" && c.Name != name) {
			return nil
		}
		if len(list) > 0 && list[len(list)-1].Name == c.Name {
			return nil // two sources may not share one; the first has it
		}
		c.Kind = catalog.KindFeature
		switch {
		case c.Title == "":
			c.Title = c.Name
		case several && layer != "" && !titled:
			c.Title += ": " + layer
		}
		list = append(list, dataset{c})
		return nil
	})
	return list, err
}

// summed adds what a pass over the records tells: extent, times, the columns of
// the envelope that some record has.
func (s *Store) summed(ctx context.Context, c *catalog.Collection) error {
	if c.Mark == 0 {
		c.Columns = append(envelope(nil), c.Columns...)
		return nil
	}
	sum, err := s.summary(ctx, c.Name, c.Mark)
	if err != nil {
		return err
	}
	c.Extent, c.From, c.To = sum.extent, sum.from, sum.to
	switch {
	case sum.several: // rows may have another than their source: then each says its own
		c.Licence = ""
	case sum.licence != "":
		c.Licence = sum.licence
	}
	c.Columns = append(envelope(sum.properties), c.Columns...)
	return nil
}

// envelope is the envelope's columns that are present, title and kind always.
func envelope(present map[string]bool) []catalog.Column {
	var columns []catalog.Column
	for _, c := range catalog.EnvelopeColumns() {
		if present[c.Name] || c.Name == "title" || c.Name == "kind" {
			columns = append(columns, c)
		}
	}
	return columns
}
