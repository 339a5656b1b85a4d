// The customers: other cubes are asked by their segments, countries and owners.
cube(`Accounts`, {
	sql: `SELECT * FROM accounts`,

	measures: {
		customers: {
			type: `count`,
			description: `Customers that there were, whether they left or not`
		}
	},

	dimensions: {
		accountId: { sql: `account_id`, type: `number`, primaryKey: true },
		name: { sql: `name`, type: `string` },
		segment: { sql: `segment`, type: `string` },
		country: { sql: `country`, type: `string` },
		owner: { sql: `owner`, type: `string` },
		signedUp: { sql: `signed_up::timestamp`, type: `time` }
	}
});
