//! What Lambda bills for a cold start.

use std::fmt;

use crate::quota::Memory;

/// US dollars for a GB-second in us-east-1, first tier (<https://aws.amazon.com/lambda/pricing/>, as
/// npm's artillery 2.0.28 has them; looked up on 2026-11-30).
const PRICES: [(&str, f64); 2] = [("x86_64", 0.000_016_666_7), ("arm64", 0.000_013_333_4)];
/// Seconds that the AWS sample's function sleeps before it starts the channel.
const LILOS_SLEEP: f64 = 50.0;

/// One subject at one size of memory, the median of its runs.
#[derive(Debug)]
pub(crate) struct Billed {
    pub(crate) subject: String,
    pub(crate) memory: Memory,
    /// INIT and invocation, rounded up to a millisecond as on a bill.
    pub(crate) milliseconds: f64,
    /// The AWS sample's starter, in Python, at this size.
    pub(crate) python: Option<f64>,
}

pub(crate) const HEAD: &str = "| subject | MB | billed ms | x86_64, USD a million | arm64, USD a million | the AWS sample's, with its sleep, takes longer |\n|---|---|---|---|---|---|";

impl fmt::Display for Billed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Memory(memory) = self.memory;
        write!(f, "| {} | {memory} | {} |", self.subject, self.milliseconds)?;
        let gigabyte_seconds = f64::from(memory) / 1024.0 * self.milliseconds / 1e3;
        for (_, price) in PRICES {
            write!(f, " {:.4} |", gigabyte_seconds * price * 1e6)?;
        }
        match self.python {
            Some(python) => {
                write!(f, " {:.0} times |", (LILOS_SLEEP * 1e3 + python) / self.milliseconds)
            }
            None => write!(f, " - |"),
        }
    }
}
