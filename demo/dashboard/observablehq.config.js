// Everything comes from this machine: no fonts, scripts or styles of another host.
export default {
	title: 'Customer experience',
	root: 'src',
	output: 'dist',
	style: 'style.css',
	globalStylesheets: [],
	head: '<meta name="robots" content="noindex"><link rel="icon" href="data:,">',
	header: '',
	footer: '',
	pager: false,
	sidebar: false,
	toc: false,
	search: false,
	// data/x.json is what the query in data/x.json.sql answers
	interpreters: { '.sql': ['sh', 'query.sh'] }
};
