// What the dashboard draws, read back from a browser, is what SQL says: plain SQL
// where that is short, the extension's own answers elsewhere.
//
// Runs at the top of the checkout, on build/dashboard/dist and the database that
// PGHOST and so on name.  With ACCEPT it takes the photograph doc/dashboard.png.

import { execFileSync, spawn } from 'node:child_process';
import { chromium } from 'playwright-core';

// ---- TAP ----

let count = 0;
const failures = [];
function ok(condition, name, why = '') {
	console.log(`${condition ? 'ok' : 'not ok'} ${++count} - ${name}`);
	if (!condition) failures.push(name) && console.log(`# ${String(why).replace(/\n/g, '\n# ')}`);
}
const is = (got, expected, name) => ok(String(got) === String(expected), name, `got ${got}, not ${expected}`);

// Two lists of numbers, of which one was read from pixels.
function near(got, expected, allowed, name) {
	const wrong = expected.map((value, i) => [got[i], Number(value), i]).filter(([a, b]) => !(Math.abs(a - b) <= allowed));
	ok(got.length === expected.length && wrong.length === 0, `${name}: ${expected.length} values`,
		got.length === expected.length ? wrong.slice(0, 3).map(([a, b, i]) => `value ${i}: ${a}, not ${b}`).join('\n') : `${got.length} values, not ${expected.length}`);
}

// ---- SQL ----

const query = (sql) => JSON.parse(execFileSync('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-c', `SELECT coalesce(json_agg(x), '[]') FROM (${sql}) AS x`], { encoding: 'utf8', maxBuffer: 1 << 26 }));
const column = (sql) => query(sql).map((row) => Object.values(row)[0]);

// ---- The page ----

const server = spawn('node', ['demo/dashboard/serve.js', 'build/dashboard/dist', '0']);
process.on('exit', () => server.kill());
const address = await new Promise((resolve, reject) => {
	server.stdout.once('data', (line) => resolve(String(line).trim()));
	server.once('exit', () => reject(new Error('the server ended')));
});
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
const page = await browser.newPage({ viewport: { width: 1480, height: 1000 }, deviceScaleFactor: 1.5, locale: 'en-GB' });

const complaints = [];
page.on('pageerror', (error) => complaints.push(error.message));
page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
page.on('request', (request) => /^(data|blob):/.test(request.url()) || request.url().startsWith(address) || complaints.push(`asks ${request.url()}`));

await page.goto(address);
// All figures and panels are there when every expression of the page has been evaluated.
await page.waitForFunction(() => {
	const panels = [...document.querySelectorAll('.panel')];
	return document.querySelectorAll('observablehq-loading').length === 0 && document.querySelectorAll('.figure').length === 5
		&& panels.length === 6 && panels.every((panel) => panel.querySelector('svg'));
});
await page.waitForTimeout(300);

const texts = (selector) => page.$$eval(selector, (nodes) => nodes.map((node) => node.textContent));
const labelled = (id, className) => texts(`#${id} g.${className} text`);

// The values of a line, of an area (below, above), or of dots, read back through the chart's own scales: a list for each facet.
const drawn = (id, label, index = 0) => page.evaluate(([id, label, index]) => {
	const svg = [...document.querySelectorAll(`#${id} svg`)].find((node) => node.getAttribute('aria-label')) ?? document.querySelector(`#${id} svg`);
	const [x, y] = ['x', 'y'].map((name) => svg.scale(name));
	const invert = (scale, at) => (scale.invert ? scale.invert(at) : null);
	const marks = [...svg.querySelectorAll(`[aria-label="${label}"]`)][index];
	return [...marks.querySelectorAll('path, circle')].map((node) => {
		const points = node.tagName === 'circle' ? [[Number(node.getAttribute('cx')), Number(node.getAttribute('cy'))]]
			: node.getAttribute('d').replace(/Z$/, '').split(/[ML]/).filter(Boolean).map((pair) => pair.split(',').map(Number));
		return points.map(([px, py]) => [Number(invert(x, px)), invert(y, py)]);
	});
}, [id, label, index]);

is(complaints.join('\n'), '', 'nothing is asked of another host, and nothing fails');
is((await texts('body')).join(' ').match(/NaN|undefined|Infinity|\bnull\b/g), null, 'no number is missing');

for (const wrong of ['nothing', '%zz', '%00', '..%2f..%2fpackage.json', 'data/x.json']) is((await page.request.get(address + wrong)).status(), 404, `there is no ${wrong}`);

// ---- Figures ----

