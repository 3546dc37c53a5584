//! One request's view of what there is: the model, the store, the version and the moment asked for, and how much work
//! was done for it.

use std::cell::Cell;

use facts::Observation;
use facts::series::Walk;
use jiff::Timestamp;

use super::kind::{Kind, Version, Way};
use super::model::Model;
use super::refusal::Refusal;
use crate::server::Portal;

/// Steps of evaluation and rows read that one request may cost.
const WORK: u64 = 30_000_000;
/// What reading a row costs.
pub(super) const ROW: u64 = 20;
/// Things one answer may hold.
const WRITTEN: usize = 50_000;

/// What answers are made from.
pub(crate) struct World<'a> {
    pub(crate) portal: &'a Portal,
    pub(crate) model: &'a Model,
    pub(crate) version: Version,
    /// The address of the service, with the version.
    pub(crate) root: String,
    pub(crate) as_of: Option<i64>,
    work: Cell<u64>,
    written: Cell<usize>,
}

/// One thing.
#[derive(Debug, Clone)]
pub(crate) enum Thing {
    Place(usize),
    Location(usize),
    Stream(usize),
    Sensor(usize),
    Item(usize),
    Feature(usize),
    Observation(usize, Box<Observation>),
    /// Any observation of a stream: it leads where each of them leads, and has nothing of its own.
    AnyOf(usize),
}

/// Several of a kind.
#[derive(Debug, Clone)]
pub(crate) enum Set {
    Listed(Kind, Vec<Thing>),
    /// Observations of these series; of every one where this is not given.
    Observations(Option<Vec<i64>>),
}

impl Set {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Listed(kind, _) => *kind,
            Self::Observations(_) => Kind::Observation,
        }
    }
}

/// Where a way leads.
pub(crate) enum Led {
    One(Option<Thing>),
    Many(Set),
}

/// The name of a thing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Id {
    Number(i64),
    Text(String),
}

impl Id {
    /// In parentheses behind a collection.
    pub(crate) fn in_address(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => format!("'{}'", crate::view::water::encode(&text.replace('\'', "''"))),
        }
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        match self {
            Self::Number(number) => serde_json::json!(number),
            Self::Text(text) => serde_json::json!(text),
        }
    }
}

/// An instant as the standard writes it.
pub(crate) fn utc(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |instant| instant.to_string())
}

impl<'a> World<'a> {
    pub(crate) fn new(portal: &'a Portal, model: &'a Model, version: Version, root: String, as_of: Option<i64>) -> Self {
        Self { portal, model, version, root, as_of, work: Cell::new(0), written: Cell::new(0) }
    }

    /// What was known when.
    pub(crate) fn known_at(&self) -> i64 {
        self.as_of.unwrap_or(i64::MAX)
    }

    /// Counts work, and refuses what would cost too much.
    pub(crate) fn spend(&self, work: u64) -> Result<(), Refusal> {
        self.work.set(self.work.get() + work);
        if self.work.get() <= WORK {
            return Ok(());
        }
        Err(Refusal::Bad("the question costs too much (ask for a narrower $filter: a Datastream, or times from and to)".to_owned()))
    }

    /// Whether much work was done already, so that a page had better end here.
    pub(crate) fn is_tired(&self) -> bool {
        WORK / 10 <= self.work.get()
    }

    /// Counts a thing that is written.
    pub(crate) fn write_one(&self) -> Result<(), Refusal> {
        self.written.set(self.written.get() + 1);
        if self.written.get() <= WRITTEN {
            return Ok(());
        }
        Err(Refusal::Bad(format!("the answer would hold more than {WRITTEN} things (ask for fewer with $top, inside $expand too)")))
    }

    pub(crate) fn kind(&self, thing: &Thing) -> Kind {
        match thing {
            Thing::Place(_) => Kind::Thing,
            Thing::Location(_) => Kind::Location,
            Thing::Stream(_) => Kind::Datastream,
            Thing::Sensor(_) => Kind::Sensor,
            Thing::Item(_) => Kind::ObservedProperty,
            Thing::Feature(_) => Kind::Feature,
            Thing::Observation(..) | Thing::AnyOf(_) => Kind::Observation,
        }
    }

    pub(crate) fn id(&self, thing: &Thing) -> Id {
        let model = self.model;
        let place = |no: &usize| Id::Text(model.places.get(*no).map_or_else(String::new, |place| place.id.clone()));
        match thing {
            Thing::Place(no) | Thing::Location(no) | Thing::Feature(no) => place(no),
            Thing::Stream(no) | Thing::AnyOf(no) => Id::Number(model.streams.get(*no).map_or(0, |stream| stream.series.id)),
            Thing::Sensor(no) => Id::Text(model.sensors.get(*no).cloned().unwrap_or_default()),
            Thing::Item(no) => Id::Text(model.items.get(*no).map_or_else(String::new, |item| item.id().to_owned())),
            // A correction changes what it says, not which one it is.
            Thing::Observation(_, row) => Id::Text(format!("{}-{}", row.series, row.time)),
        }
    }

    /// The address of a thing.
    pub(crate) fn link(&self, thing: &Thing) -> String {
        format!("{}/{}({})", self.root, self.kind(thing).set(self.version), self.id(thing).in_address())
    }

