package postgis

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// PutVocabularies brings the table of controlled vocabularies to v; when it is
// that already, nothing is written. A term that is gone stays, as records may
// have it.
func (s *Store) PutVocabularies(ctx context.Context, v *catalog.Vocabularies) error {
	themes := themesOf(v)
	var rows [][]any
	for _, scheme := range v.Schemes {
		for _, c := range scheme.Concepts {
			rows = append(rows, []any{scheme.Name, c.Code, c.URI, c.Label, c.LabelEN, strings.Join(c.Broader, "|"), string(themes[scheme.Name][c.Code]), c.Withdrawn, c.Successor})
		}
	}
	err := pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `create temporary table term (like vocabulary) on commit drop`); err != nil {
			return err
		}
		columns := []string{"scheme", "code", "uri", "label_it", "label_en", "broader", "theme", "withdrawn", "successor"}
		if _, err := tx.CopyFrom(ctx, pgx.Identifier{"term"}, columns, pgx.CopyFromRows(rows)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			insert into vocabulary as v (scheme, code, uri, label_it, label_en, broader, theme, withdrawn, successor)
			select scheme, code, uri, label_it, label_en, broader, theme, withdrawn, successor
			from term
			on conflict (scheme, code) do update set
				uri = excluded.uri, label_it = excluded.label_it, label_en = excluded.label_en,
				broader = excluded.broader, theme = excluded.theme, withdrawn = excluded.withdrawn, successor = excluded.successor
			where v is distinct from excluded`)
		return err
	})
	if err != nil {
		return fmt.Errorf("vocabularies: %w", err)
	}
	return nil
}

// themesOf are the themes of the portal that terms have, by vocabulary and code.
func themesOf(v *catalog.Vocabularies) map[string]map[string]catalog.Theme {
	themes := map[string]map[string]catalog.Theme{"place-types": {}, "event-types": {}, "data-themes": {}}
	for _, t := range v.PlaceTypes {
		themes["place-types"][t.Code] = t.Theme
	}
	for _, t := range v.EventTypes {
		themes["event-types"][t.Code] = t.Theme
	}
	for _, t := range v.DataThemes {
		themes["data-themes"][t.Code] = t.Theme
	}
	return themes
}

// Editions are those of vocabularies that are in force instead of the release's,
// by name.
func (s *Store) Editions(ctx context.Context) ([]catalog.Edition, error) {
	rows, _ := s.db.Query(ctx, `
		select scheme, version, base, origin, concepts
		from vocabulary_edition
		where in_force
		order by scheme`)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[catalog.Edition])
	if err != nil {
		return nil, fmt.Errorf("editions of vocabularies: %w", err)
	}
	return list, nil
}

// PutEdition puts e in force; the edition before it stays as history.
func (s *Store) PutEdition(ctx context.Context, e catalog.Edition) error {
	err := pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `update vocabulary_edition set in_force = false where scheme = $1 and in_force`, e.Scheme); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			insert into vocabulary_edition (scheme, version, base, origin, concepts)
			values ($1, $2, $3, $4, $5)`, e.Scheme, e.Version, e.Base, e.Origin, e.Concepts)
		return err
	})
	if err != nil {
		return fmt.Errorf("vocabulary %s: edition %s: %w", e.Scheme, e.Version, err)
	}
	return nil
}

// DropEdition puts the release's edition of a vocabulary back in force, and says
// whether another one was.
func (s *Store) DropEdition(ctx context.Context, scheme string) (bool, error) {
	tag, err := s.db.Exec(ctx, `update vocabulary_edition set in_force = false where scheme = $1 and in_force`, scheme)
	if err != nil {
		return false, fmt.Errorf("vocabulary %s: %w", scheme, err)
	}
	return tag.RowsAffected() > 0, nil
}
