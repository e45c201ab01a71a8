package lib.dates_test

import data.lib.dates
import rego.v1

test_days_are_counted_from_1970 if {
	expected := {"1970-01-01": 0, "1970-03-01": 59, "1999-12-31": 10956, "2000-02-29": 11016, "2000-03-01": 11017, "2024-02-29": 19782, "2026-11-20": 20777}
	every date, number in expected {
		dates.day_number(date) == number
	}
}

test_a_moment_of_today_is_no_day_ago if {
	dates.days_between(20777 * 86400, 20777) == 0
	dates.days_between((20777 * 86400) - 1, 20777) == 1
}
