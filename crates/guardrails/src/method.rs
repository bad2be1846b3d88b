//! The arithmetic behind the questions, one method a file.
