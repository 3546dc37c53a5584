//! What there is: places, series, items and sources in the shape of the standard, held in memory until a fact changes.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use facts::series::Series;
use facts::{Entry, FactsError};
use plan::{Register, Text};
use serde_json::{Map, Value};
use standards::Item;

use crate::server::Portal;

/// A place: an entry with its public fields.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) id: String,
    /// The register it stands in.
    pub(crate) kind: String,
    pub(crate) kind_title: Text,
    pub(crate) name_zh: String,
    pub(crate) name_en: String,
    /// Public fields, with the source and the mark.
    pub(crate) fields: Map<String, Value>,
    /// A GeoJSON geometry, where its fields are public.
    pub(crate) geometry: Option<Value>,
    /// Series of it.
    pub(crate) streams: Vec<usize>,
}

/// A series.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) series: Series,
    pub(crate) item: Item,
    /// Its place, item and source in the lists.
    pub(crate) place: usize,
    pub(crate) item_no: usize,
    pub(crate) sensor: usize,
}

/// Everything but the observations.
#[derive(Debug)]
pub(crate) struct Model {
    key: String,
    /// By id.
    pub(crate) places: Vec<Place>,
    /// By number of the series.
    pub(crate) streams: Vec<Stream>,
    /// In the order of the tables.
    pub(crate) items: Vec<Item>,
    /// Sources, by name.
    pub(crate) sensors: Vec<String>,
    /// Whether every series of the store is of a place that stands in a register.
    pub(crate) whole: bool,
    by_place: HashMap<String, usize>,
    by_series: HashMap<i64, usize>,
}

/// The model that is held.
#[derive(Debug, Default)]
pub(crate) struct Held(RwLock<Option<Arc<Model>>>);

impl Held {
    /// The model as it is now; read again only where a fact changed since.
    pub(crate) fn of(&self, portal: &Portal) -> Result<Arc<Model>, FactsError> {
        let key = portal.store.facts_head()?;
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(held) = held.filter(|held| held.key == key) {
            return Ok(held);
        }
        let fresh = Arc::new(Model::read(portal, key, None)?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&fresh));
        Ok(fresh)
    }
}

impl Model {
    /// The model as its registers were known at an instant.
    pub(crate) fn as_of(portal: &Portal, known_at: i64) -> Result<Self, FactsError> {
        Self::read(portal, String::new(), Some(known_at))
    }

    fn read(portal: &Portal, key: String, known_at: Option<i64>) -> Result<Self, FactsError> {
        let mut places: Vec<Place> = Vec::new();
        let mut seen: BTreeSet<String> = BTreeSet::new();
        for register in portal.plan.registers.iter().filter(|register| register.place) {
            let kind = register.kind.get_ref();
            let entries: Vec<Arc<Entry>> = match known_at {
                None => portal.registers.of(&portal.store, kind)?.to_vec(),
                Some(known_at) => portal.store.entries_as_of(kind, known_at)?.into_iter().map(Arc::new).collect(),
            };
            // Observations name a place by its id alone, so an id stands for one place.
            places.extend(entries.iter().filter(|entry| seen.insert(entry.id.clone())).map(|entry| Place::new(register, entry)));
        }
        places.sort_by(|a, b| a.id.cmp(&b.id));
        let by_place: HashMap<String, usize> = places.iter().enumerate().map(|(no, place)| (place.id.clone(), no)).collect();
        let all = portal.store.series_list()?;
        let n_all = all.len();
        let known: Vec<(Series, Item, usize)> = all
            .into_iter()
            .filter_map(|series| {
                let item = Item::by_id(&series.item).ok()?;
                let place = *by_place.get(&series.place)?;
                Some((series, item, place))
            })
            .collect();
        let items: Vec<Item> = known.iter().map(|(_, item, _)| *item).collect::<BTreeSet<_>>().into_iter().collect();
        let sensors: Vec<String> = known.iter().map(|(series, ..)| series.source.clone()).collect::<BTreeSet<_>>().into_iter().collect();
        let mut streams = Vec::with_capacity(known.len());
        for (no, (series, item, place)) in known.into_iter().enumerate() {
            if let Some(place) = places.get_mut(place) {
                place.streams.push(no);
            }
            let item_no = items.binary_search(&item).unwrap_or(0);
            let sensor = sensors.binary_search(&series.source).unwrap_or(0);
            streams.push(Stream { series, item, place, item_no, sensor });
        }
        let by_series = streams.iter().enumerate().map(|(no, stream)| (stream.series.id, no)).collect();
        Ok(Self { key, whole: n_all == streams.len(), places, streams, items, sensors, by_place, by_series })
    }

    pub(crate) fn place(&self, id: &str) -> Option<usize> {
        self.by_place.get(id).copied()
    }

    pub(crate) fn stream(&self, series: i64) -> Option<usize> {
        self.by_series.get(&series).copied()
    }

    /// The numbers of the series of a list of streams.
    pub(crate) fn series(&self, streams: impl Iterator<Item = usize>) -> Vec<i64> {
        streams.filter_map(|no| self.streams.get(no)).map(|stream| stream.series.id).collect()
    }
}

impl Place {
    fn new(register: &Register, entry: &Entry) -> Self {
        let mut feature = facts::entry_table::feature(register, entry, |field| field.public);
        let geometry = feature.get_mut("geometry").map(Value::take).filter(|geometry| !geometry.is_null());
        let mut fields = match feature.get_mut("properties").map(Value::take) {
            Some(Value::Object(fields)) => fields,
            _ => Map::new(),
        };
        fields.insert("made_up".to_owned(), Value::Bool(entry.made_up));
        fields.insert("register".to_owned(), Value::String(entry.kind.clone()));
        let public = |id: &str| {
            let shown = register.field.iter().any(|field| field.public && field.id.get_ref() == id);
            if shown { entry.get(id).to_owned() } else { String::new() }
        };
        Self {
            id: entry.id.clone(),
            kind: entry.kind.clone(),
            kind_title: register.title.clone(),
            name_zh: public("name_zh"),
            name_en: public("name_en"),
            fields,
            geometry,
            streams: Vec::new(),
        }
    }

    /// Its name, or its id where it has none.
    pub(crate) fn name(&self) -> &str {
        if self.name_zh.is_empty() { &self.id } else { &self.name_zh }
    }
}
