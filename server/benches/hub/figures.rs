//! What was measured, beside what was promised.

use std::collections::BTreeMap;
use std::time::Duration;

/// Figures by name; each name may be measured several times.
#[derive(Debug, Default)]
pub(crate) struct Figures(BTreeMap<usize, Figure>);

#[derive(Debug)]
struct Figure {
    name: &'static str,
    unit: &'static str,
    /// At most so much; `None` where nothing was promised.
    target: Option<f64>,
    measured: Vec<f64>,
}

impl Figures {
    /// Notes a figure. The first name noted stands first.
    pub(crate) fn note(
        &mut self,
        name: &'static str,
        unit: &'static str,
        target: Option<f64>,
        measured: f64,
    ) {
        eprintln!("  {name}: {measured:.3} {unit}");
        let known = self.0.values_mut().find(|figure| figure.name == name);
        match known {
            Some(figure) => figure.measured.push(measured),
            None => {
                let figure = Figure {
                    name,
                    unit,
                    target,
                    measured: vec![measured],
                };
                self.0.insert(self.0.len(), figure);
            }
        }
    }

    /// A Markdown table of the medians.
    pub(crate) fn table(&self) -> String {
        let mut table =
            "| figure | target | median | all | met |\n|---|---|---|---|---|\n".to_owned();
        for figure in self.0.values() {
            let mut sorted = figure.measured.clone();
            sorted.sort_by(f64::total_cmp);
            let median = sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN);
            let target = figure
                .target
                .map_or_else(String::new, |target| format!("{target} {}", figure.unit));
            let met = match figure.target {
                Some(target) if median <= target => "yes",
                Some(_) => "**no**",
                None => "",
            };
            let all: Vec<String> = figure
                .measured
                .iter()
                .map(|value| format!("{value:.2}"))
                .collect();
            let all = all.join(", ");
            table += &format!(
                "| {} | {target} | {median:.2} {} | {all} | {met} |\n",
                figure.name, figure.unit
            );
        }
        table
    }
}

/// Milliseconds.
pub(crate) fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
