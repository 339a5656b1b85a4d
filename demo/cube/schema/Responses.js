// What customers said. Three questions stand in one table, so each summary names its own.
//
// A summary is a measure that is not shown; the measures that are read from it. Cube
// groups, PostgreSQL computes.
cube(`Responses`, {
	sql: `SELECT * FROM responses`,

	joins: {
		Accounts: { relationship: `belongsTo`, sql: `${CUBE}.account_id = ${Accounts.accountId}` }
	},

	measures: {
		npsSummary: { sql: `nps_agg(${CUBE}.score) FILTER (WHERE ${CUBE}.question = 'nps')`, type: `number`, shown: false },
		csatSummary: { sql: `csat_agg(${CUBE}.score) FILTER (WHERE ${CUBE}.question = 'csat')`, type: `number`, shown: false },
		effortSummary: { sql: `ces_agg(${CUBE}.score) FILTER (WHERE ${CUBE}.question = 'effort')`, type: `number`, shown: false },

		nps: { sql: `nps(${npsSummary})`, type: `number`, description: `Net Promoter Score, -100 to 100` },
		npsLower: { sql: `(nps_interval(${npsSummary})).lower`, type: `number`, description: `Lower limit of its 95 % interval` },
		npsUpper: { sql: `(nps_interval(${npsSummary})).upper`, type: `number`, description: `Upper limit of its 95 % interval` },
		npsAnswers: { sql: `responses(${npsSummary})`, type: `number`, description: `Answers to the question of NPS` },

		csat: { sql: `csat(${csatSummary})`, type: `number`, description: `Percent of satisfied answers: 4 and 5 of 5` },
		csatLower: { sql: `(csat_interval(${csatSummary})).lower`, type: `number`, description: `Lower limit of its 95 % interval` },
		csatUpper: { sql: `(csat_interval(${csatSummary})).upper`, type: `number`, description: `Upper limit of its 95 % interval` },
		csatAnswers: { sql: `responses(${csatSummary})`, type: `number`, description: `Answers to the question of CSAT` },

		effort: { sql: `ces(${effortSummary})`, type: `number`, description: `Mean effort score, 1 to 7, high = easy` },
		effortLower: { sql: `(ces_interval(${effortSummary})).lower`, type: `number`, description: `Lower limit of its 95 % interval` },
		effortUpper: { sql: `(ces_interval(${effortSummary})).upper`, type: `number`, description: `Upper limit of its 95 % interval` },
		effortAnswers: { sql: `responses(${effortSummary})`, type: `number`, description: `Answers to the question of effort` }
	},

	dimensions: {
		responseId: { sql: `response_id`, type: `number`, primaryKey: true },
		channel: { sql: `channel`, type: `string` },
		answeredAt: { sql: `answered_at`, type: `time` }
	}
});
