// Who orders again: a row for each quarter of first orders and each age in quarters.
// Numbers of customers add up over cohorts, so retention of several is their quotient.
cube(`Retention`, {
	sql: `
		SELECT cohort, age, customers, retained
		FROM (
			SELECT cohort_agg(ordered) AS s
			FROM (SELECT activity_agg((ordered_at AT TIME ZONE 'UTC')::date, 'quarter') AS ordered FROM orders GROUP BY account_id) AS each
		) AS x, cohort_retention(s, as_of => '2025-12-31')
		WHERE complete
	`,

	measures: {
		customers: { sql: `customers`, type: `sum`, description: `Customers of the cohorts that are that old` },
		retained: { sql: `retained`, type: `sum`, description: `Those of them who ordered at that age` },
		retention: {
			sql: `${retained}::float8 / nullif(${customers}, 0)`,
			type: `number`,
			description: `Their share, 0 to 1. Ask by age: over all ages it means nothing`
		}
	},

	dimensions: {
		id: { sql: `cohort || '/' || age`, type: `string`, primaryKey: true },
		cohort: { sql: `cohort::timestamp`, type: `time`, description: `First day of the quarter of the first order` },
		age: { sql: `age`, type: `number`, description: `Quarters since then` }
	}
});
