//! The files of a scenario: its own, those it includes, and those of its base.

use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use marchland_game::{Diagnostic, Span};
use sha2::{Digest, Sha256};

use super::keys;
use super::node::{self, Kind, Node};
use super::reader::Record;
use super::sink::{Place, Sink};
use super::slips;

/// The largest file that is read, in bytes.
pub const LARGEST: u64 = 8 << 20;
/// The most files that one scenario may consist of.
pub const MOST: usize = 200;
/// The longest chain of bases.
pub const BASES: usize = 8;

/// The name of the file that a scenario's folder must hold.
pub const ENTRY: &str = "scenario.ron";

/// The name of the folder of bases: what lies in it is no scenario.
pub const BASE: &str = "base";

/// How the name of a file of shapes ends: GeoJSON, or TopoJSON.
pub const MAP_ENDINGS: [&str; 2] = [".geo.json", ".topo.json"];

/// The files of a scenario.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// The scenario's name: its folder's, or its file's without the ending.
    pub name: String,
    /// The scenarios' root: the folder that holds the scenario's folder or file.
    pub root: PathBuf,
    /// Every file in reading order, base first.
    pub layers: Vec<Layer>,
    /// Whether they are a base alone, and no scenario.
    pub fragment: bool,
}

/// One file.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Path below the scenarios' root, with `/` between its parts.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Whether it belongs to the scenario itself and not to its base.
    pub own: bool,
    /// Whether it enters the scenario's hash: all do but those that a user adds to a run.
    pub hashed: bool,
}

impl Files {
    /// A scenario that is one text: for scenarios built into a program, and for tests.
    #[must_use]
    pub fn of_text(name: &str, text: &str) -> Self {
        let layer = Layer { name: format!("{name}.ron"), text: text.to_owned(), own: true, hashed: true };
        Self { name: name.to_owned(), root: PathBuf::new(), layers: vec![layer], fragment: false }
    }

    /// The text of a file.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.layers.iter().find(|layer| layer.name == name).map(|layer| layer.text.as_str())
    }

    /// Adds a file of strategies from outside the scenario: a record with the section `strategies`.
    /// It does not change the scenario's hash, and so may hold nothing else.
    ///
    /// # Errors
    /// The file is missing, too large or no text, or has another section. Its syntax and its strategies
    /// are judged when the scenario is loaded.
    pub fn add_strategies(&mut self, path: &Path) -> Result<(), Vec<Diagnostic>> {
        let mut reading = Reading { root: PathBuf::new(), layers: Vec::new(), found: Vec::new() };
        match reading.text(path, None) {
            Some(text) => {
                let name = path.display().to_string();
                let sink = Sink::of(&name);
                let found: Vec<Diagnostic> = match node::read(&text, 0, &sink).map(|tree| tree.kind) {
                    Some(Kind::Record(_, entries)) => entries
                        .iter()
                        .filter(|entry| entry.key != "strategies")
                        .map(|entry| {
                            let message =
                                format!("a file of strategies holds nothing but `strategies`, not `{}`", entry.key);
                            Diagnostic::error("not-strategies", message).at(span(&name, entry.place))
                        })
                        .collect(),
                    _ => Vec::new(),
                };
                if !found.is_empty() {
                    return Err(found);
                }
                self.layers.push(Layer { name, text, own: true, hashed: false });
                Ok(())
            }
            None => Err(reading.found),
        }
    }

    /// SHA-256 over names and bytes, in the order of the names.
    #[must_use]
    pub fn hash(&self) -> String {
        let hashed = self.layers.iter().filter(|layer| layer.hashed);
        let sorted: BTreeMap<&str, &str> = hashed.map(|layer| (layer.name.as_str(), layer.text.as_str())).collect();
        let mut hash = Sha256::new();
        for (name, text) in sorted {
            // Lengths keep apart what would read the same when joined.
            hash.update((name.len() as u64).to_le_bytes());
            hash.update(name);
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The RON files that lie in a folder itself, by name.
fn parts(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut parts: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "ron") && path.is_file())
        .collect();
    parts.sort();
    parts
}

