package postgis

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// maxNewStreams is how many datastreams one run may make: more are a column
// taken for the station that is something else.
const maxNewStreams = 20_000

// streamKey is a datastream of a source, with how it is read.
type streamKey struct {
	stream  catalog.Stream
	reading string
}

// A knownStream is what a run remembers of a datastream.
type knownStream struct {
	number int32
	info   catalog.StreamInfo
	linked bool
	told   bool // the run has said that its station is unknown
}

// streamsOf are the numbers of the datastreams of a page; new ones are made, and
// linked to their stations where there are records of them.
func (h *Harvest) streamsOf(ctx context.Context, tx pgx.Tx, page catalog.ObservationPage, issues *[]catalog.Issue) (map[catalog.Stream]int32, error) {
	if h.streams == nil {
		if err := h.loadStreams(ctx, tx); err != nil {
			return nil, fmt.Errorf("datastreams: %w", err)
		}
	}
	var add []streamKey
	for s, info := range page.Streams {
		key := streamKey{s, page.Reading}
		if known := h.streams[key]; known == nil || known.info != info {
			add = append(add, key)
		}
	}
	if len(add) > 0 {
		if h.newStreams += len(add); h.newStreams > maxNewStreams {
			return nil, fmt.Errorf("more than %d new datastreams in one run: is the column of the station or of the property another? %w", maxNewStreams, catalog.ErrFailedListing)
		}
		if err := h.putStreams(ctx, tx, page, add); err != nil {
			return nil, fmt.Errorf("datastreams: %w", err)
		}
	}
	numbers := make(map[catalog.Stream]int32, len(page.Streams))
	unknown := map[string]bool{}
	for s := range page.Streams {
		known := h.streams[streamKey{s, page.Reading}]
		numbers[s] = known.number
		if !known.linked && !known.told {
			known.told = true
			if !unknown[s.Station] && !h.unknownStations[s.Station] {
				unknown[s.Station] = true
			}
		}
	}
	for station := range unknown {
		if h.unknownStations == nil {
			h.unknownStations = map[string]bool{}
		}
		h.unknownStations[station] = true
		*issues = append(*issues, catalog.Issue{Rule: "station-unknown", Key: station, Field: "station", Read: station,
			Expected: "the code or key of a record of kind station, and of one only; its observations are kept and are linked when there is one"})
	}
	return numbers, nil
}

// loadStreams reads the source's datastreams, after linking those whose station
// has appeared.
func (h *Harvest) loadStreams(ctx context.Context, tx pgx.Tx) error {
	h.streams, h.newStreams = map[streamKey]*knownStream{}, 0
	if _, err := tx.Exec(ctx, linkStations(`d.source_id = $1`), h.src.ID); err != nil {
		return err
	}
	rows, err := tx.Query(ctx, `
		select number, station, property, reading, code, uri, title, unit, aggregation, station_id is not null
		from datastream
		where source_id = $1 and retired is null`, h.src.ID)
	if err != nil {
		return err
	}
	var k streamKey
	var s knownStream
	_, err = pgx.ForEachRow(rows, []any{&s.number, &k.stream.Station, &k.stream.Property, &k.reading, &s.info.Code, &s.info.URI, &s.info.Title, &s.info.Unit, &s.info.Aggregation, &s.linked}, func() error {
		known := s
		h.streams[k] = &known
		return nil
	})
	return err
}

