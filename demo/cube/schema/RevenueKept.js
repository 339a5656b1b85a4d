// What revenue was kept: a row for each customer and December, with the revenue of that
// month and of the same month a year before.
cube(`RevenueKept`, {
	sql: `
		SELECT accounts.account_id, year, before.amount AS before, after.amount AS after
		FROM generate_series(2024, 2025) AS year
		CROSS JOIN accounts
		LEFT JOIN mrr AS before ON before.account_id = accounts.account_id AND before.month = make_date(year - 1, 12, 1)
		LEFT JOIN mrr AS after ON after.account_id = accounts.account_id AND after.month = make_date(year, 12, 1)
	`,

	joins: {
		Accounts: { relationship: `belongsTo`, sql: `${CUBE}.account_id = ${Accounts.accountId}` }
	},

	measures: {
		summary: { sql: `revenue_agg(${CUBE}.before, ${CUBE}.after)`, type: `number`, shown: false },

		opening: { sql: `(revenue_report(${summary})).opening`, type: `number`, format: `currency`, description: `Monthly revenue in December of the year before` },
		closing: { sql: `(revenue_report(${summary})).closing`, type: `number`, format: `currency`, description: `Monthly revenue in December` },
		nrr: { sql: `nrr(${summary})`, type: `number`, description: `Net revenue retention: what the customers of the year before pay now, as a share` },
		nrrLower: { sql: `(nrr_interval(${summary})).lower`, type: `number`, description: `Lower limit of its 95 % interval` },
		nrrUpper: { sql: `(nrr_interval(${summary})).upper`, type: `number`, description: `Upper limit of its 95 % interval` },
		grr: { sql: `grr(${summary})`, type: `number`, description: `Gross revenue retention: the same without what grew` },
		logoRetention: { sql: `logo_retention(${summary})`, type: `number`, description: `Share of customers who stayed` }
	},

	dimensions: {
		id: { sql: `account_id || '/' || year`, type: `string`, primaryKey: true },
		year: { sql: `year`, type: `number` }
	}
});
