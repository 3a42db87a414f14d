//! The OpenAI replier against a local server that streams, leaks, lies, fails, hangs, talks rubbish and hangs up.

// The lint's exception for tests does not reach the helper functions of an integration test.
#![allow(clippy::unwrap_used)]

mod budgets;
mod citations;
mod failures;
mod follow_ups;
mod languages;
mod stub;
mod summaries;