/// Reads a scenario's files: a folder with a `scenario.ron`, or a file. A folder called `base`, or in
/// one, is read as a base alone.
///
/// # Errors
/// A file is missing, is larger than [`LARGEST`], is no text; a base is not found, leaves the
/// scenarios' root, or leads back to itself; there are more than [`MOST`] files. Syntax is not
/// judged here.
pub fn read(path: &Path) -> Result<Files, Vec<Diagnostic>> {
    let (files, found) = gather(path)?;
    if found.is_empty() { Ok(files) } else { Err(found) }
}

/// What is said of a scenario that is not there: a folder and a file of one name are easily taken for each other.
fn absent(path: &Path, error: &io::Error) -> Diagnostic {
    let finding = Diagnostic::error("missing-file", format!("cannot open `{}`: {error}", path.display()));
    let other = if path.extension().is_some_and(|extension| extension == "ron") {
        Some(path.with_extension("")).filter(|folder| folder.join(ENTRY).is_file())
    } else {
        Some(path.with_extension("ron")).filter(|file| file.is_file())
    };
    match other {
        Some(other) => finding.hint(format!("there is a scenario `{}`", other.display())),
        None => finding,
    }
}

/// Reads as many of a scenario's files as can be read, with what was wrong about the others.
///
/// # Errors
/// The scenario itself cannot be opened.
pub fn gather(path: &Path) -> Result<(Files, Vec<Diagnostic>), Vec<Diagnostic>> {
    let lost = |message: String| vec![Diagnostic::error("missing-file", message)];
    let shown = path.display();
    let real = path.canonicalize().map_err(|error| vec![absent(path, &error)])?;
    let folder = real.is_dir();
    // A folder called `base`, and whatever lies in one, is no scenario itself.
    let is_base = |path: &Path| path.file_name().is_some_and(|name| name == BASE);
    let fragment = folder && (is_base(&real) || real.parent().is_some_and(is_base));
    if folder && !fragment && !real.join(ENTRY).is_file() {
        return Err(lost(format!("the folder `{shown}` holds no `{ENTRY}`")));
    }
    let stem = if folder { real.file_name() } else { real.file_stem() };
    let Some(name) = stem.and_then(|name| name.to_str()) else {
        return Err(lost(format!("`{shown}` has no name that can be read")));
    };
    let Some(root) = real.parent() else { return Err(lost(format!("`{shown}` lies in no folder"))) };
    let mut reading = Reading { root: root.to_owned(), layers: Vec::new(), found: Vec::new() };
    if fragment {
        reading.beneath(&real);
    } else {
        let entry = if folder { real.join(ENTRY) } else { real.clone() };
        reading.scenario(&entry, true, &mut Vec::new(), None);
    }
    let files = Files { name: name.to_owned(), root: root.to_owned(), layers: reading.layers, fragment };
    Ok((files, reading.found))
}

struct Reading {
    root: PathBuf,
    layers: Vec<Layer>,
    found: Vec<Diagnostic>,
}

