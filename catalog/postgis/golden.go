package postgis

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/twpayne/go-geom/encoding/ewkb"

	"po-net.prato.it/ponet/catalog"
)

// stage puts the records of clusters on the stage, or changes what is there.
func (g *grouping) stage(ctx context.Context, clusters [][]string) error {
	if len(clusters) == 0 {
		return nil
	}
	said, err := g.contributions(ctx, slices.Concat(clusters...))
	if err != nil {
		return err
	}
	var rows []stagedRow
	for _, c := range clusters {
		var list []catalog.Contribution
		for _, id := range c {
			list = append(list, said[id])
		}
		for i, own := range list {
			r, shown, status := own.Record, own, catalog.StatusMerged
			r.SourceGeometry = own.Place
			var into, source, key any = c[0], nil, nil
			if i == 0 {
				r, shown = catalog.Golden(list)
				status, into = catalog.StatusPublished, nil
				if len(list) > 1 {
					source, key = shown.Source.ID, shown.Key
				}
			}
			row, err := stagedRecord(r)
			if err != nil {
				return err
			}
			rows = append(rows, slices.Concat(stagedRow{own.ID, own.Source.ID, own.Key, string(status), into, source, key}, row))
		}
	}
	if _, err := g.tx.CopyFrom(ctx, pgx.Identifier{"golden"}, goldenColumns, pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) { return rows[i], nil })); err != nil {
		return err
	}
	for _, sql := range stageGolden() {
		if _, err := g.tx.Exec(ctx, sql); err != nil {
			return fmt.Errorf("%.40s: %w", sql, err)
		}
	}
	return nil
}

// goldenColumns are those that making a record of several descriptions sets.
var goldenColumns = append([]string{"id", "source_id", "key", "status", "merged_into", "shown_source", "shown_key"}, recordStage...)

// stageGolden brings what is in the table golden onto the stage: into the row of the
// description that is there, or beside it.
func stageGolden() []string {
	list := strings.Join(goldenColumns, ", ")
	var sets []string
	for _, column := range goldenColumns[3:] {
		sets = append(sets, column+" = g."+column)
	}
	return []string{
		`update stage s set ` + strings.Join(sets, ", ") + ` from golden g where g.id = s.id`,
		`insert into stage (` + list + `, ours, known) select ` + list + `, false, true from golden g where not exists (select from stage where id = g.id)`,
	}
}

// contributions are what the sources of ids say.
func (g *grouping) contributions(ctx context.Context, ids []string) (map[string]catalog.Contribution, error) {
	rows, err := g.tx.Query(ctx, `
		select d.own::text, d.layer, d.key, d.said, d.shape, s.id, s.title, s.url, coalesce(s.body_id, ''), s.added, s.federated_nationally, s.standing
		from (`+described+`) d join source s on s.id = d.source_id`, ids, missesToWithdraw)
	if err != nil {
		return nil, err
	}
	list := map[string]catalog.Contribution{}
	var c catalog.Contribution
	var said, shape []byte
	_, err = pgx.ForEachRow(rows, []any{&c.ID, &c.Layer, &c.Key, &said, &shape, &c.Source.ID, &c.Source.Title, &c.Source.URL, &c.Source.BodyID, &c.Source.Added, &c.Source.FederatedNationally, &c.Source.Standing}, func() error {
		var err error
		if c.Record, err = catalog.ReadRecord(said); err != nil {
			return err
		}
		if c.Place = nil; shape != nil {
			if c.Place, err = ewkb.Unmarshal(shape); err != nil {
				return fmt.Errorf("geometry: %w", err)
			}
		}
		list[c.ID] = c
		return nil
	})
	return list, err
}