// putStreams makes datastreams, or brings what is known of them up to date. A
// datastream that is read in another way is another one; the old one is retired
// and comes back when the source is read as before.
func (h *Harvest) putStreams(ctx context.Context, tx pgx.Tx, page catalog.ObservationPage, keys []streamKey) error {
	n := len(keys)
	ids, stations, properties := make([]uuid.UUID, n), make([]string, n), make([]string, n)
	codes, uris, titles, units, aggregations := make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	for i, k := range keys {
		info := page.Streams[k.stream]
		ids[i], stations[i], properties[i] = uuid.Must(uuid.NewV7()), noNUL(k.stream.Station), noNUL(k.stream.Property)
		codes[i], uris[i], titles[i], units[i], aggregations[i] = info.Code, info.URI, noNUL(info.Title), noNUL(info.Unit), string(info.Aggregation)
	}
	if _, err := tx.Exec(ctx, `
		update datastream d set retired = now()
		from unnest($2::text[], $3::text[]) as k(station, property)
		where d.source_id = $1 and d.station = k.station and d.property = k.property and d.reading <> $4 and d.retired is null`,
		h.src.ID, stations, properties, page.Reading); err != nil {
		return err
	}
	rows, err := tx.Query(ctx, `
		insert into datastream as d (id, source_id, station, property, code, uri, title, unit, aggregation, interval, clock, reading)
		select k.id, $1, k.station, k.property, k.code, k.uri, k.title, k.unit, k.aggregation, $10, $11, $12
		from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
			as k(id, station, property, code, uri, title, unit, aggregation)
		on conflict (source_id, station, property, reading) do update set
			code = excluded.code, uri = excluded.uri, title = excluded.title, unit = excluded.unit, aggregation = excluded.aggregation,
			retired = null, updated = now()
		returning number, station, property`,
		h.src.ID, ids, stations, properties, codes, uris, titles, units, aggregations, page.Interval.String(), string(page.Clock), page.Reading)
	if err != nil {
		return err
	}
	var number int32
	var s catalog.Stream
	numbers := map[catalog.Stream]int32{}
	if _, err := pgx.ForEachRow(rows, []any{&number, &s.Station, &s.Property}, func() error {
		numbers[s] = number
		return nil
	}); err != nil {
		return err
	}
	linked, err := h.linkStreams(ctx, tx)
	for _, k := range keys {
		number := numbers[catalog.Stream{Station: noNUL(k.stream.Station), Property: noNUL(k.stream.Property)}]
		h.streams[k] = &knownStream{number: number, info: page.Streams[k.stream], linked: linked[number]}
	}
	return err
}

// linkStreams links the source's datastreams to their stations, and says which
// are linked.
func (h *Harvest) linkStreams(ctx context.Context, tx pgx.Tx) (map[int32]bool, error) {
	if _, err := tx.Exec(ctx, linkStations(`d.source_id = $1`), h.src.ID); err != nil {
		return nil, err
	}
	rows, _ := tx.Query(ctx, `select number from datastream where source_id = $1 and station_id is not null`, h.src.ID)
	numbers, err := pgx.CollectRows(rows, pgx.RowTo[int32])
	linked := map[int32]bool{}
	for _, n := range numbers {
		linked[n] = true
	}
	return linked, err
}

// linkStations gives datastreams without a station, or with one that is no more
// published, the station that has their code or key: the only one, or the only
// one of the same body. condition says which datastreams d.
func linkStations(condition string) string {
	return `
	with station as materialized (
		select r.id, r.body_id, k.key
		from record r, lateral (values (lower(r.properties ->> 'code')), (lower(r.properties ->> 'station_code')), (lower(r.source_key))) k(key)
		where r.kind = 'station' and r.status = 'published'
	), lost as (
		select d.number, lower(d.station) as key, s.body_id
		from datastream d
		join source s on s.id = d.source_id
		left join record o on o.id = d.station_id and o.status = 'published'
		where o.id is null and ` + condition + `
	), pair as (
		select distinct l.number, t.id, t.body_id is not distinct from l.body_id as same
		from lost l
		join station t on t.key = l.key
	), found as (
		select *, count(*) over n as alike, count(*) filter (where same) over n as same_alike
		from pair
		window n as (partition by number)
	)
	update datastream d set station_id = f.id
	from found f
	where d.number = f.number and d.station_id is distinct from f.id and (f.alike = 1 or f.same and f.same_alike = 1)`
}
