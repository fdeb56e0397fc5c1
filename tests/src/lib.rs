//! Nothing here: the tests that cross crates are in the one integration binary, `all`.
