// The semantic model in demo/cube, compiled by Cube: the SQL that it makes answers
// what plain SQL answers, where that is short, and the extension elsewhere.
//
// Runs at the top of the checkout, on the database that PGHOST and so on name.

import { readFileSync, readdirSync } from 'node:fs';
import schemaCompiler from '@cubejs-backend/schema-compiler';
import pg from 'pg';

const { prepareCompiler, PostgresQuery } = schemaCompiler;

let count = 0;
let failed = 0;
function ok(condition, name, why = '') {
	console.log(`${condition ? 'ok' : 'not ok'} ${++count} - ${name}`);
	if (!condition) failed++;
	if (!condition) console.log(`# ${String(why).replace(/\n/g, '\n# ')}`);
}

const folder = 'demo/cube/schema';
const compilers = prepareCompiler({
	localPath: () => folder,
	dataSchemaFiles: async () => readdirSync(folder).map((fileName) => ({ fileName, content: readFileSync(`${folder}/${fileName}`, 'utf8') }))
}, {});
await compilers.compiler.compile();
ok(true, 'the model compiles');

const client = new pg.Client({ host: process.env.PGHOST, port: process.env.PGPORT, user: process.env.PGUSER, database: process.env.PGDATABASE });
await client.connect();
await client.query("SET TimeZone = 'UTC'");
const rows = async (text, values = []) => (await client.query({ text, values, rowMode: 'array' })).rows;

// The same value? Numbers to 1e-9, dates as they are.
function same(one, other) {
	if (one === null || other === null) return one === other;
	const [a, b] = [one, other].map((value) => (value instanceof Date ? value.getTime() : Number(value)));
	if (Number.isNaN(a) || Number.isNaN(b)) return String(one) === String(other);
	return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}

const asked = new Set();
async function compare(name, query, sql) {
	for (const member of [...query.measures, ...(query.dimensions ?? []), ...(query.timeDimensions ?? []).map((time) => time.dimension)]) asked.add(member);
	const [text, values] = new PostgresQuery(compilers, { timezone: 'UTC', order: [], ...query }).buildSqlAndParams();
	const sorted = (list) => list.map((row) => JSON.stringify(row)).sort().map((row) => JSON.parse(row));
	let got;
	try {
		got = sorted(await rows(text, values));
	} catch (error) {
		ok(false, name, `${error.message}\n${text}`);
		return;
	}
	const expected = sorted(await rows(sql));
	const wrong = expected.findIndex((row, i) => !got[i] || row.length !== got[i].length || row.some((value, j) => !same(got[i][j], value)));
	ok(expected.length > 0 && got.length === expected.length && wrong < 0, `${name}: ${expected.length} rows`,
		`${got.length} rows for ${expected.length}\n${JSON.stringify(got[wrong])}, not\n${JSON.stringify(expected[wrong])}\n${text}`);
}

// ---- Scores ----

const nps = "100.0 * (count(*) FILTER (WHERE question = 'nps' AND score >= 9) - count(*) FILTER (WHERE question = 'nps' AND score <= 6)) / nullif(count(score) FILTER (WHERE question = 'nps'), 0)";
const csat = "100.0 * count(*) FILTER (WHERE question = 'csat' AND score >= 4) / nullif(count(score) FILTER (WHERE question = 'csat'), 0)";
const effort = "avg(score) FILTER (WHERE question = 'effort')";
const answers = (question) => `count(score) FILTER (WHERE question = '${question}')`;
const year = [{ dimension: 'Responses.answeredAt', dateRange: ['2025-01-01', '2025-12-31'] }];
const scores = ['nps', 'csat', 'effort', 'npsAnswers', 'csatAnswers', 'effortAnswers'].map((measure) => `Responses.${measure}`);
const plain = [nps, csat, effort, answers('nps'), answers('csat'), answers('effort')].join(', ');
await compare('scores of all', { measures: scores }, `SELECT ${plain} FROM responses`);
await compare('scores by channel', { measures: scores, dimensions: ['Responses.channel'] }, `SELECT channel, ${plain} FROM responses GROUP BY channel`);
await compare('scores by month', { measures: scores, timeDimensions: [{ ...year[0], granularity: 'month' }] },
	`SELECT date_trunc('month', answered_at), ${plain} FROM responses WHERE answered_on >= '2025-01-01' GROUP BY 1`);
