package simulate

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// stored is what the catalogue holds of the source, key by key; wrong is what
// cannot be, whatever was harvested.
func (h *history) stored(ctx context.Context) (fates, []string, error) {
	rows, err := h.db.Query(ctx, `
		select r.id::text, r.source_key, r.title, r.status, coalesce(h.key, r.source_key), h.key is not null, r.properties ? $2,
			coalesce(ST_X(r.geom), 0), coalesce(ST_Y(r.geom), 0)
		from record r
		left join harvested h on h.source_id = $1 and h.record_id = r.id
		where r.source_id = $1
		  and not exists (select from harvested d where d.source_id = $1 and d.layer = '(dataset)' and d.record_id = r.id)
		  and not exists (select from former d where d.source_id = $1 and d.layer = '(dataset)' and d.record_id = r.id)`, h.src.ID, describes)
	if err != nil {
		return nil, nil, err
	}
	out := fates{}
	var (
		wrong        []string
		f            fate
		key, name    string
		status, ours string
		described    bool
		x, y         float64
		erased       int
	)
	_, err = pgx.ForEachRow(rows, []any{&f.record, &ours, &name, &status, &key, &f.known, &described, &x, &y}, func() error {
		if h.purged[f.record] {
			if erased++; name != "" || ours != "" || status == "published" || f.known {
				wrong = append(wrong, fmt.Sprintf("the purged record %s is %s and has the title %q and the key %q", f.record, status, name, ours))
			}
			return nil
		}
		f.state, f.live = state{}, status == "published"
		thing, n, _ := strings.Cut(strings.TrimPrefix(name, "Città "), ", stato ")
		f.state.thing = thing
		if f.state.n, err = strconv.Atoi(n); err != nil || title(f.state) != name || ours != key {
			wrong = append(wrong, fmt.Sprintf("%s has the title %q and the key %s", key, name, ours))
		}
		if described && h.kind.mapped {
			f.state.mapped = 1
		}
		if lon, lat := place(f.state); h.kind.placed && math.Abs(x-lon)+math.Abs(y-lat) > 1e-6 {
			wrong = append(wrong, fmt.Sprintf("%s in state %s lies at %f, %f; want %f, %f", key, f.state, x, y, lon, lat))
		}
		if _, twice := out[key]; twice {
			wrong = append(wrong, key+" is there twice")
		}
		out[key] = f
		return nil
	})
	if erased != len(h.purged) {
		wrong = append(wrong, fmt.Sprintf("%d records were purged; the addresses of %d answer", len(h.purged), erased))
	}
	return out, wrong, err
}

// everything is a sum of all that the catalogue keeps of the source, to see
// whether somebody wrote.
func (h *history) everything(ctx context.Context) (sum string, err error) {
	const all = `(select coalesce(md5(string_agg(t::text, '' order by t::text)), '') from `
	sql := `select concat_ws(' '`
	for _, from := range []string{
		`run t where source_id = $1`, `harvested t where source_id = $1`, `record t where source_id = $1`, `layer t where source_id = $1`,
		`listing t where source_id = $1`, `former t where source_id = $1`, `reading t where source_id = $1`, `erasure t where source_id = $1`,
		`record_version t join record r on r.id = t.record_id where r.source_id = $1`,
		`change t join record r on r.id = t.record_id where r.source_id = $1`,
		`undo t join run r on r.id = t.run_id where r.source_id = $1`,
		`parked t join run r on r.id = t.run_id where r.source_id = $1`,
		`issue t join run r on r.id = t.run_id where r.source_id = $1`,
		`run_change t join run r on r.id = t.run_id where r.source_id = $1`,
		`name t join record r on r.id = t.record_id where r.source_id = $1`,
	} {
		sql += `, ` + all + from + `)`
	}
	err = h.db.QueryRow(ctx, sql+`)`, h.src.ID).Scan(&sum)
	return sum, err
}
