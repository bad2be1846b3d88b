//! What would these terms reward? People and provider behaviour from a seed.