await compare('scores by segment, in one country', {
	measures: scores, dimensions: ['Accounts.segment'], timeDimensions: year,
	filters: [{ member: 'Accounts.country', operator: 'equals', values: ['Germany'] }]
}, `SELECT segment, ${plain} FROM responses JOIN accounts USING (account_id) WHERE country = 'Germany' AND answered_on >= '2025-01-01' GROUP BY segment`);
await compare('intervals by channel', {
	measures: ['npsLower', 'npsUpper', 'csatLower', 'csatUpper', 'effortLower', 'effortUpper'].map((measure) => `Responses.${measure}`), dimensions: ['Responses.channel'], timeDimensions: year
}, `SELECT n.channel, (nps_interval(n.s)).*, (csat_interval(c.s)).*, (ces_interval(e.s)).*
	FROM (SELECT channel, nps_agg(score) AS s FROM nps_responses WHERE year = 2025 GROUP BY channel) AS n
	JOIN (SELECT channel, csat_agg(score) AS s FROM csat_responses WHERE year = 2025 GROUP BY channel) AS c USING (channel)
	JOIN (SELECT channel, ces_agg(score) AS s FROM effort_responses WHERE year = 2025 GROUP BY channel) AS e USING (channel)`);
await compare('the worst channels, by a filter on a measure', {
	measures: ['Responses.nps'], dimensions: ['Responses.channel'], timeDimensions: year, filters: [{ member: 'Responses.nps', operator: 'lt', values: ['10'] }]
}, `SELECT channel, ${nps} FROM responses WHERE answered_on >= '2025-01-01' GROUP BY channel HAVING ${nps} < 10`);

// ---- Retention ----

const bought = `WITH bought AS (SELECT DISTINCT account_id, date_trunc('quarter', ordered_at AT TIME ZONE 'UTC') AS quarter FROM orders),
	first AS (SELECT account_id, min(quarter) AS cohort FROM bought GROUP BY account_id),
	sizes AS (SELECT cohort, count(*) AS customers FROM first GROUP BY cohort),
	cells AS (SELECT cohort, customers, age, count(*) AS retained FROM (SELECT *, (4 * (extract(year FROM quarter) - extract(year FROM cohort)) + extract(quarter FROM quarter) - extract(quarter FROM cohort))::int AS age
		FROM first JOIN bought USING (account_id)) AS x JOIN sizes USING (cohort) GROUP BY cohort, customers, age)`;
const retention = ['customers', 'retained', 'retention'].map((measure) => `Retention.${measure}`);
await compare('retention by age', { measures: retention, dimensions: ['Retention.age'] },
	`${bought} SELECT age, sum(customers), sum(retained), sum(retained) / sum(customers) FROM cells GROUP BY age`);
await compare('the triangle', { measures: retention, dimensions: ['Retention.age'], timeDimensions: [{ dimension: 'Retention.cohort', granularity: 'quarter' }] },
	`${bought} SELECT age, cohort AT TIME ZONE 'UTC', customers, retained, retained::numeric / customers FROM cells`);

// ---- Revenue ----

const kept = `FROM (SELECT accounts.*, year, b.amount AS before, a.amount AS after FROM accounts CROSS JOIN generate_series(2024, 2025) AS year
	LEFT JOIN mrr AS b ON b.account_id = accounts.account_id AND b.month = make_date(year - 1, 12, 1)
	LEFT JOIN mrr AS a ON a.account_id = accounts.account_id AND a.month = make_date(year, 12, 1)) AS x`;
