//! Landings: one extraction of one source, typed and pseudonymised, never changed after it is written.

use std::collections::BTreeMap;

use arrow::record_batch::RecordBatch;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::objects::Created;
use super::open::Store;
use super::part;
use super::quality::Quality;
use super::rows::{WrittenRows, as_they_come};
use super::stored_file::StoredFile;
use super::stored_file::sha256;
use super::{names, seal};

/// The newest form of a landing's record that this program reads and writes.
const FORMAT: u32 = 3;

/// One extraction to be kept.
#[derive(Debug, Clone, Default)]
pub struct NewLanding {
    /// The pipeline.
    pub pipeline: String,
    /// The source.
    pub source: String,
    /// When it was received, by the run's clock. `--as-of` goes by it.
    pub received: DateTime<Utc>,
    /// The run that extracted it.
    pub run: String,
    /// The file it came from; `None` for a database.
    pub file: Option<FileFact>,
    /// Rows that kept the contract: at least one batch, which may be empty.
    pub batches: Vec<RecordBatch>,
    /// The rows that kept the contract where they come encoded; `batches` then has none.
    pub written: Option<WrittenRows>,
    /// Where the rows that were read have gone.
    pub counts: RowCounts,
    /// Where the money that was read has gone, for each money column.
    pub money: BTreeMap<String, MoneyTotals>,
    /// Fingerprint of the contract that the rows were typed by.
    pub contract: String,
    /// Rows that broke the contract, if any did.
    pub quarantine: Option<RecordBatch>,
    /// What was found while the rows were judged.
    pub findings: Findings,
    /// How far the data reach, where the source says which column tells.
    pub as_at: Option<NaiveDate>,
    /// Names the key of the pseudonyms in it, where it holds any.
    pub key: Option<String>,
    /// The landing whose rows, once set aside, these are: released, judged again, to stand beside it.
    pub replays: Option<String>,
    /// Its place among the landings of the source, from 1: greater than that of every landing before it.
    pub order: u64,
}

/// The file that a landing came from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileFact {
    /// Its path below the connection's folder; for a query, the source's name.
    pub name: String,
    /// What made it the same file when it landed. What makes it so now follows from name and bytes.
    pub identity: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Rows of an extraction: `read` is the sum of the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowCounts {
    /// Rows that the source gave.
    pub read: u64,
    /// Rows in the landing.
    pub published: u64,
    /// Rows that broke the contract.
    pub quarantined: u64,
    /// Rows that were in it twice.
    pub duplicates: u64,
}

/// Money of an extraction in minor units: `read` is the sum of the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoneyTotals {
    /// What the source gave.
    #[serde(with = "as_text")]
    pub read: i128,
    /// What is in the landing.
    #[serde(with = "as_text")]
    pub published: i128,
    /// What is in quarantine.
    #[serde(with = "as_text")]
    pub quarantined: i128,
    /// What was in it twice.
    #[serde(with = "as_text")]
    pub duplicates: i128,
}

/// What was found while rows were judged: counts by rule, never a value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Findings {
    /// Things that were counted and not refused, by rule.
    pub warnings: BTreeMap<String, u64>,
    /// Where the first of each warning is, in words.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub first: BTreeMap<String, String>,
    /// Rows that are not data, by reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub skipped: BTreeMap<String, u64>,
    /// Rows set aside, by rule.
    pub set_aside: BTreeMap<String, u64>,
    /// The six scores.
    pub quality: Quality,
    /// What it changed of the rows that it takes the place of, where it takes the place of any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced: Option<Replaced>,
}

/// An extract against the one that it takes the place of, row by row. Two rows are the same when every column of the
/// contract is; the order of rows does not count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replaced {
    /// Rows of the extract before that are in this one.
    pub same: u64,
    /// Rows of the extract before that are not.
    pub gone: u64,
    /// Rows that the extract before had not.
    pub new: u64,
}

