//! Is anybody harmed, left out or counted twice? Questions asked of a caseload, one file each.
