// The parts of the page around the charts.

function element(tag, className, ...children) {
	const node = document.createElement(tag);
	if (className) node.className = className;
	node.append(...children.filter((child) => child !== null));
	return node;
}

const verdicts = { better: ['better', 'proven better than'], worse: ['worse', 'proven worse than'], unproven: ['unproven', 'no proven change from'] };

// A figure with its interval, and with what it was.
export function figure(name, row, show) {
	const [kind, text] = verdicts[row.verdict] ?? ['unproven', 'against'];
	const node = element('div', 'figure',
		element('div', 'name', name),
		element('div', 'value', show(row.value)),
		element('div', 'interval', `${show(row.lower)} to ${show(row.upper)}`),
		element('div', `verdict ${kind}`, `${text} ${show(row.before)} in 2024`));
	node.dataset.figure = row.figure;
	return node;
}

// A chart with what it shows in a sentence, and the query behind it.
export function panel({ id, title, says, chart, controls = null, query, legend = '' }) {
	const sql = element('details', 'query', element('summary', null, 'SQL'), element('pre', null, query.trim()));
	const node = element('section', 'panel',
		element('div', 'head', element('h2', null, title), controls),
		element('p', 'says', says), element('div', 'chart', chart), element('div', 'foot', element('span', 'legend', legend), sql));
	node.id = id;
	return node;
}

// Buttons of which one is pressed: an input that view() understands.
export function choice(options, value) {
	const node = element('div', 'choice');
	for (const [key, text] of options) {
		const button = element('button', null, text);
		button.type = 'button';
		button.onclick = () => { press(key); node.dispatchEvent(new Event('input', { bubbles: true })); };
		button.dataset.value = key;
		node.append(button);
	}
	const press = (key) => {
		node.value = key;
		for (const button of node.children) button.setAttribute('aria-pressed', button.dataset.value === key);
	};
	press(value);
	return node;
}

// A key of colours.
export function key(...entries) {
	return element('span', 'key', ...entries.map((entry) => (typeof entry === 'string' ? element('span', null, entry) : element('span', null, element('i', entry[0]), entry[1]))));
}
