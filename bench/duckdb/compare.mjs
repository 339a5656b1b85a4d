// The same question to PostgreSQL with cx_metrics and to DuckDB in SQL by hand, in turns, first with one thread, then with two.
// DuckDB reads its own copy of the rows, in its columnar tables in memory; the copying is not counted.

import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import pg from 'pg';

const runs = Number(process.argv[2]);
const postgres = new pg.Client({ host: process.env.PGHOST, port: Number(process.env.PGPORT), user: process.env.PGUSER, database: 'bench', options: process.env.PGOPTIONS });
await postgres.connect();
const duckdb = await (await DuckDBInstance.create(':memory:')).connect();

// What is copied, as DuckDB is told of it.  A table that no family of this run has made is left out.
const tables = {
	responses: 'response_id bigint, score integer, score2 smallint, stars smallint, channel varchar, day date, weight double',
	revenue: 'account_id bigint, previous decimal(12,2), current decimal(12,2), earned boolean, previous8 double, current8 double',
	risk_accounts: 'account_id bigint, day date, revenue decimal(12,2), previous decimal(12,2), probability double',
	orders: 'customer_id integer, ordered_at timestamp, amount decimal(12,2)',
};

const comparisons = [
	{ on: 'one group', table: 'responses', ours: 'nps(score)',
		sql: 'SELECT nps(score) FROM bench.responses',
		duck: 'SELECT 100.0 * (count(*) FILTER (score >= 9) - count(*) FILTER (score <= 6)) / count(score) FROM responses' },
	{ on: 'by channel and day', table: 'responses', ours: 'nps(score)',
		sql: 'SELECT channel, day, nps(score) FROM bench.responses GROUP BY channel, day',
		duck: 'SELECT channel, day, 100.0 * (count(*) FILTER (score >= 9) - count(*) FILTER (score <= 6)) / count(score) FROM responses GROUP BY channel, day' },
	{ on: 'rolling 30 days, 1,000,000 rows', table: 'responses', ours: 'nps(score) OVER w',
		sql: "SELECT max(x) FROM (SELECT nps(score) OVER (ORDER BY day RANGE '29 days' PRECEDING) AS x FROM bench.responses WHERE response_id <= 1000000) AS w",
		// its count(*) FILTER over this window takes fifty times as long as its avg
		duck: `SELECT max(x) FROM (SELECT 100.0 * avg(CASE WHEN score >= 9 THEN 1 WHEN score <= 6 THEN -1 ELSE 0 END) OVER w AS x
			FROM responses WHERE response_id <= 1000000 WINDOW w AS (ORDER BY day RANGE INTERVAL 29 DAYS PRECEDING)) AS w` },
	{ on: 'money kept', table: 'revenue', ours: 'revenue_agg(previous, current, earned)',
		sql: 'SELECT revenue_report(revenue_agg(previous, current, earned)) FROM bench.revenue',
		duck: `SELECT sum(current) FILTER (previous > 0) / sum(previous), sum(least(current, previous)) FILTER (previous > 0) / sum(previous),
			sum(previous) FILTER (previous > 0 AND coalesce(current, 0) = 0), sum(current - previous) FILTER (previous > 0 AND current > previous),
			sum(current) FILTER (coalesce(previous, 0) = 0) FROM revenue` },
	{ on: 'money at risk', table: 'risk_accounts', ours: 'expected_loss(revenue, probability)',
		sql: 'SELECT expected_loss(revenue, probability) FROM bench.risk_accounts',
		duck: 'SELECT sum(revenue * probability) FROM risk_accounts' },
	{ on: 'retention by month, with money', table: 'orders', ours: 'retention_agg',
		sql: `SELECT count(retained), sum(revenue) FROM (SELECT retention_agg(customer_id, ordered_at, amount, 'month') AS s FROM bench.orders) AS x, cohort_retention(x.s)`,
		duck: `SELECT count(retained), sum(revenue) FROM (
			SELECT date_trunc('month', first) AS cohort, date_diff('month', date_trunc('month', first), date_trunc('month', ordered_at)) AS age,
				count(DISTINCT customer_id) AS retained, sum(amount) AS revenue
			FROM orders JOIN (SELECT customer_id, min(ordered_at) AS first FROM orders GROUP BY customer_id) AS f USING (customer_id) GROUP BY 1, 2) AS x` },
	{ on: 'retention by month, with money', table: 'orders', ours: 'activity_agg, cohort_agg',
		sql: `SELECT count(retained), sum(revenue) FROM (SELECT cohort_agg(a) AS s FROM (SELECT activity_agg(ordered_at, amount, 'month') AS a
			FROM bench.orders GROUP BY customer_id) AS y) AS x, cohort_retention(x.s)`,
		duck: null },
];
for (const [i, comparison] of comparisons.entries())
	comparison.duck ??= comparisons[i - 1].duck;

async function copyTable(name, columns) {
	const list = columns.split(', ').map(c => c.split(' ')[0]).join(', ');
	const found = await postgres.query('SELECT to_regclass($1) AS oid', [`bench.${name}`]);
	if (!found.rows[0].oid) return false;
	const file = `build/bench/${name}.csv`;
	execFileSync('psql', ['-X', '-q', '-d', 'bench', '-c', `\\copy (SELECT ${list} FROM bench.${name}) TO '${file}' (FORMAT csv)`]);
	await duckdb.run(`CREATE TABLE ${name} (${columns})`);
	await duckdb.run(`COPY ${name} FROM '${file}' (FORMAT csv)`);
	rmSync(file);
	return true;
}

async function ours(sql) {
	return Number((await postgres.query('SELECT bench.milliseconds($1) AS ms', [sql])).rows[0].ms);
}

async function theirs(sql) {
	const start = performance.now();
	await duckdb.runAndReadAll(sql);
	return performance.now() - start;
}

async function compare({ on, ours: name, sql, duck }, threads) {
	await postgres.query(`SET max_parallel_workers_per_gather = ${threads - 1}`);	// the leader works too
	await duckdb.run(`SET threads = ${threads}`);
	const our_ms = [], their_ms = [];
	for (let run = 0; run <= runs; run++) {
		const pair = [await ours(sql), await theirs(duck)];
		if (run === 0) continue;	// warm, not counted
		our_ms.push(pair[0]);
		their_ms.push(pair[1]);
	}
	await postgres.query('INSERT INTO bench.runs (what, ours, theirs, our_ms, their_ms) VALUES ($1, $2, $3, $4, $5)',
		[on, name, `DuckDB, ${threads} thread${threads > 1 ? 's' : ''}`, our_ms, their_ms]);
	console.error(`${on}, ${name}, threads ${threads}: ${our_ms.map(Math.round)} against ${their_ms.map(Math.round)} ms`);
}

await postgres.query("SET jit = off; SET work_mem = '1GB'");
const copied = new Set();
for (const [name, columns] of Object.entries(tables))
	if (await copyTable(name, columns)) copied.add(name);
for (const threads of [1, 2])
	for (const comparison of comparisons)
		if (copied.has(comparison.table)) await compare(comparison, threads);

const version = (await duckdb.runAndReadAll('SELECT version()')).getRows()[0][0];
await postgres.query('INSERT INTO bench.notes (what, figure) VALUES ($1, $2)', ['DuckDB', `${version}, through npm's @duckdb/node-api, tables in memory`]);
await postgres.end();
