# Days between what Git writes as seconds and what `input.now` writes as a date.
package lib.dates

import rego.v1

# days_between is how many days lie between a moment (seconds since 1970, UTC) and a day by its number.
days_between(seconds, day) := day - floor(seconds / 86400)

# day_number counts the days of the Gregorian calendar from 1970-01-01. The year is taken to begin in March, so that the leap day
# comes last and the months' lengths follow one formula.
day_number(date) := ((_days_before_year(year) + _days_before_month(month)) + day) - 719469 if {
	parts := split(date, "-")
	count(parts) == 3
	month := _number(parts[1])
	day := _number(parts[2])
	year := _number(parts[0]) - _years_back(month)
}

_days_before_year(year) := ((year * 365) + floor(year / 4)) - (floor(year / 100) - floor(year / 400))

_days_before_month(month) := floor(((153 * ((month + 9) % 12)) + 2) / 5)

_years_back(month) := 1 if month < 3

_years_back(month) := 0 if month >= 3

# Numbers with leading zeros are none to `to_number`.
_number(digits) := to_number(trim_left(digits, "0")) if trim_left(digits, "0") != ""

_number(digits) := 0 if trim_left(digits, "0") == ""
