//! Cells of fighters.

use marchland_sim::columns;
use marchland_sim::world::{Field, SeenBy};

columns! {
    /// Fighters of one group in one region.
    pub struct Cell for "cell" {
        /// Fighters.
        fighters = Field::stock("fighters", 0.0, 100_000.0).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 40.0 }).called("the strength of {}"),
        /// How active the cell is: 0 lies low, 1 campaigns.
        tempo = Field::stock("share", 0.0, 1.0).starts(0.2).rests(0.0).seen(SeenBy::Estimated { sd: 0.15 }).called("the activity of {}"),
        /// Share of the cell that rests in its sanctuary abroad or in the hills.
        sanctuary = Field::stock("share", 0.0, 1.0).starts(0.3).rests(0.0).seen(SeenBy::Estimated { sd: 0.15 }).called("the part of {} that rests in sanctuary"),
        /// 1 while the cell keeps a truce.
        truce: bool = Field::flag(),
        /// How far local commanders shelter and join the cell.
        alliance = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 0.1 }).called("the shelter that local commanders give {}"),
        /// Tempo to which the cell returns when nothing drives it.
        tempo_habit = Field::stock("share", 0.0, 1.0).starts(0.2).rests(0.0).seen(SeenBy::Owner { sd: 0.1 }),
    }
    /// The account of a cell's fighters in the last step.
    pub struct CellAccount for "cell" {
        /// Fighters recruited in the region.
        recruited = Field::derived("fighters", 0.0, 100_000.0, &["fighters", "tempo", "alliance"]).rests(0.0).seen(SeenBy::Owner { sd: 5.0 }),
        /// Fighters who crossed the border.
        arrived = Field::derived("fighters", 0.0, 100_000.0, &["tempo"]).rests(0.0).called("fighters who came to {} in a month").seen(SeenBy::Owner { sd: 5.0 }),
        /// Fighters killed or captured.
        killed = Field::derived("fighters", 0.0, 100_000.0, &["fighters", "sanctuary", "truce"]).rests(0.0).seen(SeenBy::Estimated { sd: 3.0 }),
        /// Fighters who went home or gave up arms.
        left = Field::derived("fighters", 0.0, 100_000.0, &["fighters", "sanctuary", "truce"]).rests(0.0).seen(SeenBy::Owner { sd: 5.0 }),
        /// Those among them who gave up arms; the others went back to where they came from.
        disarmed = Field::derived("fighters", 0.0, 100_000.0, &["fighters", "truce"]).rests(0.0).seen(SeenBy::Owner { sd: 5.0 }),
    }
}
