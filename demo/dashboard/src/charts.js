// The charts: each takes rows as its query gives them, and a width.

import * as Plot from '@observablehq/plot';

export const colours = { line: '#2f5fb3', band: '#9db8e6', loss: '#c4473a', gain: '#2b8a6e', quiet: '#8a94a6', ink: '#1d2733' };

const day = (text) => new Date(`${text}T00:00:00Z`);
const style = { fontSize: '12px', fontFamily: 'inherit', color: '#445063', overflow: 'visible' };

const number = (digits) => new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: 'auto' });
export const format = {
	points: (x) => minus(number(1).format(x)),
	percent: (x) => `${number(1).format(x)} %`,
	share: (x) => `${number(1).format(100 * x)} %`,
	scale: (x) => number(2).format(x),
	thousands: (x) => minus(`${number(0).format(x / 1e3)} k€`),
	millions: (x) => minus(`${number(x === 0 ? 0 : 1).format(x / 1e6)} M€`),
	count: (x) => number(0).format(x),
	month: (text) => day(text).toLocaleDateString('en', { month: 'long', year: 'numeric', timeZone: 'UTC' })
};
function minus(text) { return text.replace('-', '−'); }

export const questions = {
	nps: { name: 'NPS', domain: [-20, 60], format: format.points },
	csat: { name: 'CSAT', domain: [50, 100], format: format.percent },
	effort: { name: 'Effort', domain: [3.5, 6.5], format: format.scale }
};

// What happened, and where it is to be seen.
const events = [
	{ channel: 'chat', month: '2025-03-01', text: 'bot answers first' },
	{ channel: 'app', month: '2025-06-01', text: 'new release' },
	{ channel: 'web', month: '2023-07-01', text: 'self-service plan' }
];

// The small multiples share their axes, so that channels can be compared.
export function scores(rows, question, width) {
	const { domain, format: show } = questions[question];
	const channels = ['phone', 'email', 'web', 'app', 'chat'];
	const data = rows.filter((d) => d.question === question && channels.includes(d.channel)).map((d) => ({ ...d, month: day(d.month) }));
	const common = { x: 'month', fx: 'channel' };
	return Plot.plot({
		width, height: 250, marginLeft: 34, marginBottom: 26, marginTop: 34, style,
		ariaLabel: `${questions[question].name} by channel and month`,
		fx: { domain: channels, label: null, axis: null, padding: 0.06 },
		x: { label: null, ticks: [2023, 2024, 2025, 2026].map((year) => day(`${year}-01-01`)), tickFormat: (d) => (d.getUTCFullYear() < 2026 ? String(d.getUTCFullYear()) : ''), type: 'utc' },
		y: { domain, label: null, grid: true, ticks: 5 },
		marks: [
			question === 'nps' ? Plot.ruleY([0], { stroke: '#b9c1cd' }) : null,
			Plot.areaY(data, { ...common, y1: 'lower', y2: 'upper', fill: colours.band, fillOpacity: 0.55, curve: 'linear' }),
			Plot.lineY(data, { ...common, y: 'score', stroke: colours.line, strokeWidth: 1.8 }),
			Plot.ruleX(events, { fx: 'channel', x: (d) => day(d.month), stroke: colours.loss, strokeDasharray: '3,3', strokeOpacity: 0.8 }),
			Plot.text(events, {
				fx: 'channel', x: (d) => day(d.month), frameAnchor: 'top', text: 'text', fill: colours.loss, fontSize: 11, dy: 2,
				textAnchor: 'end', dx: -5, filter: (d) => d.month > '2024'
			}),
			Plot.text(events, {
				fx: 'channel', x: (d) => day(d.month), frameAnchor: 'top', text: 'text', fill: colours.loss, fontSize: 11, dy: 2,
				textAnchor: 'start', dx: 5, filter: (d) => d.month < '2024'
			}),
			Plot.text(channels, { fx: (d) => d, frameAnchor: 'top-left', text: (d) => d[0].toUpperCase() + d.slice(1), dy: -26, fontSize: 14, fontWeight: 650, fill: colours.ink }),
			Plot.tip(data, Plot.pointerX({ ...common, y: 'score', title: (d) => `${format.month(d.month.toISOString().slice(0, 10))}\n${show(d.score)}  (${show(d.lower)} to ${show(d.upper)})\n${d.responses} answers` }))
		]
	});
}