/// The record that makes a landing whole: it is written last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LandingRecord {
    /// Form of this record.
    pub format: u32,
    /// Name of the landing: when it was received, and a hash of the run and of what is in it.
    pub id: String,
    /// The pipeline.
    pub pipeline: String,
    /// The source.
    pub source: String,
    /// When it was received.
    pub received: DateTime<Utc>,
    /// The run that extracted it.
    pub run: String,
    /// The file it came from.
    pub file: Option<FileFact>,
    /// Where its rows have gone.
    pub counts: RowCounts,
    /// Where its money has gone.
    pub money: BTreeMap<String, MoneyTotals>,
    /// Fingerprint of its contract.
    pub contract: String,
    /// Its rows.
    pub parts: Vec<StoredFile>,
    /// Its rows that broke the contract.
    pub quarantine: Option<StoredFile>,
    /// What was found while the rows were judged.
    #[serde(default)]
    pub findings: Findings,
    /// How far the data reach, where the source says which column tells.
    #[serde(default)]
    pub as_at: Option<NaiveDate>,
    /// Names the key of the pseudonyms in it, where it holds any.
    #[serde(default)]
    pub key: Option<String>,
    /// The landing whose rows, once set aside, these are: released, judged again, to stand beside it.
    #[serde(default)]
    pub replays: Option<String>,
    /// Its place among the landings of the source, from 1. Landings of the forms before do not say: they are
    /// ordered by when they were received, before all others.
    #[serde(default)]
    pub order: u64,
}

impl LandingRecord {
    /// Names the object that the record of a landing is.
    #[must_use]
    pub fn object(pipeline: &str, source: &str, id: &str) -> String {
        names::landing_record(&names::landing(pipeline, source, id))
    }

    /// Reads the record at `name`, if it is whole.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`] when it is not as it was written, [`StoreError::Newer`] when a later program wrote it.
    pub fn decode(name: &str, bytes: &[u8]) -> Result<Self, StoreError> {
        let record: Self = seal::unseal(name, bytes)?;
        if record.format > FORMAT {
            return Err(StoreError::Newer { name: name.to_owned(), found: record.format, known: FORMAT });
        }
        Ok(record)
    }
}

impl Store {
    /// Keeps an extraction. It exists once `landing.json` does, and that is written last.
    ///
    /// The same extraction landed twice by a run at one moment is one landing: the record of the first is
    /// given back. Landed by another run it is another one, though it be of the same bytes and moment: a file
    /// that was changed and changed back counts as it last was.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the place refuses; what was written of it is then no landing.
    pub fn land(&self, landing: &NewLanding) -> Result<LandingRecord, StoreError> {
        names::plain(&landing.pipeline)?;
        names::plain(&landing.source)?;
        self.write_landing(landing).inspect_err(|_| self.objects().leave_unfinished())
    }

    fn write_landing(&self, landing: &NewLanding) -> Result<LandingRecord, StoreError> {
        let table = format!("{}.{}", landing.pipeline, landing.source);
        let layout = as_they_come(&table, self.table_bytes());
        let encoded;
        let parts: &[part::Part] = if let Some(written) = &landing.written {
            &written.parts
        } else {
            encoded = part::encode(&landing.batches, &layout)?;
            &encoded
        };
        let broken = match &landing.quarantine {
            Some(rows) => part::encode(std::slice::from_ref(rows), &layout)?,
            None => Vec::new(),
        };
        let mut record = describe(landing, parts, &broken)?;
        let folder = names::landing(&landing.pipeline, &landing.source, &record.id);
        for (file, part) in record.parts.iter_mut().zip(parts) {
            file.name = format!("{folder}/{}", file.name);
            self.create_or_same(file, &part.bytes)?;
        }
        if let (Some(file), Some(part)) = (&mut record.quarantine, broken.first()) {
            file.name = names::quarantine(&landing.pipeline, &landing.source, &record.id);
            self.create_or_same(file, &part.bytes)?;
        }
        let name = names::landing_record(&folder);
        match self.objects().create(&name, &seal::seal(&name, &record)?)? {
            Created::New => Ok(record),
            Created::Exists => self.landing_at(&name)?.ok_or_else(|| StoreError::Write {
                name,
                source: std::io::Error::other("the place says that it exists, and it cannot be read"),
            }),
        }
    }

