//! How well probabilities rank cases, whatever their level.

use super::Forecast;

/// Cases by falling probability, those of one probability together: weights with and without the event.
fn ties(forecast: &Forecast<'_>) -> Vec<(f64, f64)> {
    let mut cases: Vec<(f64, bool, f64)> = forecast.cases().collect();
    cases.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut groups: Vec<(f64, (f64, f64))> = Vec::new();
    for (p, y, w) in cases {
        match groups.last_mut() {
            Some((at, _)) if *at == p => {}
            _ => groups.push((p, (0.0, 0.0))),
        }
        if let Some((_, (with, without))) = groups.last_mut() {
            *(if y { with } else { without }) += w;
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// Area under the receiver operating characteristic: the chance that a case with the event has the higher probability
/// than one without (Hanley & McNeil 1982), ties half. None where all cases came out alike.
#[must_use]
pub fn auc_roc(forecast: &Forecast<'_>) -> Option<f64> {
    let (mut above, mut area, mut without) = (0.0, 0.0, 0.0);
    for (hits, misses) in ties(forecast) {
        area += misses * (above + 0.5 * hits);
        above += hits;
        without += misses;
    }
    (above > 0.0 && without > 0.0).then(|| area / (above * without))
}

/// Area under the curve of precision over recall, as the average precision: the mean of precision over the cases with
/// the event, without interpolation (Davis & Goadrich 2006 on why not). Its level is the share of such cases.
#[must_use]
pub fn auc_pr(forecast: &Forecast<'_>) -> Option<f64> {
    let (mut above, mut all, mut area) = (0.0, 0.0, 0.0);
    for (hits, misses) in ties(forecast) {
        above += hits;
        all += hits + misses;
        area += hits * above / all;
    }
    (above > 0.0).then(|| area / above)
}