impl Reading {
    /// Reads a scenario's entry file, its base before it, and its further files.
    fn scenario(&mut self, entry: &Path, own: bool, above: &mut Vec<PathBuf>, asked: Option<Span>) {
        if above.iter().any(|other| other == entry) || above.len() >= BASES {
            let message = format!("`base` leads back to `{}`", self.relative(entry));
            return self.refuse("base-cycle", message, asked);
        }
        let Some(text) = self.text(entry, asked) else { return };
        let name = self.relative(entry);
        // Mistakes of syntax are reported when the whole scenario is read, once.
        let sink = Sink::of(&name);
        let (mut base, mut include, mut map) = (None, Vec::new(), None);
        if let Some(tree) = node::read(&text, 0, &sink)
            && let Some(record) = Record::part(&tree, &keys::SCENARIO, &Sink::of(&name))
        {
            let spelled = |node: &Node| match &node.kind {
                Kind::Text(text) => Some((text.value.clone(), span(&name, node.place))),
                _ => None,
            };
            base = record.get("base").and_then(spelled);
            map = record.get("map").and_then(spelled);
            if let Some(Node { kind: Kind::List(items), .. }) = record.get("include") {
                include = items.iter().filter_map(spelled).collect();
            }
        }
        above.push(entry.to_owned());
        if let Some((base, span)) = base
            && let Some(entry) = self.base(&base, &span)
        {
            if entry.is_dir() {
                self.fragment(&entry, false, Some(span));
            } else {
                self.scenario(&entry, false, above, Some(span));
            }
        }
        above.pop();
        self.push(name, text, own);
        let folder = entry.parent().map(Path::to_owned).unwrap_or_default();
        for (file, span) in include {
            self.include(&folder, &file, own, span);
        }
        if let Some((file, span)) = map {
            self.map(&folder, &file, own, span);
        }
    }

    /// A file of shapes, which must lie in the scenario's own folder.
    fn map(&mut self, folder: &Path, file: &str, own: bool, asked: Span) {
        if !MAP_ENDINGS.iter().any(|ending| file.ends_with(ending)) {
            let message =
                format!("`{file}` is not called like a map, whose name ends in `{}`", MAP_ENDINGS.join("` or `"));
            return self.refuse("bad-map", message, Some(asked));
        }
        let before = self.layers.len();
        self.include(folder, file, own, asked);
        for layer in &mut self.layers[before..] {
            layer.hashed = false;
        }
    }

