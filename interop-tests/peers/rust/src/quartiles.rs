//! One section of the perf contract.

/// How many interquartile ranges a sample may lie outside of the quartiles.
const OUTLIER_SPAN: f64 = 1.5;

/// YAML; as in the example of the contract, min and max leave the outliers out.
pub fn section(name: &str, mut samples: Vec<f64>, unit: &str, decimals: usize) -> String {
    samples.sort_by(f64::total_cmp);
    let [q1, median, q3] = [0.25, 0.5, 0.75].map(|p| quantile(&samples, p));
    let span = OUTLIER_SPAN * (q3 - q1);
    let (inner, outliers): (Vec<f64>, Vec<f64>) = samples.iter().partition(|sample| (q1 - span..=q3 + span).contains(*sample));
    let (Some(min), Some(max)) = (inner.first(), inner.last()) else {
        return String::new();
    };
    let list = |values: &[f64]| values.iter().map(|value| format!("{value:.decimals$}")).collect::<Vec<_>>().join(", ");
    let count = samples.len();
    let mut lines = format!("{name}:\n  iterations: {count}\n");
    for (label, value) in [("min", *min), ("q1", q1), ("median", median), ("q3", q3), ("max", *max)] {
        lines += &format!("  {label}: {value:.decimals$}\n");
    }
    lines + &format!("  outliers: [{}]\n  samples: [{}]\n  unit: {unit}\n", list(&outliers), list(&samples))
}

/// Interpolates between the two nearest of sorted samples; zero when there are none.
fn quantile(sorted: &[f64], p: f64) -> f64 {
    let position = p * sorted.len().saturating_sub(1) as f64;
    let at = |index: f64| sorted.get(index as usize).copied().unwrap_or_default();
    let (below, above) = (at(position.floor()), at(position.ceil()));
    below + (above - below) * position.fract()
}
