//! The figures of all runs: a table for people, JSON for programs.

use std::fmt;

use serde_json::{Value, json};

use crate::price::{self, Billed};
use crate::run::{Figures, Mode};
use crate::subject::{Kind, Subject};

/// One subject in one mode.
#[derive(Debug)]
struct Row {
    mode: Mode,
    subject: Subject,
    runs: Vec<Figures>,
}

/// All figures, in the order in which they were measured.
#[derive(Debug, Default)]
pub(crate) struct Report {
    counts: Vec<(Subject, Option<u64>)>,
    rows: Vec<Row>,
}

/// A column of the table, and how it is read from one run.
type Column = (&'static str, fn(&Figures) -> f64);

const COLUMNS: [Column; 9] = [
    ("INIT ms", |it| it.init),
    ("invocation ms", |it| it.invocation),
    ("cold ms", |it| it.init + it.invocation),
    ("INIT CPU ms", |it| it.init_cpu),
    ("invocation CPU ms", |it| it.invocation_cpu),
    ("CPU ms", |it| it.init_cpu + it.invocation_cpu),
    ("peak MB", |it| it.peak),
    ("warm ms", |it| it.warm),
    ("warm, event to StartChannel ms", |it| it.warm_to_start.unwrap_or(f64::NAN)),
];
const COLD: usize = 2;
const CPU: usize = 5;

impl Report {
    pub(crate) fn count(&mut self, subject: &Subject, instructions: Option<u64>) {
        self.counts.push((subject.clone(), instructions));
    }

    pub(crate) fn add(&mut self, subject: &Subject, mode: Mode, runs: Vec<Figures>) {
        self.rows.push(Row { mode, subject: subject.clone(), runs });
    }

    pub(crate) fn json(&self) -> Value {
        let counts: Vec<_> = self
            .counts
            .iter()
            .map(|(subject, instructions)| json!({"subject": subject.name, "instructions": instructions}))
            .collect();
        json!({"counts": counts, "rows": self.rows.iter().map(Row::json).collect::<Vec<_>>()})
    }

    fn billed(&self) -> impl Iterator<Item = Billed> {
        let milliseconds = |row: &Row| row.median(|it| (it.init + it.invocation).ceil());
        self.rows.iter().filter_map(move |row| {
            Some(Billed {
                subject: row.subject.name.clone(),
                memory: row.mode.paid()?,
                milliseconds: milliseconds(row),
                python: self.of(row.mode.name, Kind::Python).map(milliseconds),
            })
        })
    }

    /// The row of the first subject of this kind in this mode.
    fn of(&self, mode: &str, kind: Kind) -> Option<&Row> {
        self.rows.iter().find(|row| row.mode.name == mode && row.subject.kind == kind)
    }
}

impl Row {
    fn median(&self, of: fn(&Figures) -> f64) -> f64 {
        let mut values: Vec<_> = self.runs.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    }

    fn json(&self) -> Value {
        let run = |it: &Figures| {
            json!({
                "init_ms": it.init, "init_cpu_ms": it.init_cpu, "invocation_ms": it.invocation,
                "invocation_cpu_ms": it.invocation_cpu, "peak_mb": it.peak, "warm_ms": it.warm,
                "warm_to_start_ms": it.warm_to_start, "calls": it.calls,
            })
        };
        let medians: Value = COLUMNS
            .iter()
            .map(|(name, of)| ((*name).to_owned(), json!(self.median(*of))))
            .collect();
        json!({
            "mode": self.mode.name, "subject": self.subject.name, "medians": medians,
            "runs": self.runs.iter().map(run).collect::<Vec<_>>(),
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| subject | instructions, thousands |\n|---|---|")?;
        for (subject, instructions) in &self.counts {
            let thousands = instructions.map_or("-".to_owned(), |it| (it / 1000).to_string());
            writeln!(f, "| {} | {thousands} |", subject.name)?;
        }
        let mut mode = "";
        for row in &self.rows {
            if row.mode.name != mode {
                mode = row.mode.name;
                let columns = COLUMNS.map(|(name, _)| name).join(" | ");
                write!(
                    f,
                    "\n{mode}, medians of {} runs\n\n| subject | {columns} |",
                    row.runs.len()
                )?;
                writeln!(f, " cold x hello | Python / cold | Python / CPU | calls |")?;
                writeln!(f, "|---|{}", "---|".repeat(COLUMNS.len() + 4))?;
            }
            self.write_row(row, f)?;
        }
        let mut billed = self.billed().peekable();
        if billed.peek().is_some() {
            writeln!(f, "\nBilled for a cold start, without MediaLive's time\n\n{}", price::HEAD)?;
        }
        billed.try_for_each(|billed| writeln!(f, "{billed}"))
    }
}

impl Report {
    fn write_row(&self, row: &Row, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "| {} |", row.subject.name)?;
        for (_, of) in COLUMNS {
            match row.median(of) {
                none if none.is_nan() => write!(f, " - |")?,
                median => write!(f, " {median:.2} |")?,
            }
        }
        for (kind, column, inverse) in
            [(Kind::Hello, COLD, false), (Kind::Python, COLD, true), (Kind::Python, CPU, true)]
        {
            let of = COLUMNS[column].1;
            let ratio = self.of(row.mode.name, kind).map(|other| row.median(of) / other.median(of));
            let ratio = ratio.map(|it| if inverse { 1.0 / it } else { it });
            write!(f, " {} |", ratio.map_or("-".to_owned(), |it| format!("{it:.2}")))?;
        }
        writeln!(f, " {} |", counted(&row.runs[0].calls))
    }
}

/// Each operation once, with how often it was called.
fn counted(calls: &[String]) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for call in calls {
        match counts.iter_mut().find(|(known, _)| known == call) {
            Some((_, count)) => *count += 1,
            None => counts.push((call, 1)),
        }
    }
    counts.iter().map(|(call, count)| format!("{count} {call}")).collect::<Vec<_>>().join(", ")
}