const figures = Object.fromEntries(await page.$$eval('.figure', (nodes) => nodes.map((node) => [node.dataset.figure, node.querySelector('.value').textContent])));
is(figures.nps, column("SELECT round(100.0 * (count(*) FILTER (WHERE score >= 9) - count(*) FILTER (WHERE score <= 6)) / count(score), 1)::text FROM nps_responses WHERE year = 2025")[0], 'NPS');
is(figures.csat, `${column("SELECT round(100.0 * count(*) FILTER (WHERE score >= 4) / count(score), 1)::text FROM csat_responses WHERE year = 2025")[0]} %`, 'CSAT');
is(figures.effort, column("SELECT round(avg(score), 2)::text FROM effort_responses WHERE year = 2025")[0], 'effort');
const kept = "FROM mrr AS b LEFT JOIN mrr AS a ON a.account_id = b.account_id AND a.month = '2025-12-01' WHERE b.month = '2024-12-01'";
is(figures.nrr, `${column(`SELECT round(100 * sum(coalesce(a.amount, 0)) / sum(b.amount), 1)::text ${kept}`)[0]} %`, 'net revenue retention');
is(figures.grr, `${column(`SELECT round(100 * sum(least(coalesce(a.amount, 0), b.amount)) / sum(b.amount), 1)::text ${kept}`)[0]} %`, 'gross revenue retention');

// ---- Scores ----

const channels = ['phone', 'email', 'web', 'app', 'chat'];
const scores = {
	nps: ['nps', '100.0 * (count(*) FILTER (WHERE score >= 9) - count(*) FILTER (WHERE score <= 6)) / count(score)', 'nps_interval(nps_agg(score))', 0.05],
	csat: ['csat', '100.0 * count(*) FILTER (WHERE score >= 4) / count(score)', 'csat_interval(csat_agg(score))', 0.05],
	effort: ['effort', 'avg(score)', 'ces_interval(ces_agg(score))', 0.005]
};
for (const [button, [question, formula, interval, allowed]] of Object.entries(scores)) {
	await page.click(`.choice button[data-value="${button}"]`);
	await page.waitForFunction((name) => document.querySelector('#scores svg')?.getAttribute('aria-label')?.startsWith(name), { nps: 'NPS', csat: 'CSAT', effort: 'Effort' }[button]);
	const lines = await drawn('scores', 'line');
	const bands = await drawn('scores', 'area');
	const [from, to] = await page.evaluate(() => document.querySelector('#scores svg').scale('y').domain);
	ok(bands.flat().every(([, y]) => from <= y && y <= to), `${question} stays within its axis`, [from, to]);
	for (const [i, channel] of channels.entries()) {
		const rows = query(`SELECT month, score, (i).lower, (i).upper FROM (SELECT date_trunc('month', answered_on)::date AS month, ${formula} AS score, ${interval} AS i FROM ${question}_responses WHERE channel = '${channel}' GROUP BY 1) AS x ORDER BY month`);
		near(lines[i].map(([, y]) => y), rows.map((d) => d.score), allowed, `${question} of ${channel}`);
		near(lines[i].map(([x]) => x), rows.map((d) => Date.parse(d.month)), 86400e3, `its months`);
		near(bands[i].map(([, y]) => y), [...rows.map((d) => d.upper), ...rows.map((d) => d.lower).reverse()], allowed, `its intervals`);
	}
}
await page.click('.choice button[data-value="nps"]');

await page.hover('#scores svg', { position: { x: 200, y: 120 } });
await page.waitForSelector('#scores [aria-label="tip"] text');
ok(/^\S+ 202\d.*\(.* to .*\).*answers$/.test((await texts('#scores [aria-label="tip"] text')).join('')), 'a month under the pointer tells of itself', await texts('#scores [aria-label="tip"] text'));
is(await page.$eval('#scores [aria-label="tip"] path', (path) => getComputedStyle(path).fill), 'rgb(255, 255, 255)', 'on white');

// ---- Signals ----

const weeks = query(`WITH answers AS (SELECT date_trunc('week', answered_on)::date AS week, CASE WHEN score >= 9 THEN 100.0 WHEN score <= 6 THEN -100.0 ELSE 0.0 END AS points
		FROM nps_responses WHERE channel = 'chat' AND score IS NOT NULL AND answered_on >= '2023-01-02'),
	baseline AS (SELECT avg(points) AS center, var_pop(points) AS variance FROM answers WHERE week <= '2025-02-24')
	SELECT week, avg(points) AS nps, abs(avg(points) - center) > 3 * sqrt(variance / count(*)) AS beyond FROM answers, baseline GROUP BY week, center, variance ORDER BY week`);
const dots = await drawn('control', 'dot', 0);
near(dots.map(([[, y]]) => y), weeks.map((d) => d.nps), 0.2, 'NPS of chat by week');
near(dots.map(([[x]]) => x), weeks.map((d) => Date.parse(d.week)), 86400e3, 'its weeks');
near((await drawn('control', 'dot', 2)).map(([[x]]) => x), weeks.filter((d) => d.beyond).map((d) => Date.parse(d.week)), 86400e3, 'weeks beyond the limits');
ok((await drawn('control', 'dot', 1)).every(([[x]]) => x > Date.parse('2025-03-03')), 'all that is on one side for too long is so since the bot');

