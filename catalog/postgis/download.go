package postgis

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// downloads are those counted since the last FlushDownloads. A download only
// adds one to a number in memory: it never waits for the database.
type downloads struct {
	mu     sync.Mutex
	counts map[downloadKey]int64
	total  int64 // since the start
}

type downloadKey struct {
	catalog.Taken
	month time.Time
}

// maxPendingDownloads is how many different things may be waiting to be
// written: sources are named by whoever asks, and need not exist.
const maxPendingDownloads = 10_000

// CountDownload notes that a file was taken away to its end.
func (s *Store) CountDownload(t catalog.Taken) {
	now := time.Now().In(catalog.Rome)
	key := downloadKey{t, time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)}
	s.downloads.mu.Lock()
	defer s.downloads.mu.Unlock()
	s.downloads.total++
	s.downloads.add(key, 1)
}

func (d *downloads) add(key downloadKey, n int64) {
	if d.counts == nil {
		d.counts = map[downloadKey]int64{}
	}
	if _, there := d.counts[key]; there || len(d.counts) < maxPendingDownloads {
		d.counts[key] += n
	}
}

// DownloadsCounted is how many there were since this process began.
func (s *Store) DownloadsCounted() int64 {
	s.downloads.mu.Lock()
	defer s.downloads.mu.Unlock()
	return s.downloads.total
}

// FlushDownloads writes what was counted. What could not be written is kept for
// the next time. Sources that there are not are left out.
func (s *Store) FlushDownloads(ctx context.Context) error {
	s.downloads.mu.Lock()
	counts := s.downloads.counts
	s.downloads.counts = nil
	s.downloads.mu.Unlock()
	if len(counts) == 0 {
		return nil
	}
	var collections, sources []string
	var months []time.Time
	var numbers []int64
	for key, n := range counts {
		collections, sources = append(collections, noNUL(key.Collection)), append(sources, noNUL(key.Source))
		months, numbers = append(months, key.month), append(numbers, n)
	}
	_, err := s.db.Exec(ctx, `
		insert into download as d (collection, source_id, month, count)
		select collection, source_id, month, sum(n)
		from unnest($1::text[], $2::text[], $3::date[], $4::bigint[]) as t(collection, source_id, month, n)
		where source_id = '' or exists (select from source where id = source_id)
		group by 1, 2, 3
		order by 1, 2, 3
		on conflict (collection, source_id, month) do update set count = d.count + excluded.count`,
		collections, sources, months, numbers)
	if err != nil {
		s.downloads.mu.Lock()
		defer s.downloads.mu.Unlock()
		for key, n := range counts {
			s.downloads.add(key, n)
		}
		return fmt.Errorf("downloads: %w", err)
	}
	return nil
}

// Downloads are how often any of taken was taken away, by month, the newest
// first, as far as it has been written.
func (s *Store) Downloads(ctx context.Context, taken ...catalog.Taken) ([]catalog.MonthlyDownloads, error) {
	collections, sources := make([]string, len(taken)), make([]string, len(taken))
	for i, t := range taken {
		collections[i], sources[i] = t.Collection, t.Source
	}
	rows, _ := s.public.Query(ctx, `
		select month, sum(count)::bigint
		from download
		where (collection, source_id) in (select * from unnest($1::text[], $2::text[]))
		group by month
		order by month desc`, collections, sources)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[catalog.MonthlyDownloads])
	if err != nil {
		return nil, fmt.Errorf("downloads: %w", err)
	}
	return list, nil
}
