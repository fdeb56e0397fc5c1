//! `--format`: how a command prints what it has to say.

use std::marker::PhantomData;

use clap::builder::PossibleValuesParser;
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};
use marchland_experiments::table::Decimal;

/// A way to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For a terminal.
    Text,
    /// For a document.
    Markdown,
    /// A page that needs nothing but itself.
    Html,
    /// For programs.
    Json,
    /// For spreadsheets: comma-separated values.
    Csv,
}

impl Format {
    /// The format of a name on the command line.
    fn named(name: &str) -> Self {
        match name {
            "markdown" => Self::Markdown,
            "html" => Self::Html,
            "json" => Self::Json,
            "csv" => Self::Csv,
            _ => Self::Text,
        }
    }
}

/// The formats of a kind of command, `text` first.
pub trait Formats: Clone + Send + Sync + 'static {
    /// Their names.
    const NAMES: &'static [&'static str];
}

/// Commands that tell a game.
#[derive(Clone, Debug)]
pub struct StoryFormats;

impl Formats for StoryFormats {
    const NAMES: &'static [&'static str] = &["text", "markdown", "html", "json"];
}

/// Commands that answer with figures.
#[derive(Clone, Debug)]
pub struct FigureFormats;

impl Formats for FigureFormats {
    const NAMES: &'static [&'static str] = &["text", "json"];
}

/// Commands that list rows.
#[derive(Clone, Debug)]
pub struct RowFormats;

impl Formats for RowFormats {
    const NAMES: &'static [&'static str] = &["text", "json", "csv"];
}

/// Commands that look back: on a game, on history.
#[derive(Clone, Debug)]
pub struct ReviewFormats;

impl Formats for ReviewFormats {
    const NAMES: &'static [&'static str] = &["text", "markdown", "html", "json", "csv"];
}

/// Commands that make a page.
#[derive(Clone, Debug)]
pub struct PageFormats;

impl Formats for PageFormats {
    const NAMES: &'static [&'static str] = &["text", "html", "json"];
}

/// The flags `--format`, and `--json` and `--csv` for short.
#[derive(Clone, Debug)]
pub struct Output<F: Formats> {
    /// How to print.
    pub format: Format,
    /// How numbers of a CSV are written.
    pub decimal: Decimal,
    of: PhantomData<F>,
}

impl<F: Formats> Default for Output<F> {
    fn default() -> Self {
        Self { format: Format::Text, decimal: Decimal::Point, of: PhantomData }
    }
}

impl<F: Formats> Output<F> {
    /// Whether programs read it.
    pub fn json(&self) -> bool {
        self.format == Format::Json
    }
}

/// The flags that stand for a format.
const SHORT: [&str; 2] = ["json", "csv"];

impl<F: Formats> FromArgMatches for Output<F> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let short = SHORT.into_iter().find(|name| F::NAMES.contains(name) && matches.get_flag(name));
        let named = matches.get_one::<String>("format").map(String::as_str);
        let format = Format::named(named.or(short).unwrap_or("text"));
        let asked = F::NAMES.contains(&"csv").then(|| matches.get_one::<Decimal>("decimal").copied()).flatten();
        if asked.is_some() && format != Format::Csv {
            return Err(Error::raw(ErrorKind::ArgumentConflict, "--decimal is for a CSV: add --format csv\n"));
        }
        Ok(Self { format, decimal: asked.unwrap_or_default(), of: PhantomData })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl<F: Formats> Args for Output<F> {
    fn augment_args(command: Command) -> Command {
        let format = Arg::new("format")
            .long("format")
            .value_name("FORMAT")
            .value_parser(PossibleValuesParser::new(F::NAMES))
            .conflicts_with_all(SHORT.into_iter().filter(|name| F::NAMES.contains(name)))
            .help("How to print; text unless given");
        let short = |name: &'static str| {
            let others = SHORT.into_iter().filter(move |other| *other != name && F::NAMES.contains(other));
            Arg::new(name)
                .long(name)
                .action(ArgAction::SetTrue)
                .conflicts_with_all(others)
                .help(format!("The same as --format {name}"))
        };
        let decimal = Arg::new("decimal")
            .long("decimal")
            .value_name("point|comma")
            .value_parser(|text: &str| text.parse::<Decimal>())
            .help("Numbers of a CSV with a decimal point, or a decimal comma and semicolons between cells");
        let command = SHORT
            .into_iter()
            .filter(|name| F::NAMES.contains(name))
            .fold(command.arg(format), |command, name| command.arg(short(name)));
        if F::NAMES.contains(&"csv") { command.arg(decimal) } else { command }
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}
