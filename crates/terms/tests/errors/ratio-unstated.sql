-- What share of the people referred found work?
--
-- grain:       ratio
-- unit:        percent
-- reads:       referrals, events
-- source:      performance of the Work Programme, as it was first published
SELECT 1
