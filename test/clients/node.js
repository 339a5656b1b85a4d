// Asks through node-postgres, as libpq.c does:  node node.js SOCKET-DIRECTORY PORT USER DATABASE < questions

const readline = require('readline');
const { Client } = require('pg');

const [host, port, user, database] = process.argv.slice(2);

function show(value) {
	if (value === null) return '\\N';
	if (typeof value === 'boolean') return value ? 't' : 'f';
	if (value instanceof Date) return value.toISOString().replace(/T00:00:00.000Z$/, '');
	if (Array.isArray(value)) return `{${value.map(show).join()}}`;
	return String(value);
}

const kind = (value) => (value instanceof Date ? 'Date' : Array.isArray(value) ? 'Array' : typeof value);

async function ask(client, [name, text, ...values]) {
	const lines = [`?${name}`];
	try {
		const { fields, rows } = await client.query({ text, values, rowMode: 'array' });
		for (const [i, field] of fields.entries()) {
			const { rows: [[type]] } = await client.query({ text: 'SELECT $1::oid::regtype::text', values: [field.dataTypeID], rowMode: 'array' });
			const kinds = new Set(rows.map((row) => row[i]).filter((value) => value !== null).map(kind));
			lines.push(`:${field.name}\t${type}\t${[...kinds].sort().join(' or ')}`);
		}
		for (const row of rows) lines.push(row.map(show).join('\t'));
	} catch (error) {
		lines.push(`!${error.message}`);
	}
	process.stdout.write(lines.join('\n') + '\n');
}

(async () => {
	const client = new Client({ host, port, user, database });
	await client.connect();
	for await (const line of readline.createInterface({ input: process.stdin })) await ask(client, line.split('\t'));
	await client.end();
})();