const keptBy = 'sum(before), sum(after), sum(after) FILTER (WHERE before > 0) / sum(before), sum(least(coalesce(after, 0), before)) FILTER (WHERE before > 0) / sum(before), (count(*) FILTER (WHERE before > 0 AND after > 0))::numeric / count(*) FILTER (WHERE before > 0)';
const revenue = ['opening', 'closing', 'nrr', 'grr', 'logoRetention'].map((measure) => `RevenueKept.${measure}`);
await compare('revenue kept by year', { measures: revenue, dimensions: ['RevenueKept.year'] }, `SELECT year, ${keptBy} ${kept} GROUP BY year`);
await compare('revenue kept by owner', { measures: revenue, dimensions: ['Accounts.owner'], filters: [{ member: 'RevenueKept.year', operator: 'equals', values: ['2025'] }] },
	`SELECT owner, ${keptBy} ${kept} WHERE year = 2025 GROUP BY owner`);
await compare('the interval of revenue retention', { measures: ['RevenueKept.nrrLower', 'RevenueKept.nrrUpper'], dimensions: ['RevenueKept.year'] },
	`SELECT year, (nrr_interval(revenue_agg(before, after))).* ${kept} GROUP BY year`);

await client.query(`CREATE TEMP VIEW last_answers AS SELECT DISTINCT ON (year, account_id) year, account_id, score FROM nps_responses WHERE score IS NOT NULL ORDER BY year, account_id, answered_at DESC, response_id DESC`);
await client.query(`CREATE TEMP TABLE rated AS SELECT owner, segment, 12 * monthly_revenue AS revenue, churn_probability(s, l.score) AS p
	FROM (SELECT churn_agg(score, churned_on IS NOT NULL) AS s FROM accounts AS a LEFT JOIN last_answers AS l ON l.account_id = a.account_id AND year = 2024
		WHERE signed_up < '2025-01-01' AND coalesce(churned_on, '2025-01-01') >= '2025-01-01') AS h,
	accounts AS a LEFT JOIN last_answers AS l ON l.account_id = a.account_id AND year = 2025 WHERE churned_on IS NULL`);
const risk = ['revenue', 'expectedLoss', 'atRiskShare', 'loss95', 'loss99'].map((measure) => `RevenueAtRisk.${measure}`);
const riskBy = 'sum(revenue), expected_loss(risk_agg(revenue, p, 0.1)), sum(revenue * p) / sum(revenue), loss_quantile(risk_agg(revenue, p, 0.1), 0.95), loss_quantile(risk_agg(revenue, p, 0.1), 0.99)';
await compare('revenue at risk of all', { measures: risk }, `SELECT ${riskBy} FROM rated`);
await compare('revenue at risk by owner', { measures: risk, dimensions: ['Accounts.owner'] },
	`SELECT owner, ${riskBy} FROM rated GROUP BY owner`);
await compare('customers by segment', { measures: ['Accounts.customers'], dimensions: ['Accounts.segment'] }, 'SELECT segment, count(*) FROM accounts GROUP BY segment');
const [[someone]] = await rows('SELECT min(account_id) FROM accounts');
await compare('one customer', {
	measures: ['Accounts.customers'], dimensions: ['Accounts.name', 'Accounts.country'], timeDimensions: [{ dimension: 'Accounts.signedUp', granularity: 'year' }],
	filters: [{ member: 'Accounts.accountId', operator: 'equals', values: [String(someone)] }]
}, `SELECT name, country, date_trunc('year', signed_up::timestamp) AT TIME ZONE 'UTC', 1 FROM accounts WHERE account_id = ${someone}`);

// ---- All of it ----

const shown = compilers.metaTransformer.cubes.flatMap(({ config }) => [...config.measures.filter((measure) => measure.isVisible), ...config.dimensions.filter((dimension) => dimension.isVisible)]);
const unasked = shown.map((member) => member.name).filter((name) => !asked.has(name) && !/\.country$/.test(name));
ok(unasked.length === 0, `every measure and dimension is asked for: ${shown.length}`, unasked.join(', '));
const nameless = shown.filter((member) => member.aggType !== undefined && !member.description).map((member) => member.name);
ok(nameless.length === 0, 'every measure has a description', nameless.join(', '));

await client.end();
console.log(`1..${count}`);
process.exit(failed === 0 ? 0 : 1);