    /// The thing of a kind that an id names.
    pub(crate) fn find(&self, kind: Kind, id: &Id) -> Result<Option<Thing>, Refusal> {
        let model = self.model;
        let located = |no: &usize| model.places.get(*no).is_some_and(|place| place.geometry.is_some());
        Ok(match (kind, id) {
            (Kind::Thing, Id::Text(id)) => model.place(id).map(Thing::Place),
            (Kind::Location, Id::Text(id)) => model.place(id).filter(located).map(Thing::Location),
            (Kind::Feature, Id::Text(id)) => model.place(id).map(Thing::Feature),
            (Kind::Datastream, Id::Number(id)) => model.stream(*id).map(Thing::Stream),
            (Kind::Sensor, Id::Text(id)) => model.sensors.iter().position(|own| own == id).map(Thing::Sensor),
            (Kind::ObservedProperty, Id::Text(id)) => model.items.iter().position(|own| own.id() == id).map(Thing::Item),
            (Kind::Observation, Id::Text(id)) => self.observation(id)?,
            _ => None,
        })
    }

    /// `series-time` is the newest version known, `series-time-version` that version.
    fn observation(&self, id: &str) -> Result<Option<Thing>, Refusal> {
        let Some((series, rest)) = id.split_once('-') else { return Ok(None) };
        // A time before 1970 begins with a sign itself.
        let cut = rest.char_indices().skip(1).find(|(_, c)| *c == '-').map(|(at, _)| at);
        let (time, version) = cut.map_or((rest, None), |at| (rest.get(..at).unwrap_or_default(), rest.get(at + 1..)));
        let (Ok(series), Ok(time)) = (series.parse::<i64>(), time.parse::<i64>()) else { return Ok(None) };
        let version = match version.map(str::parse::<i64>) {
            None => None,
            Some(Ok(version)) => Some(version),
            Some(Err(_)) => return Ok(None),
        };
        let Some(stream) = self.model.stream(series) else { return Ok(None) };
        let row = self.portal.store.observation_at(series, time, version, self.known_at())?;
        Ok(row.map(|row| Thing::Observation(stream, Box::new(row))))
    }

    /// Every thing of a kind.
    pub(crate) fn all(&self, kind: Kind) -> Set {
        let model = self.model;
        let places = || 0..model.places.len();
        let located = |no: &usize| model.places.get(*no).is_some_and(|place| place.geometry.is_some());
        let things: Vec<Thing> = match kind {
            Kind::Thing => places().map(Thing::Place).collect(),
            Kind::Location => places().filter(located).map(Thing::Location).collect(),
            Kind::Feature => places().map(Thing::Feature).collect(),
            Kind::Datastream => (0..model.streams.len()).map(Thing::Stream).collect(),
            Kind::Sensor => (0..model.sensors.len()).map(Thing::Sensor).collect(),
            Kind::ObservedProperty => (0..model.items.len()).map(Thing::Item).collect(),
            Kind::HistoricalLocation => Vec::new(),
            Kind::Observation => {
                return Set::Observations((!model.whole).then(|| model.series(0..model.streams.len())));
            }
        };
        Set::Listed(kind, things)
    }

    /// Where a way leads from a thing.
    pub(crate) fn lead(&self, thing: &Thing, way: &Way) -> Led {
        let model = self.model;
        let streams_where = |fits: &dyn Fn(&super::model::Stream) -> bool| -> Vec<Thing> {
            model.streams.iter().enumerate().filter(|(_, stream)| fits(stream)).map(|(no, _)| Thing::Stream(no)).collect()
        };
        let of_place = |no: usize| model.places.get(no).map_or(&[][..], |place| place.streams.as_slice());
        let listed = |things: Vec<Thing>| Led::Many(Set::Listed(way.to, things));
        let stream = match thing {
            Thing::Stream(no) | Thing::AnyOf(no) | Thing::Observation(no, _) => model.streams.get(*no),
            _ => None,
        };
        match (thing, way.to) {
            (Thing::Place(no), Kind::Location) => {
                let located = model.places.get(*no).is_some_and(|place| place.geometry.is_some());
                listed(if located { vec![Thing::Location(*no)] } else { Vec::new() })
            }
            (Thing::Location(no), Kind::Thing) => listed(vec![Thing::Place(*no)]),
            (Thing::Place(no) | Thing::Feature(no), Kind::Datastream) => listed(of_place(*no).iter().copied().map(Thing::Stream).collect()),
            (Thing::Sensor(no), Kind::Datastream) => listed(streams_where(&|stream| stream.sensor == *no)),
            (Thing::Item(no), Kind::Datastream) => listed(streams_where(&|stream| stream.item_no == *no)),
            (Thing::Feature(no), Kind::Observation) => Led::Many(Set::Observations(Some(model.series(of_place(*no).iter().copied())))),
            (Thing::Stream(no), Kind::Observation) => Led::Many(Set::Observations(Some(model.series(std::iter::once(*no))))),
            (Thing::Observation(no, _) | Thing::AnyOf(no), Kind::Datastream) => Led::One(Some(Thing::Stream(*no))),
            (_, Kind::Thing) => Led::One(stream.map(|stream| Thing::Place(stream.place))),
            (_, Kind::Sensor) => Led::One(stream.map(|stream| Thing::Sensor(stream.sensor))),
            (_, Kind::Feature) => Led::One(stream.map(|stream| Thing::Feature(stream.place))),
            (_, Kind::ObservedProperty) => {
                let item = stream.map(|stream| Thing::Item(stream.item_no));
                if way.many { listed(item.into_iter().collect()) } else { Led::One(item) }
            }
            _ => listed(Vec::new()),
        }
    }

    /// The first and the last time of a stream, as far as they were known.
    pub(crate) fn span(&self, no: usize) -> Option<(i64, i64)> {
        let series = &self.model.streams.get(no)?.series;
        let Some(known_at) = self.as_of else { return Some((series.first_time, series.last_time)) };
        let one = [series.id];
        let end = |newest_first: bool| {
            let walk = Walk { series: Some(&one), known_at, newest_first, limit: 1, ..Walk::default() };
            self.portal.store.walk(&walk).ok()?.first().map(|row| row.time)
        };
        Some((end(false)?, end(true)?))
    }
}
