//! The folder of a store: `facts.db`, the plan pack, `qingliu.toml`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use facts::{Change, Store};
use jiff::civil::Date;
use plan::{PackFiles, Plan};
use serde::Deserialize;

/// `qingliu.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// Folder of the pack, from the store's folder.
    #[serde(default = "default_pack")]
    pub(crate) pack: String,
    /// Number of the reviewed map (审图号), shown under the map.
    #[serde(default)]
    pub(crate) map_review_number: Option<String>,
    /// Whether the portal is behind a proxy that speaks TLS, so that sessions are only sent over it.
    #[serde(default)]
    pub(crate) secure_cookies: bool,
    /// Mail: whom it comes from and where it goes.
    #[serde(default)]
    pub(crate) mail: crate::post_office::MailSettings,
    /// The gateway of devices: its limits.
    #[serde(default)]
    pub(crate) hj212: crate::gateway::Hj212Settings,
    /// Webhooks that are told what is new and public.
    #[serde(default)]
    pub(crate) webhook: Vec<crate::post_office::WebhookSettings>,
}

fn default_pack() -> String {
    "pack".to_owned()
}

/// An open store with its pack.
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    pub(crate) store: Store,
    pub(crate) plan: Plan,
    pub(crate) files: PackFiles,
    pub(crate) settings: Settings,
}

impl Folder {
    /// Opens the store in a folder.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let store = Store::open(&path.join("facts.db"))?;
        let settings = read_settings(path)?;
        let files = read_pack(&path.join(&settings.pack))?;
        let plan = plan::load(&files).map_err(|problems| anyhow::anyhow!("the plan pack has problems:\n{problems}"))?;
        Ok(Self { path: path.to_owned(), store, plan, files, settings })
    }

    /// Makes a store in a folder with a copy of the pack's files. The pack must be sound.
    pub(crate) fn create(path: &Path, pack: &BTreeMap<String, Vec<u8>>) -> Result<Self> {
        if path.join("facts.db").exists() {
            bail!("{}: there is a store already", path.display());
        }
        plan::load(&texts(pack)).map_err(|problems| anyhow::anyhow!("the plan pack has problems:\n{problems}"))?;
        fs::create_dir_all(path).with_context(|| format!("{}: cannot be made", path.display()))?;
        write_pack(&path.join("pack"), pack)?;
        let settings = path.join("qingliu.toml");
        if !settings.exists() {
            fs::write(&settings, SETTINGS).with_context(|| format!("{}: cannot be written", settings.display()))?;
        }
        // The store comes last: a folder without one is not taken for finished.
        Store::create(&path.join("facts.db"))?;
        Self::open(path)
    }

    /// The day to look at: the one asked for, that of the last judgement, or the last with observations.
    pub(crate) fn as_of(&self, asked: Option<Date>) -> Result<Date> {
        if let Some(day) = asked {
            return Ok(day);
        }
        if let Some(day) = self.store.setting("judged_as_of")?.and_then(|text| text.parse().ok()) {
            return Ok(day);
        }
        self.last_day()
    }

    /// The last day with observations; today where there are none.
    pub(crate) fn last_day(&self) -> Result<Date> {
        Ok(self.store.last_day()?.unwrap_or_else(|| facts::time::day_of(now()).unwrap_or(Date::MIN)))
    }
}

const SETTINGS: &str = "# Settings of this store.\n\n# Folder of the plan pack.\npack = \"pack\"\n\n# Number of the reviewed base map (审图号), shown under the map.\n# map_review_number = \"…\"\n\n# Behind a proxy that speaks TLS: sessions are only sent over it.\n# secure_cookies = true\n\n# Mail. Without these lines letters become files ID.eml in the folder `outbox`.\n# [mail]\n# from = \"清流 <qingliu@example.org>\"\n# sink = \"smtp\"                  # or \"folder\"\n# host = \"localhost\"             # a relay; TLS is not spoken\n# port = 25\n# user = \"…\"                     # with password_env = \"NAME_OF_A_VARIABLE\"\n# site = \"https://…\"             # before the paths in letters\n\n# Webhooks (http; for https a proxy). What is sent is signed with the secret.\n# [[webhook]]\n# url = \"http://127.0.0.1:9000/hook\"\n# secret_env = \"NAME_OF_A_VARIABLE\"\n\n# The gateway of `serve --hj212`; what is written here are the defaults.\n# [hj212]\n# connections = 10000\n# connections_per_device = 4\n# frames_per_second = 100         # of one connection\n# queue = 8192                    # frames that wait to be stored\n# gather_ms = 200                 # longer makes fewer rows of the ledger and later answers\n# idle_s = 300\n# history_hours = 72              # missing hours and days are fetched back for so long\n# set_aside_per_address = 500     # frames a day that are not kept but stored\n# set_aside_total = 20000\n";

fn read_settings(path: &Path) -> Result<Settings> {
    let file = path.join("qingliu.toml");
    match fs::read_to_string(&file) {
        Ok(text) => toml::from_str(&text).with_context(|| format!("{}", file.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Settings { pack: default_pack(), ..Settings::default() }),
        Err(error) => Err(error).with_context(|| format!("{}", file.display())),
    }
}

/// Reads a pack's folder.
pub(crate) fn read_pack(dir: &Path) -> Result<PackFiles> {
    Ok(texts(&read_pack_bytes(dir)?))
}

/// The same with the files that are no text for the pack, such as pictures.
pub(crate) fn read_pack_bytes(dir: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    if !dir.is_dir() {
        bail!("{}: there is no such folder (expected a plan pack)", dir.display());
    }
    let mut files = BTreeMap::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("{}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let inside = path.strip_prefix(dir).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.insert(inside, fs::read(&path).with_context(|| format!("{}", path.display()))?);
        }
    }
    Ok(files)
}

fn texts(files: &BTreeMap<String, Vec<u8>>) -> PackFiles {
    let mut pack = PackFiles::default();
    for (path, bytes) in files {
        pack.insert_bytes(path.clone(), bytes);
    }
    pack
}

fn write_pack(dir: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<()> {
    for (inside, bytes) in files {
        let path = dir.join(inside);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| format!("{}", folder.display()))?;
        }
        fs::write(&path, bytes).with_context(|| format!("{}", path.display()))?;
    }
    Ok(())
}

/// Now, in seconds since 1970.
pub(crate) fn now() -> i64 {
    now_exact().as_second()
}

/// Now. The only clock of the program besides the log's.
#[expect(clippy::disallowed_methods, reason = "this is that clock")]
pub(crate) fn now_exact() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// A change made now.
pub(crate) fn change(who: &str, why: &str) -> Change {
    Change { who: who.to_owned(), at: now(), why: why.to_owned() }
}
