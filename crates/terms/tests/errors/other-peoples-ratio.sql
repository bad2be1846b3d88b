-- What share of the people referred found work?
--
-- grain:       ratio
-- unit:        percent
-- reads:       referrals, events
-- numerator:   job outcomes of the period: all
-- denominator: referrals of the period: all
-- source:      performance of the Work Programme, as it was first published
SELECT 1