// The waterfall starts at what there was: a bar from nought would hide the steps.
export function bridge(rows, width) {
	const names = {
		opening: 'Dec\n2024', expansion: 'paid\nmore', contraction: 'paid\nless', churn: 'left',
		new_earned: 'new,\nreferred', new_bought: 'new,\nbought', new_unknown: 'new,\nunknown', closing: 'Dec\n2025'
	};
	const opening = rows.find((d) => d.component === 'opening').amount;
	let level = 0;
	const steps = rows.map((d) => {
		if (d.component === 'opening' || d.component === 'closing') return { ...d, name: names[d.component], total: d.amount - opening };
		const from = level;
		level += d.amount;
		return { ...d, name: names[d.component], from, to: level };
	});
	const changes = steps.filter((d) => d.total === undefined);
	const ends = steps.filter((d) => d.total !== undefined);
	const signed = (d) => (d.amount > 0 ? '+' : '') + format.thousands(d.amount);
	return Plot.plot({
		width, height: 300, marginLeft: 52, marginBottom: 46, marginTop: 26, style,
		ariaLabel: 'Bridge of monthly recurring revenue',
		x: { domain: steps.map((d) => d.name), label: null, padding: 0.2, tickSize: 0 },
		y: { label: '↑ change since December 2024, k€ a month', labelAnchor: 'top', grid: true, domain: [-350, 450].map((x) => 1e3 * x), tickFormat: (x) => minus(String(x / 1e3)), ticks: 6 },
		marks: [
			Plot.ruleY([0], { stroke: '#8791a0' }),
			Plot.barY(changes, { x: 'name', y1: 'from', y2: 'to', fill: (d) => (d.amount < 0 ? colours.loss : colours.gain), rx: 1.5 }),
			Plot.link(changes, { x1: 'name', x2: (d) => steps[steps.findIndex((s) => s.component === d.component) + 1].name, y1: 'to', y2: 'to', stroke: '#9aa4b2', strokeDasharray: '2,2' }),
			Plot.tickY(ends, { x: 'name', y: 'total', stroke: colours.ink, strokeWidth: 4 }),
			Plot.text(changes, { x: 'name', y: (d) => Math.max(d.from, d.to), text: signed, dy: -8, fill: colours.ink, fontSize: 11, className: 'amount' }),
			Plot.text(ends, { x: 'name', y: 'total', text: (d) => `${number(2).format(d.amount / 1e6)} M€`, dy: -11, fontWeight: 650, fontSize: 12.5, fill: colours.ink, className: 'amount' }),
			Plot.text(changes, { x: 'name', y: (d) => Math.min(d.from, d.to), text: (d) => `${number(0).format(d.customers)}`, dy: 9, fill: colours.quiet, fontSize: 11 })
		]
	});
}

// The whole distribution of the loss, with what a plan has to know of it.
export function losses(rows, total, width) {
	const step = rows[1].loss - rows[0].loss;
	const marks = [
		{ at: total.p50, name: 'median', y: 1 }, { at: total.expected_loss, name: 'expected', y: 0.86 },
		{ at: total.p95, name: '95 %', y: 0.5 }, { at: total.p99, name: '99 %', y: 0.36 }
	];
	const top = Math.max(...rows.map((d) => d.probability)) * 1.12;
	const shown = rows.filter((d) => d.cumulative < 0.9995);
	return Plot.plot({
		width, height: 300, marginLeft: 16, marginRight: 20, marginBottom: 38, marginTop: 14, style,
		ariaLabel: 'Distribution of the loss of the next twelve months',
		x: { label: 'loss of the next twelve months, M€ →', tickFormat: (x) => String(x / 1e6), ticks: 6, domain: [0, shown[shown.length - 1].loss] },
		y: { axis: null, domain: [0, top] },
		marks: [
			Plot.rectY(shown, { x1: (d) => Math.max(0, d.loss - step), x2: 'loss', y: 'probability', fill: (d) => (d.loss > total.p95 ? colours.loss : colours.band), fillOpacity: 0.85, insetLeft: 0.25, insetRight: 0.25 }),
			Plot.ruleY([0], { stroke: '#8791a0' }),
			Plot.ruleX(marks, { x: 'at', y2: (d) => top * d.y, stroke: colours.ink, strokeDasharray: (d) => (d.name === 'expected' ? '0' : '3,3') }),
			Plot.text(marks, { x: 'at', y: (d) => top * d.y, text: (d) => `${d.name} ${format.millions(d.at)}`, textAnchor: 'start', dx: 5, dy: 5, fill: colours.ink, className: 'percentile' })
		]
	});
}

export function risk(rows, width) {
	const owners = rows.filter((d) => d.owner !== null).sort((a, b) => b.expected_loss - a.expected_loss);
	return Plot.plot({
		width, height: 300, marginLeft: 104, marginRight: 20, marginBottom: 38, marginTop: 14, style,
		ariaLabel: 'Revenue at risk by owner',
		x: { label: 'loss of the next twelve months, M€ →', tickFormat: (x) => String(x / 1e6), grid: true, domain: [0, Math.max(...owners.map((d) => d.p99)) * 1.05], ticks: 5 },
		y: { domain: owners.map((d) => d.owner), label: null, tickSize: 0 },
		marks: [
			Plot.link(owners, { y1: 'owner', y2: 'owner', x1: 'p95', x2: 'p99', stroke: colours.loss, strokeWidth: 1.5 }),
			Plot.link(owners, { y1: 'owner', y2: 'owner', x1: 'p05', x2: 'p95', stroke: colours.band, strokeWidth: 9, strokeLinecap: 'butt' }),
			Plot.dot(owners, { y: 'owner', x: 'p99', r: 2.2, fill: colours.loss }),
			Plot.tickX(owners, { y: 'owner', x: 'p50', stroke: 'white', strokeWidth: 2, inset: 5 }),
			Plot.dot(owners, { y: 'owner', x: 'expected_loss', r: 4, fill: colours.line, stroke: 'white', strokeWidth: 1 }),
			Plot.tip(owners, Plot.pointerY({ y: 'owner', x: 'expected_loss', title: (d) => `${d.owner}: ${format.millions(d.revenue)} a year\nexpected ${format.thousands(d.expected_loss)}\nmedian ${format.thousands(d.p50)}, 95 % ${format.thousands(d.p95)}, 99 % ${format.thousands(d.p99)}` }))
		]
	});
}