is((await labelled('retention', 'retention')).join(' '), column(`WITH bought AS (SELECT DISTINCT account_id, 4 * extract(year FROM ordered_at AT TIME ZONE 'UTC')::int + extract(quarter FROM ordered_at AT TIME ZONE 'UTC')::int AS quarter FROM orders),
	first AS (SELECT account_id, min(quarter) AS cohort FROM bought GROUP BY account_id),
	sizes AS (SELECT cohort, count(*) AS customers FROM first GROUP BY cohort)
	SELECT round(100.0 * count(*) / customers) FROM first JOIN bought USING (account_id) JOIN sizes USING (cohort) WHERE quarter > cohort GROUP BY cohort, quarter, customers ORDER BY cohort, quarter`).join(' '), 'retention of each quarter');

// ---- Revenue ----

const thousands = (x) => `${x < 0 ? '−' : ''}${Math.abs(Math.round(x / 1e3))} k€`;
const both = "FROM accounts LEFT JOIN mrr AS b ON b.account_id = accounts.account_id AND b.month = '2024-12-01' LEFT JOIN mrr AS a ON a.account_id = accounts.account_id AND a.month = '2025-12-01'";
const [steps] = query(`SELECT sum(b.amount) AS opening, sum(greatest(a.amount - b.amount, 0)) FILTER (WHERE a.amount > 0 AND b.amount > 0) AS expansion,
	sum(least(a.amount - b.amount, 0)) FILTER (WHERE a.amount > 0 AND b.amount > 0) AS contraction, -sum(b.amount) FILTER (WHERE coalesce(a.amount, 0) = 0) AS churn,
	sum(a.amount) FILTER (WHERE coalesce(b.amount, 0) = 0 AND acquired = 'referral') AS earned, sum(a.amount) FILTER (WHERE coalesce(b.amount, 0) = 0 AND acquired = 'bought') AS bought,
	sum(a.amount) FILTER (WHERE coalesce(b.amount, 0) = 0 AND acquired IS NULL) AS unknown, sum(a.amount) AS closing ${both}`);
is((await labelled('bridge', 'amount')).join(', '),
	[...['expansion', 'contraction', 'churn', 'earned', 'bought', 'unknown'].map((step) => (steps[step] > 0 ? '+' : '') + thousands(steps[step])),
		...['opening', 'closing'].map((step) => `${(steps[step] / 1e6).toFixed(2)} M€`)].join(', '), 'the steps of the bridge');

const rated = `SELECT owner, 12 * monthly_revenue AS revenue, churn_probability(s, l.score) AS p
	FROM (SELECT churn_agg(score, churned_on IS NOT NULL) AS s FROM accounts AS a LEFT JOIN last_answers AS l ON l.account_id = a.account_id AND year = 2024
		WHERE signed_up < '2025-01-01' AND coalesce(churned_on, '2025-01-01') >= '2025-01-01') AS h,
	accounts AS a LEFT JOIN last_answers AS l ON l.account_id = a.account_id AND year = 2025 WHERE churned_on IS NULL`;
execFileSync('psql', ['-Xq', '-c', `CREATE VIEW last_answers AS SELECT DISTINCT ON (year, account_id) year, account_id, score FROM nps_responses WHERE score IS NOT NULL ORDER BY year, account_id, answered_at DESC, response_id DESC`,
	'-c', `CREATE VIEW rated AS ${rated}`]);
const [total] = query('SELECT sum(revenue * p) AS expected, loss_quantile(risk_agg(revenue, p, 0.1), 0.5) AS p50, loss_quantile(risk_agg(revenue, p, 0.1), 0.95) AS p95, loss_quantile(risk_agg(revenue, p, 0.1), 0.99) AS p99 FROM rated');
const millions = (x) => `${(x / 1e6).toFixed(1)} M€`;
is((await labelled('losses', 'percentile')).join(', '), `median ${millions(total.p50)}, expected ${millions(total.expected)}, 95 % ${millions(total.p95)}, 99 % ${millions(total.p99)}`, 'percentiles of the loss');
const owners = query('SELECT owner, sum(revenue * p) AS expected, loss_quantile(risk_agg(revenue, p, 0.1), 0.99) AS p99 FROM rated GROUP BY owner ORDER BY expected DESC');
near((await drawn('risk', 'dot', 1)).map(([[x]]) => x), owners.map((d) => d.expected), 5e3, 'expected loss by owner');
near((await drawn('risk', 'dot', 0)).map(([[x]]) => x), owners.map((d) => d.p99), 5e3, '99 % by owner');

// ---- The queries are shown ----

for (const id of await page.$$eval('.panel', (panels) => panels.map((panel) => panel.id))) {
	await page.click(`#${id} .query summary`);
	ok((await page.textContent(`#${id} .query pre`)).includes('SELECT') && await page.isVisible(`#${id} .query pre`), `the query of ${id} can be read`);
	await page.click(`#${id} .query summary`);
}

is(complaints.join('\n'), '', 'and still nothing fails');

if (process.env.ACCEPT) {
	await page.mouse.move(0, 0);
	await page.waitForTimeout(300);
	await page.screenshot({ path: 'doc/dashboard.png', fullPage: true });
}

await browser.close();
console.log(`1..${count}`);
process.exit(failures.length === 0 ? 0 : 1);