    /// Reads the whole landings of a source that were received by `as_of` (all, if none is given), in the order in
    /// which they landed, whatever the clock said. Those of the forms before, which do not say their place, are ordered
    /// by when they were received, then by their runs and their files' names.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`] when a record is damaged: leaving one out would change a figure in silence.
    pub fn landings(
        &self,
        pipeline: &str,
        source: &str,
        as_of: Option<DateTime<Utc>>,
    ) -> Result<Vec<LandingRecord>, StoreError> {
        names::plain(pipeline)?;
        names::plain(source)?;
        let mut landings = Vec::new();
        for name in self.objects().list(&format!("{}/{pipeline}/{source}", names::LANDINGS))? {
            if !name.ends_with("/landing.json") {
                continue;
            }
            if let Some(record) = self.landing_at(&name)?
                && as_of.is_none_or(|as_of| record.received <= as_of)
            {
                landings.push(record);
            }
        }
        let order = |record: &LandingRecord| {
            let file = record.file.as_ref().map(|file| file.name.clone());
            (record.order, record.received, record.run.clone(), file, record.id.clone())
        };
        landings.sort_by_cached_key(order);
        Ok(landings)
    }

    /// Reads the rows of a landing, checked as they are read.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`] naming the file when a byte of it is not what was written.
    pub fn read_landing(&self, record: &LandingRecord) -> Result<Vec<RecordBatch>, StoreError> {
        self.read_files(&record.parts)
    }

    /// Reads the rows of a landing that broke its contract, checked as they are read; `None` if all kept it.
    ///
    /// # Errors
    ///
    /// As [`Store::read_landing`].
    pub fn read_quarantine(&self, record: &LandingRecord) -> Result<Option<Vec<RecordBatch>>, StoreError> {
        record.quarantine.as_ref().map(|file| self.read_files(std::slice::from_ref(file))).transpose()
    }

    pub(super) fn landing_at(&self, name: &str) -> Result<Option<LandingRecord>, StoreError> {
        let bytes = self.objects().read(name)?;
        bytes.map(|bytes| LandingRecord::decode(name, &bytes)).transpose()
    }
}

/// Returns the folder of the landing that an object is of: its record, a part of its rows, or its quarantine.
pub(super) fn folder_of(name: &str) -> Option<String> {
    if let Some(landing) = name.strip_prefix(names::QUARANTINE) {
        return Some(format!("{}{}", names::LANDINGS, landing.strip_suffix(".parquet")?));
    }
    name.strip_prefix(names::LANDINGS)?;
    name.rsplit_once('/').map(|(folder, _)| folder.to_owned())
}

/// Makes the record of `landing`, named by when it was received, by which run, and by what is in it. Its files still
/// lack the folder, which carries that name.
fn describe(
    landing: &NewLanding,
    parts: &[part::Part],
    broken: &[part::Part],
) -> Result<LandingRecord, StoreError> {
    let files = parts
        .iter()
        .enumerate()
        .map(|(index, part)| StoredFile::describe(format!("part-{index}.parquet"), &part.bytes, part.rows));
    let mut record = LandingRecord {
        format: FORMAT,
        id: String::new(),
        pipeline: landing.pipeline.clone(),
        source: landing.source.clone(),
        received: landing.received,
        run: landing.run.clone(),
        file: landing.file.clone(),
        counts: landing.counts,
        money: landing.money.clone(),
        contract: landing.contract.clone(),
        parts: files.collect(),
        quarantine: broken.first().map(|part| StoredFile::describe(String::new(), &part.bytes, part.rows)),
        findings: landing.findings.clone(),
        as_at: landing.as_at,
        key: landing.key.clone(),
        replays: landing.replays.clone(),
        order: landing.order,
    };
    let content = sha256(&seal::seal("landing.json", &record)?);
    let moment = landing.received.format("%Y%m%dt%H%M%S%3fz");
    record.id = format!("{moment}-{}", content.get(..12).unwrap_or(&content));
    Ok(record)
}

/// Integers too large for the numbers of JSON.
mod as_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(value: &i128, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i128, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}
