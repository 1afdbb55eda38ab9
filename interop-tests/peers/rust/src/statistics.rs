//! Percentiles and what the process used.

use std::{fs, io, time::Duration};

use serde_json::{Map, Value, json};

pub type Results = Map<String, Value>;

/// Linux fixes the unit of the times in /proc/self/stat for user space.
const CLOCK_TICKS_PER_SECOND: f64 = 100.0;
const PAGE_BYTES: u64 = 4096;

pub fn latencies(mut trips: Vec<Duration>) -> Results {
    trips.sort_unstable();
    results(json!({
        "count": trips.len(),
        "p50Micros": micros(percentile(&trips, 0.50)),
        "p99Micros": micros(percentile(&trips, 0.99)),
    }))
}

pub fn rate(trips: Vec<Duration>, elapsed: Duration) -> Results {
    let per_second = trips.len() as f64 / elapsed.as_secs_f64();
    let mut found = latencies(trips);
    found.extend(results(json!({"seconds": elapsed.as_secs_f64(), "perSecond": per_second})));
    found
}

/// The nearest rank of a sorted list; zero when the list is empty.
fn percentile(sorted: &[Duration], p: f64) -> Duration {
    let rank = (p * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.max(1) - 1).copied().unwrap_or_default()
}

fn micros(duration: Duration) -> f64 {
    (duration.as_nanos() as f64 / 100.0).round() / 10.0
}

/// The members of an object written with `json!`.
pub fn results(object: Value) -> Results {
    match object {
        Value::Object(members) => members,
        _ => Results::new(),
    }
}

pub fn usage() -> io::Result<Results> {
    let statm = fs::read_to_string("/proc/self/statm")?;
    let resident_pages: u64 = field(statm.split_whitespace().nth(1))?;
    let stat = fs::read_to_string("/proc/self/stat")?;
    // The name in parentheses may hold blanks; utime and stime are the 12th and 13th field after it.
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 =
        field::<u64>(after_name.split_whitespace().nth(11))? + field::<u64>(after_name.split_whitespace().nth(12))?;
    // Without the descriptor that lists the directory.
    let open_files = fs::read_dir("/proc/self/fd")?.count() - 1;
    Ok(results(json!({
        "rssBytes": resident_pages * PAGE_BYTES,
        "cpuSeconds": ticks as f64 / CLOCK_TICKS_PER_SECOND,
        "openFiles": open_files,
    })))
}

fn field<T: std::str::FromStr>(text: Option<&str>) -> io::Result<T> {
    text.and_then(|text| text.parse().ok()).ok_or_else(|| io::ErrorKind::InvalidData.into())
}
