//! What the benchmarks' figures must be: the bounds of the journal and the print room, and who says that one is missed.
//!
//! The benchmarks measure and print, as their last line, one JSON object; here it is judged. A figure that is not there misses
//! its bound: what was not measured was not met.

use serde_json::Value;

use crate::arguments::Benchmark;
use crate::failure::Failure;

/// A run ten times as long may take this many times as long an insert: straight, but for what a busy machine adds.
const MOST_GROWTH: f64 = 1.2;

/// A page in the middle or at the end may take this many times as long as the first: as fast, but for the same.
const MOST_TIMES_THE_FIRST_PAGE: f64 = 1.25;

enum Limit {
    AtLeast(f64),
    AtMost(f64),
    Under(f64),
    /// At most so many times another figure of the same line.
    AtMostTimes(f64, &'static str),
}

/// The bounds of a benchmark, by the names of its figures; none where nothing is promised.
const fn bounds_of(benchmark: Benchmark) -> &'static [(&'static str, Limit)] {
    match benchmark {
        Benchmark::Inserts => &[
            ("times_as_fast_as_script", Limit::AtLeast(60.0)),
            ("growth_to_100000", Limit::AtMost(MOST_GROWTH)),
            ("resident_mb", Limit::Under(128.0)),
            ("resident_mb_100000", Limit::Under(128.0)),
        ],
        Benchmark::Preview => &[
            ("page_1_of_10000_ms", Limit::Under(200.0)),
            ("page_1000_of_10000_ms", Limit::Under(200.0)),
            ("last_of_10000_ms", Limit::Under(200.0)),
            ("page_1000_of_10000_ms", Limit::AtMostTimes(MOST_TIMES_THE_FIRST_PAGE, "page_1_of_10000_ms")),
            ("last_of_10000_ms", Limit::AtMostTimes(MOST_TIMES_THE_FIRST_PAGE, "page_1_of_10000_ms")),
        ],
        Benchmark::Journal => &[
            ("intents_ratio", Limit::AtLeast(0.8)),
            ("intents_ratio_sqlcipher", Limit::AtLeast(0.8)),
            ("batch_ratio", Limit::AtMost(1.15)),
            ("commits_a_row", Limit::AtMost(2.0)),
        ],
        Benchmark::Startup => &[],
    }
}

/// Fails if the last line of a benchmark misses a bound, and names every one that it misses.
pub(crate) fn judge(benchmark: Benchmark, last_line: &str) -> Result<(), Failure> {
    let figures: Value = serde_json::from_str(last_line).map_err(|error| Failure::new(format!("the figures can't be read: {error}")))?;
    let missed: Vec<String> = bounds_of(benchmark).iter().filter_map(|(name, limit)| missed(&figures, name, limit)).collect();
    if missed.is_empty() { Ok(()) } else { Err(Failure::new(format!("what is promised was missed: {}", missed.join("; ")))) }
}

fn missed(figures: &Value, name: &str, limit: &Limit) -> Option<String> {
    let Some(figure) = figures[name].as_f64() else { return Some(format!("{name} was not measured")) };
    let (holds, words) = match limit {
        Limit::AtLeast(least) => (figure >= *least, format!("at least {least}")),
        Limit::AtMost(most) => (figure <= *most, format!("at most {most}")),
        Limit::Under(most) => (figure < *most, format!("under {most}")),
        Limit::AtMostTimes(times, other) => {
            (figures[*other].as_f64().is_some_and(|other| figure <= other * times), format!("at most {times} × {other}"))
        }
    };
    (!holds).then(|| format!("{name} is {figure}, and should be {words}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const INSERTS: &str = r#"{"times_as_fast_as_script":60.0,"growth_to_100000":1.2,"resident_mb":29.5,"resident_mb_100000":127.9}"#;
    const PREVIEW: &str = r#"{"page_1_of_8_ms":20.0,"page_1_of_10000_ms":100.0,"page_1000_of_10000_ms":125.0,"last_of_10000_ms":90.1}"#;

    fn missed_by(benchmark: Benchmark, line: &str) -> String {
        judge(benchmark, line).expect_err("it is missed").to_string()
    }

    const JOURNAL: &str = r#"{"intents_ratio":0.8,"intents_ratio_sqlcipher":0.8,"batch_ratio":1.15,"commits_a_row":2.0}"#;

    #[test]
    fn figures_within_their_bounds_pass() {
        assert_eq!(judge(Benchmark::Journal, JOURNAL), Ok(()));
        assert_eq!(judge(Benchmark::Inserts, INSERTS), Ok(()));
        assert_eq!(judge(Benchmark::Preview, PREVIEW), Ok(()));
    }

    #[test]
    fn each_figure_beyond_its_bound_fails_and_is_named_with_both() {
        for (figure, beyond, wanted) in [
            (
                "\"times_as_fast_as_script\":60.0",
                "\"times_as_fast_as_script\":59.9",
                "times_as_fast_as_script is 59.9, and should be at least 60",
            ),
            ("\"growth_to_100000\":1.2", "\"growth_to_100000\":1.21", "growth_to_100000 is 1.21, and should be at most 1.2"),
            ("\"resident_mb\":29.5", "\"resident_mb\":128.0", "resident_mb is 128, and should be under 128"),
            ("\"resident_mb_100000\":127.9", "\"resident_mb_100000\":900.0", "resident_mb_100000 is 900, and should be under 128"),
        ] {
            let words = missed_by(Benchmark::Inserts, &INSERTS.replace(figure, beyond));
            assert!(words.ends_with(wanted), "{words}");
        }
        for (figure, beyond, wanted) in [
            ("\"intents_ratio\":0.8", "\"intents_ratio\":0.79", "intents_ratio is 0.79, and should be at least 0.8"),
            ("1.15", "1.16", "batch_ratio is 1.16, and should be at most 1.15"),
            ("2.0", "2.1", "commits_a_row is 2.1, and should be at most 2"),
        ] {
            let words = missed_by(Benchmark::Journal, &JOURNAL.replace(figure, beyond));
            assert!(words.ends_with(wanted), "{words}");
        }
        for (figure, beyond, wanted) in [
            ("page_1_of_10000_ms\":100.0", "page_1_of_10000_ms\":200.0", "page_1_of_10000_ms is 200, and should be under 200"),
            ("125.0", "125.1", "page_1000_of_10000_ms is 125.1, and should be at most 1.25 × page_1_of_10000_ms"),
            ("90.1", "130.0", "last_of_10000_ms is 130, and should be at most 1.25 × page_1_of_10000_ms"),
        ] {
            let words = missed_by(Benchmark::Preview, &PREVIEW.replace(figure, beyond));
            assert!(words.ends_with(wanted), "{words}");
        }
    }

    #[test]
    fn everything_that_is_missed_is_said_at_once() {
        let words = missed_by(Benchmark::Preview, &PREVIEW.replace("125.0", "300.0").replace("90.1", "300.0"));
        assert_eq!(words.matches(" is 300, ").count(), 4, "{words}");
    }

    #[test]
    fn what_was_not_measured_was_not_met() {
        let without_script = INSERTS.replace("60.0", "null");
        assert!(missed_by(Benchmark::Inserts, &without_script).ends_with("times_as_fast_as_script was not measured"));
        assert!(missed_by(Benchmark::Preview, "{}").contains("page_1_of_10000_ms was not measured"));
        assert!(missed_by(Benchmark::Inserts, "nothing").contains("can't be read"));
    }

    #[test]
    fn where_nothing_is_promised_nothing_is_missed() {
        assert_eq!(judge(Benchmark::Startup, "{}"), Ok(()));
    }
}
