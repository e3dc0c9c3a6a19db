package simulate

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/harvesters"
)

const pastSeeds = 60

// TestPast plays seeds 1 to pastSeeds, or as the settings of TestSchedules say: whatever is
// harvested, undone, read anew and purged afterwards, the catalogue as of a moment
// gives the answers that it gave at that moment, but for what was purged.
func TestPast(t *testing.T) {
	from, n := setting(t, "PONET_SIMULATE_FROM", 1), min(setting(t, "PONET_SIMULATE_SEEDS", pastSeeds), pastSeeds)
	if testing.Short() {
		n = min(n, 10)
	}
	if one := setting(t, "PONET_SIMULATE_SEED", 0); one > 0 {
		from, n = one, 1
	}
	url := postgistest.URL(t)
	db, err := pgxpool.New(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(workers, n) {
		all.Go(func() {
			p, through := newProxy(t, url)
			store, err := postgis.Open(t.Context(), through, "ponet simulate")
			if err != nil {
				t.Error(err)
				return
			}
			defer store.Close()
			for {
				i := int(next.Add(1)) - 1
				if i >= n || t.Failed() {
					return
				}
				h := &history{seed: uint64(from + i), store: store, proxy: p, db: db, rival: store, blows: []blow{""}}
				if err := h.playPast(t.Context()); err != nil {
					t.Errorf("%s\n%v\nplay it again: PONET_SIMULATE_SEED=%d go test ./harvesters/simulate -run TestPast", h.story(), err, h.seed)
				}
			}
		})
	}
	all.Wait()
}

// playPast plays a history without blows and jumps of the clock, takes a picture after
// each step, and looks at all of them at the end.
func (h *history) playPast(ctx context.Context) error {
	if err := h.begin(ctx); err != nil {
		return err
	}
	var album []picture
	for range 3 + h.random.IntN(3) {
		h.say("%s", h.living.change(h.random))
		if err := h.act(ctx); err != nil {
			return err
		}
		f := none
		if all := h.kind.faults(); h.random.IntN(4) == 0 {
			f = all[h.random.IntN(len(all))]
		}
		if err := h.attempt(ctx, f, "", harvesters.Options{Approved: h.parked.Receipt.Gone, Full: h.random.IntN(4) == 0}); err != nil {
			return err
		}
		p, err := h.picture(ctx)
		if err != nil {
			return err
		}
		h.say("a picture at %s", p.at.Format(time.RFC3339Nano))
		album = append(album, p)
	}
	for i, p := range album {
		wrong, err := h.look(ctx, p)
		switch {
		case err != nil:
			return fmt.Errorf("picture %d of %d: %w", i+1, len(album), err)
		case wrong != "":
			return fmt.Errorf("%w: picture %d of %d: %s", errWrong, i+1, len(album), wrong)
		}
	}
	return nil
}

// A picture is what the catalogue answered at a moment.
type picture struct {
	at      time.Time
	answers []answered // to the questions of its seed
	seed    uint64     // of the questions
}

// answered is the answer to one question: features by id.
type answered map[string]string

// picture asks now. The moment is that of the clock of the database, between two
// transactions of ours.
func (h *history) picture(ctx context.Context) (picture, error) {
	p := picture{seed: h.random.Uint64()}
	if err := h.db.QueryRow(ctx, `select clock_timestamp()`).Scan(&p.at); err != nil {
		return p, err
	}
	var err error
	p.answers, err = h.questions(ctx, p.seed, nil)
	return p, err
}

// look asks what was asked for p, as of its moment, and says what differs.
func (h *history) look(ctx context.Context, p picture) (string, error) {
	now, err := h.questions(ctx, p.seed, &p.at)
	if err != nil {
		return "", err
	}
	for i, then := range p.answers {
		if len(h.purged) > 0 {
			delete(then, facets)
			delete(now[i], facets)
		}
		maps.DeleteFunc(then, func(id, _ string) bool { return h.purged[id] })
		if maps.Equal(then, now[i]) {
			continue
		}
		for _, id := range union(then, now[i]) {
			if then[id] != now[i][id] {
				return fmt.Sprintf("question %d: %s was %q, and as of then is %q", i, id, then[id], now[i][id]), nil
			}
		}
	}
	return "", nil
}

// questions asks for items, by page and as a stream, for a box, for words and by one
// id, now or as of a moment. A count that is not that of the records is an error.
func (h *history) questions(ctx context.Context, seed uint64, at *time.Time) (list []answered, err error) {
	r := rand.New(rand.NewPCG(seed, 1))
	all := catalog.Query{Sources: []string{h.src.ID}, AsOf: at}
	corner := orb.Point{11.05 + r.Float64()*0.08, 43.85 + r.Float64()*0.03}
	inBox := all
	inBox.BBox = &orb.Bound{Min: corner, Max: orb.Point{corner[0] + 0.03, corner[1] + 0.03}}
	said := all
	said.Text = fmt.Sprintf("stato %d", 1+r.IntN(2))
	for _, q := range []catalog.Query{all, inBox, said} {
		items, err := h.items(ctx, q, 1+r.IntN(20))
		if err != nil {
			return nil, err
		}
		found, err := h.found(ctx, q)
		if err != nil {
			return nil, err
		}
		list = append(list, items, found)
	}
	streamed := answered{}
	for rec, err := range h.store.Records(ctx, all) {
		if err != nil {
			return nil, err
		}
		streamed[rec.ID] = string(rec.Feature)
	}
	list = append(list, streamed)
	alone := answered{}
	for id := range streamed {
		if id[len(id)-1] == '0' {
			rec, err := h.one(ctx, id, at)
			if err != nil {
				return nil, err
			}
			alone[id] = fmt.Sprint(string(rec.Feature), rec.Title, rec.Version, rec.RunID, rec.Geometry)
		}
	}
	return append(list, alone), nil
}

func (h *history) one(ctx context.Context, id string, at *time.Time) (*catalog.Record, error) {
	if at == nil {
		return h.store.Item(ctx, id)
	}
	return h.store.ItemAsOf(ctx, id, *at)
}

// items follows the pages of q.
func (h *history) items(ctx context.Context, q catalog.Query, limit int) (answered, error) {
	out := answered{}
	for q.Limit = limit; ; {
		page, err := h.store.Items(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, rec := range page.Records {
			if out[rec.ID] != "" {
				return nil, fmt.Errorf("%w: %s is on two pages", errWrong, rec.ID)
			}
			out[rec.ID] = string(rec.Feature)
		}
		if q.After = page.Next; q.After == "" {
			if page.Exact && page.Matched != int64(len(out)) {
				return nil, fmt.Errorf("%w: %d are counted, and %d are on the pages", errWrong, page.Matched, len(out))
			}
			return out, nil
		}
	}
}

// facets is the name of the facets among the answers; they change with a purge.
const facets = "facets"

// found searches for q.
func (h *history) found(ctx context.Context, q catalog.Query) (answered, error) {
	q.Limit, q.Order = postgis.MaxHits, catalog.OrderTitle
	res, err := h.store.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	out := answered{}
	for _, hit := range res.Hits {
		out[hit.Record.ID] = string(hit.Record.Feature)
	}
	if res.Total != int64(len(res.Hits)) {
		return nil, fmt.Errorf("%w: %d are counted, and %d are found", errWrong, res.Total, len(res.Hits))
	}
	var counts []string
	for _, name := range slices.Sorted(maps.Keys(res.Facets)) {
		for _, f := range res.Facets[name] {
			counts = append(counts, fmt.Sprint(name, " ", f.Value, " ", f.Count))
		}
	}
	out[facets] = strings.Join(counts, "; ")
	return out, nil
}
