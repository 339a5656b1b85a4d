// What may leave in the next twelve months: a row for each customer, with the yearly
// revenue and the probability to leave that goes with the last answer.
cube(`RevenueAtRisk`, {
	sql: `
		WITH last_answers AS (
			SELECT DISTINCT ON (year, account_id) year, account_id, score
			FROM nps_responses
			WHERE score IS NOT NULL
			ORDER BY year, account_id, answered_at DESC, response_id DESC
		), history AS (
			SELECT churn_agg(score, churned_on IS NOT NULL) AS s
			FROM accounts LEFT JOIN last_answers ON last_answers.account_id = accounts.account_id AND year = 2024
			WHERE signed_up < '2025-01-01' AND (churned_on IS NULL OR churned_on >= '2025-01-01')
		)
		SELECT accounts.account_id, 12 * monthly_revenue AS revenue, churn_probability(s, score) AS probability
		FROM history, accounts LEFT JOIN last_answers ON last_answers.account_id = accounts.account_id AND year = 2025
		WHERE churned_on IS NULL
	`,

	joins: {
		Accounts: { relationship: `belongsTo`, sql: `${CUBE}.account_id = ${Accounts.accountId}` }
	},

	measures: {
		// good and bad years in common: correlation 0.1
		summary: { sql: `risk_agg(${CUBE}.revenue, ${CUBE}.probability, 0.1)`, type: `number`, shown: false },

		revenue: { sql: `risk_revenue(${summary})`, type: `number`, format: `currency`, description: `Yearly revenue` },
		expectedLoss: { sql: `expected_loss(${summary})`, type: `number`, format: `currency`, description: `What is expected to leave` },
		atRiskShare: { sql: `at_risk_share(${summary})`, type: `number`, description: `That as a share of the revenue, 0 to 1` },
		loss95: { sql: `loss_quantile(${summary}, 0.95)`, type: `number`, format: `currency`, description: `Not more than that leaves, in 95 of 100 years` },
		loss99: { sql: `loss_quantile(${summary}, 0.99)`, type: `number`, format: `currency`, description: `Not more than that leaves, in 99 of 100 years` }
	},

	dimensions: {
		accountId: { sql: `account_id`, type: `number`, primaryKey: true }
	}
});
