package postgis

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// PutVocabularies brings the table of controlled vocabularies to what this
// release knows; when it is that already, nothing is written. A term that is
// gone stays, as records may have it.
func (s *Store) PutVocabularies(ctx context.Context, v *catalog.Vocabularies) error {
	var rows [][]any
	add := func(scheme, code, uri, it, en, broader string, theme catalog.Theme) {
		rows = append(rows, []any{scheme, code, uri, it, en, broader, string(theme)})
	}
	for _, t := range v.PlaceTypes {
		add("place-type", t.Code, t.URI, t.Label, t.LabelEN, "", t.Theme)
	}
	for _, t := range v.EventTypes {
		add("event-type", t.Code, t.URI, t.Label, t.LabelEN, t.Broader, t.Theme)
	}
	for _, t := range v.DataThemes {
		add("data-theme", t.Code, t.URI, t.Label, t.LabelEN, "", t.Theme)
	}
	for _, l := range v.Licences {
		add("licence", l.Notation, l.URI, l.Label, l.LabelEN, "", "")
	}
	for _, m := range v.Municipalities {
		add("municipality", m.ISTATCode, m.URI, m.Name, "", m.Province, "")
	}
	err := pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `create temporary table term (like vocabulary) on commit drop`); err != nil {
			return err
		}
		columns := []string{"scheme", "code", "uri", "label_it", "label_en", "broader", "theme"}
		if _, err := tx.CopyFrom(ctx, pgx.Identifier{"term"}, columns, pgx.CopyFromRows(rows)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			insert into vocabulary as v
			select * from term
			on conflict (scheme, code) do update set
				uri = excluded.uri, label_it = excluded.label_it, label_en = excluded.label_en,
				broader = excluded.broader, theme = excluded.theme
			where v is distinct from excluded`)
		return err
	})
	if err != nil {
		return fmt.Errorf("vocabularies: %w", err)
	}
	return nil
}
