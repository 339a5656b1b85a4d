// Loaded before the build: what would ask another host is an error.
globalThis.fetch = async (address) => {
	throw new Error(`the build asks for ${address}`);
};