    /// Reads every RON file beneath a folder of bases.
    fn beneath(&mut self, folder: &Path) {
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            if self.layers.len() >= MOST {
                return;
            }
            self.fragment(&folder, true, None);
            let Ok(entries) = std::fs::read_dir(&folder) else { continue };
            let mut inner: Vec<PathBuf> = entries
                .filter_map(|entry| Some(entry.ok()?.path()))
                .filter(|path| path.is_dir() && !path.is_symlink())
                .collect();
            inner.sort();
            folders.extend(inner.into_iter().rev());
        }
    }

    /// Reads every RON file of a folder without an entry file.
    fn fragment(&mut self, folder: &Path, own: bool, asked: Option<Span>) {
        for part in parts(folder) {
            let name = self.relative(&part);
            if let Some(text) = self.text(&part, asked.clone()) {
                self.push(name, text, own);
            }
        }
    }

    fn push(&mut self, name: String, text: String, own: bool) {
        if self.layers.len() >= MOST {
            return self.refuse("too-many", format!("a scenario has at most {MOST} files"), None);
        }
        if !self.layers.iter().any(|layer| layer.name == name) {
            self.layers.push(Layer { name, text, own, hashed: true });
        }
    }

    /// The entry file of a base, or its folder where it has none; it must lie below the root.
    fn base(&mut self, base: &str, asked: &Span) -> Option<PathBuf> {
        let wanted = self.root.join(base);
        let entry = if wanted.join(ENTRY).is_file() { wanted.join(ENTRY) } else { wanted };
        let entry = match entry.canonicalize() {
            Ok(entry) => entry,
            Err(error) => {
                let message = format!("cannot open the base `{base}`: {error}");
                let hint = "a base lies beside the scenario: copy it with the scenario that is built on it";
                self.found.push(Diagnostic::error("missing-file", message).hint(hint).at(asked.clone()));
                return None;
            }
        };
        if !entry.starts_with(&self.root) || Path::new(base).is_absolute() {
            let message = format!("the base `{base}` leaves the scenarios' root");
            self.refuse("base-escapes", message, Some(asked.clone()));
            return None;
        }
        Some(entry)
    }

    /// A further file, which must lie in the scenario's own folder.
    fn include(&mut self, folder: &Path, file: &str, own: bool, asked: Span) {
        let real = match folder.join(file).canonicalize() {
            Ok(real) => real,
            Err(error) => {
                return self.refuse("missing-file", format!("cannot open `{file}`: {error}"), Some(asked));
            }
        };
        if !real.starts_with(folder) || folder == self.root && real.parent() != Some(folder) {
            let message = format!("`{file}` lies outside the scenario's folder");
            return self.refuse("base-escapes", message, Some(asked));
        }
        let name = self.relative(&real);
        if self.layers.iter().any(|layer| layer.name == name) {
            return self.refuse("duplicate-file", format!("`{file}` is included twice"), Some(asked));
        }
        if let Some(text) = self.text(&real, Some(asked)) {
            self.push(name, text, own);
        }
    }

    fn relative(&self, path: &Path) -> String {
        let below = path.strip_prefix(&self.root).unwrap_or(path);
        below.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
    }

    fn text(&mut self, path: &Path, asked: Option<Span>) -> Option<String> {
        let name = self.relative(path);
        // A link may lead out of the scenarios' root, and what it leads to would be copied into games.
        let real = path.canonicalize();
        if !self.root.as_os_str().is_empty() && real.is_ok_and(|real| !real.starts_with(&self.root)) {
            self.refuse("base-escapes", format!("`{name}` leads out of the scenarios' root"), asked);
            return None;
        }
        if std::fs::metadata(path).is_ok_and(|meta| !meta.is_file()) {
            self.refuse("missing-file", format!("`{name}` is not a file"), asked);
            return None;
        }
        let size = std::fs::metadata(path).map(|meta| meta.len());
        if size.as_ref().is_ok_and(|size| *size > LARGEST) {
            self.refuse("too-large", format!("`{name}` is larger than {} MiB", LARGEST >> 20), asked);
            return None;
        }
        match bytes_of(path, LARGEST).map(slips::text) {
            Ok(Ok(text)) => Some(text),
            Ok(Err(error)) => {
                self.refuse("not-text", format!("cannot read `{name}`: {error}"), asked);
                None
            }
            Err(error) => {
                self.refuse("missing-file", format!("cannot read `{name}`: {error}"), asked);
                None
            }
        }
    }

    fn refuse(&mut self, code: &'static str, message: String, asked: Option<Span>) {
        let found = Diagnostic::error(code, message);
        self.found.push(match asked {
            Some(span) => found.at(span),
            None => found,
        });
    }
}

/// The bytes of a plain file of at most `most`: a pipe or a device might never end, and what is longer is not read.
///
/// # Errors
/// It cannot be read, is not a plain file, or is larger.
pub fn bytes_of(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let about = std::fs::metadata(path)?;
    if !about.is_file() {
        let what = if about.is_dir() { "it is a folder, and not a file" } else { "it is not a file" };
        return Err(io::Error::other(what));
    }
    let larger = || io::Error::other(format!("it is larger than {} MiB", most >> 20));
    if about.len() > most {
        return Err(larger());
    }
    let mut bytes = Vec::new();
    // It may have grown since.
    std::fs::File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(larger()) } else { Ok(bytes) }
}

/// Reads a file of at most [`LARGEST`] bytes as the text that a scenario's files are read as: UTF-8 or UTF-16, its lines ended
/// by line feeds.
///
/// # Errors
/// It cannot be read, is not a plain file, is larger, or is not a text.
pub fn read_text(path: &Path) -> Result<String, String> {
    slips::text(bytes_of(path, LARGEST).map_err(|error| error.to_string())?)
}

/// The same as text.
///
/// # Errors
/// As [`bytes_of`], or it is no text.
pub fn text_of(path: &Path, most: u64) -> io::Result<String> {
    String::from_utf8(bytes_of(path, most)?).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        io::Error::new(io::ErrorKind::InvalidData, format!("it is no text: byte {at} is not UTF-8"))
    })
}

fn span(file: &str, place: Place) -> Span {
    Span { file: file.to_owned(), start: place.start as usize, end: place.end as usize }
}
