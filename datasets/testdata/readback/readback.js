// Reads a Parquet file with DuckDB, which shares no code with ours, and prints
// what it found as JSON: readback.js FILE WEST SOUTH EAST NORTH
import { createHash } from 'node:crypto';
import { DuckDBInstance } from '@duckdb/node-api';

const [file, ...box] = process.argv.slice(2);
const instance = await DuckDBInstance.create(':memory:');
const db = await instance.connect();
const rows = async (sql) => (await db.runAndReadAll(sql)).getRowObjectsJson();
await db.run("set timezone = 'UTC'");
await db.run('set enable_geoparquet_conversion = false'); // geometry as its bytes

const from = `read_parquet('${file}')`;
const types = {};
for (const c of await rows(`describe select * from ${from}`)) types[c.column_name] = c.column_type;

const metadata = {};
for (const m of await rows(`select decode(key) as key, decode(value) as value from parquet_kv_metadata('${file}')`)) metadata[m.key] = m.value;

// One line a row, in the order of the file; the Go test writes the same lines.
const hash = createHash('sha256');
const lines = await db.stream(`
  select concat_ws('|', id, title, coalesce(cast(volumi as varchar), '-'), coalesce(cast(cast(superficie * 4 as bigint) as varchar), '-'),
    epoch_ms(start), cast(aperta as varchar), cast(inaugurata as varchar), keywords, note, source_ID, coalesce(hex(geometry), '-')) as line
  from ${from}`);
for await (const chunk of lines.yieldRowsJson()) for (const [line] of chunk) hash.update(line + '\n');

const [sums] = await rows(`select count(*)::int as rows, sum(volumi)::varchar as volumi, sum(superficie) as superficie, count(geometry)::int as placed from ${from}`);
const groups = await rows(`select max(row_group_num_rows)::int as rows from parquet_metadata('${file}')`);
const [inBox] = await rows(`
  select count(*)::int as n from ${from}
  where bbox.xmax >= ${box[0]} and bbox.ymax >= ${box[1]} and bbox.xmin <= ${box[2]} and bbox.ymin <= ${box[3]}`);
const [skipped] = await rows(`
  select count(*)::int as n from parquet_metadata('${file}')
  where path_in_schema = 'bbox, xmin' and (stats_min_value is null or stats_max_value is null)`);
const codecs = (await rows(`select distinct compression from parquet_metadata('${file}')`)).map((r) => r.compression);

console.log(JSON.stringify({
  types, metadata, hash: hash.digest('hex'), ...sums, largestGroup: groups[0].rows, inBox: inBox.n, groupsWithoutBounds: skipped.n, codecs,
}));
