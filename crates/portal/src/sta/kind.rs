//! Kinds of thing the service speaks of, and how they lead to each other, in both versions of the standard.

/// The version of the standard an answer is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    /// 1.1, which clients speak now.
    V1,
    /// 2.0, read-only.
    V2,
}

impl Version {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "v1.1" => Some(Self::V1),
            "v2.0" => Some(Self::V2),
            _ => None,
        }
    }

    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::V1 => "v1.1",
            Self::V2 => "v2.0",
        }
    }
}

/// A kind of thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An entry of a register whose kind takes observations.
    Thing,
    Location,
    /// None are kept: where a place was before stands in the history of its entry.
    HistoricalLocation,
    /// A series: a place, an item and a source.
    Datastream,
    /// A source.
    Sensor,
    /// An item.
    ObservedProperty,
    Observation,
    /// The place as what is observed.
    Feature,
}

impl Kind {
    pub(crate) const ALL: [Self; 8] = [
        Self::Thing,
        Self::Location,
        Self::HistoricalLocation,
        Self::Datastream,
        Self::Sensor,
        Self::ObservedProperty,
        Self::Observation,
        Self::Feature,
    ];

    /// The name of its collection.
    pub(crate) const fn set(self, version: Version) -> &'static str {
        match (self, version) {
            (Self::Thing, _) => "Things",
            (Self::Location, _) => "Locations",
            (Self::HistoricalLocation, _) => "HistoricalLocations",
            (Self::Datastream, _) => "Datastreams",
            (Self::Sensor, _) => "Sensors",
            (Self::ObservedProperty, _) => "ObservedProperties",
            (Self::Observation, _) => "Observations",
            (Self::Feature, Version::V1) => "FeaturesOfInterest",
            (Self::Feature, Version::V2) => "Features",
        }
    }

    pub(crate) fn of_set(name: &str, version: Version) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.set(version) == name)
    }

    /// The properties of its own.
    pub(crate) const fn properties(self, version: Version) -> &'static [&'static str] {
        match (self, version) {
            (Self::Thing, _) => &["name", "description", "properties"],
            (Self::Location, _) => &["name", "description", "encodingType", "location", "properties"],
            (Self::HistoricalLocation, _) => &["time"],
            (Self::Datastream, Version::V1) => &[
                "name",
                "description",
                "observationType",
                "unitOfMeasurement",
                "observedArea",
                "phenomenonTime",
                "resultTime",
                "properties",
            ],
            (Self::Datastream, Version::V2) => {
                &["name", "description", "resultType", "observedArea", "phenomenonTime", "resultTime", "properties"]
            }
            (Self::Sensor, _) => &["name", "description", "encodingType", "metadata", "properties"],
            (Self::ObservedProperty, _) => &["name", "definition", "description", "properties"],
            (Self::Observation, Version::V1) => &["phenomenonTime", "resultTime", "result", "resultQuality", "validTime", "parameters"],
            (Self::Observation, Version::V2) => &["phenomenonTime", "resultTime", "result", "resultQuality", "validTime", "properties"],
            (Self::Feature, _) => &["name", "description", "encodingType", "feature", "properties"],
        }
    }

    /// The way of a name from this kind.
    pub(crate) fn way(self, name: &str, version: Version) -> Option<&'static Way> {
        self.ways(version).find(|way| way.name == name)
    }

    /// Every way from this kind.
    pub(crate) fn ways(self, version: Version) -> impl Iterator<Item = &'static Way> {
        WAYS.iter().filter(move |way| way.from == self && way.version.is_none_or(|only| only == version))
    }
}

/// A way from one kind to another.
#[derive(Debug)]
pub(crate) struct Way {
    pub(crate) from: Kind,
    pub(crate) name: &'static str,
    pub(crate) to: Kind,
    pub(crate) many: bool,
    /// The only version that has it.
    version: Option<Version>,
}

const fn way(from: Kind, name: &'static str, to: Kind, many: bool, version: Option<Version>) -> Way {
    Way { from, name, to, many, version }
}

static WAYS: [Way; 21] = [
    way(Kind::Thing, "Locations", Kind::Location, true, None),
    way(Kind::Thing, "HistoricalLocations", Kind::HistoricalLocation, true, None),
    way(Kind::Thing, "Datastreams", Kind::Datastream, true, None),
    way(Kind::Location, "Things", Kind::Thing, true, None),
    way(Kind::Location, "HistoricalLocations", Kind::HistoricalLocation, true, None),
    way(Kind::HistoricalLocation, "Thing", Kind::Thing, false, None),
    way(Kind::HistoricalLocation, "Locations", Kind::Location, true, None),
    way(Kind::Datastream, "Thing", Kind::Thing, false, None),
    way(Kind::Datastream, "Sensor", Kind::Sensor, false, None),
    way(Kind::Datastream, "ObservedProperty", Kind::ObservedProperty, false, Some(Version::V1)),
    way(Kind::Datastream, "ObservedProperties", Kind::ObservedProperty, true, Some(Version::V2)),
    way(Kind::Datastream, "Observations", Kind::Observation, true, None),
    way(Kind::Datastream, "UltimateFeatureOfInterest", Kind::Feature, false, Some(Version::V2)),
    way(Kind::Sensor, "Datastreams", Kind::Datastream, true, None),
    way(Kind::ObservedProperty, "Datastreams", Kind::Datastream, true, None),
    way(Kind::Observation, "Datastream", Kind::Datastream, false, None),
    way(Kind::Observation, "FeatureOfInterest", Kind::Feature, false, Some(Version::V1)),
    way(Kind::Observation, "ProximateFeatureOfInterest", Kind::Feature, false, Some(Version::V2)),
    way(Kind::Feature, "Observations", Kind::Observation, true, Some(Version::V1)),
    way(Kind::Feature, "ProximateObservations", Kind::Observation, true, Some(Version::V2)),
    way(Kind::Feature, "Datastreams", Kind::Datastream, true, Some(Version::V2)),
];
