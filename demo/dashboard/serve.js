// Serves the built dashboard to this machine alone:  node serve.js DIRECTORY [PORT]

import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';

const root = resolve(process.argv[2]);
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.sql': 'text/plain; charset=utf-8' };

// The file that an address names, if it lies under the root.
function find(address) {
	let path;
	try {
		path = resolve(join(root, decodeURIComponent(new URL(address, 'http://localhost').pathname)));
	} catch {
		return null;	// no address at all
	}
	if (path !== root && !path.startsWith(root + sep)) return null;
	return [path, `${path}.html`, join(path, 'index.html')].find((name) => !name.includes('\0') && statSync(name, { throwIfNoEntry: false })?.isFile()) ?? null;
}

const server = createServer((request, response) => {
	const file = find(request.url);
	if (file === null) {
		response.writeHead(404).end('not found');
		return;
	}
	response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream' });
	createReadStream(file).pipe(response);
});
server.listen(Number(process.argv[3] ?? 3000), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));