// Every week against the limits that it must keep; few answers make them wide.
export function control(rows, width) {
	const data = rows.map((d) => ({ ...d, week: day(d.week) }));
	const start = day('2025-03-03');
	const wild = data.filter((d) => d.beyond);
	const run = data.filter((d) => !d.beyond && d.signals !== '');
	const limits = { x: 'week', curve: 'step', stroke: '#98a3b3', strokeWidth: 1 };
	return Plot.plot({
		width, height: 300, marginLeft: 36, marginRight: 12, marginBottom: 28, marginTop: 22, style,
		ariaLabel: 'Control chart of NPS in chat by week',
		x: { label: null, ticks: [2023, 2024, 2025, 2026].map((year) => day(`${year}-01-01`)), tickFormat: (d) => String(d.getUTCFullYear()), type: 'utc' },
		y: { label: null, grid: true, ticks: 6 },
		marks: [
			Plot.areaY(data, { x: 'week', y1: 'lower', y2: 'upper', curve: 'step', fill: '#eef1f6' }),
			Plot.lineY(data, { ...limits, y: 'lower' }),
			Plot.lineY(data, { ...limits, y: 'upper' }),
			Plot.lineY(data, { x: 'week', y: 'center', stroke: '#98a3b3', strokeDasharray: '5,3' }),
			Plot.ruleX([start], { stroke: colours.loss, strokeDasharray: '3,3' }),
			Plot.text([start], { x: (d) => d, frameAnchor: 'top', text: ['bot answers first'], textAnchor: 'end', dx: -6, dy: -14, fill: colours.loss, fontSize: 11 }),
			Plot.lineY(data, { x: 'week', y: 'nps', stroke: colours.line, strokeWidth: 1, strokeOpacity: 0.55 }),
			Plot.dot(data, { x: 'week', y: 'nps', r: 1.8, fill: colours.line }),
			Plot.dot(run, { x: 'week', y: 'nps', r: 3.2, fill: '#e0932f', stroke: 'white', strokeWidth: 0.7 }),
			Plot.dot(wild, { x: 'week', y: 'nps', r: 4.4, fill: colours.loss, stroke: 'white', strokeWidth: 0.8 }),
			Plot.tip(data, Plot.pointerX({ x: 'week', y: 'nps', title: (d) => `week of ${d.week.toISOString().slice(0, 10)}\n${format.points(d.nps)}, limits ${format.points(d.lower)} to ${format.points(d.upper)}\n${d.responses} answers${d.signals ? `\n${d.signals.replaceAll('_', ' ')}` : ''}` }))
		]
	});
}

// The triangle without its first column, where all are.
export function retention(rows, width) {
	const quarter = (text) => `${text.slice(0, 4)} Q${Math.ceil(Number(text.slice(5, 7)) / 3)}`;
	const data = rows.filter((d) => d.age > 0).map((d) => ({ ...d, cohort: quarter(d.cohort) }));
	const cohorts = rows.filter((d) => d.age === 0 && data.some((e) => e.cohort === quarter(d.cohort))).map((d) => ({ cohort: quarter(d.cohort), customers: d.customers }));
	const middle = 0.53;
	return Plot.plot({
		width, height: 300, marginLeft: 104, marginRight: 4, marginBottom: 38, marginTop: 14, style,
		ariaLabel: 'Retention by quarter of the first order',
		x: { label: 'quarters after the first order →', domain: [...new Set(data.map((d) => d.age))].sort((a, b) => a - b), padding: 0.05, tickSize: 0 },
		y: { label: null, domain: cohorts.map((d) => d.cohort), padding: 0.05, tickSize: 0, tickFormat: (name) => `${name}  (${format.count(cohorts.find((d) => d.cohort === name).customers)})` },
		color: { type: 'linear', domain: [0.35, 0.65], range: ['#e3ecfb', '#2f5fb3'], clamp: true, interpolate: 'rgb' },
		marks: [
			Plot.cell(data, { x: 'age', y: 'cohort', fill: 'retention', rx: 2 }),
			Plot.text(data, { x: 'age', y: 'cohort', text: (d) => number(0).format(100 * d.retention), fill: (d) => (d.retention > middle ? 'white' : colours.ink), fontSize: 11, className: 'retention' }),
			Plot.tip(data, Plot.pointer({ x: 'age', y: 'cohort', title: (d) => `first order in ${d.cohort}, ${d.age} quarters later\n${d.retained} of ${d.customers}: ${format.share(d.retention)}\n(${format.share(d.lower)} to ${format.share(d.upper)})` }))
		]
	});
}
