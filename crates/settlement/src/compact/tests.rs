//! Lines come back as they were, in far less room.
