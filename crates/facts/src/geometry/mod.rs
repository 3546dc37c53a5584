//! Points, lines and areas as registers keep them: a GeoJSON geometry in degrees of WGS 84 or CGCS 2000.
//!
//! Positions are whole numbers of a thousand-millionth of a degree (a tenth of a millimetre), so that whether a place lies
//! inside, on the boundary or outside is exact for the digits as they are written. Edges are straight between their
//! longitudes and latitudes, as GeoJSON says. Metres are of the ellipsoid of CGCS 2000.

mod inside;
mod measure;
mod read;

pub use read::GeometryError;

/// Parts of a degree that a position counts.
const PARTS: f64 = 1e9;
/// The same as decimal places.
const PLACES: u32 = 9;

/// A place, in thousand-millionths of a degree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    longitude: i64,
    latitude: i64,
}

/// A point, line or area, or several of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Geometry {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    shape: Shape,
    bounds: Bounds,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Shape {
    Point(Place),
    Line(Vec<Place>),
    /// The outer ring, then the holes; the last position of each is the first.
    Area(Vec<Vec<Place>>),
}

/// The box around positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bounds {
    west: i64,
    south: i64,
    east: i64,
    north: i64,
}

impl Shape {
    /// Its lines: itself, or the rings.
    fn lines(&self) -> &[Vec<Place>] {
        match self {
            Self::Point(_) => &[],
            Self::Line(line) => std::slice::from_ref(line),
            Self::Area(rings) => rings,
        }
    }

    /// Its edges, from position to position.
    fn edges(&self) -> impl Iterator<Item = (Place, Place)> {
        self.lines().iter().flat_map(|line| line.iter().copied().zip(line.iter().copied().skip(1)))
    }

    /// A position of it.
    fn first(&self) -> Option<Place> {
        match self {
            Self::Point(place) => Some(*place),
            _ => self.lines().first().and_then(|line| line.first()).copied(),
        }
    }
}

impl Part {
    fn new(shape: Shape) -> Option<Self> {
        let mut bounds = Bounds::of(shape.first()?);
        for place in shape.lines().iter().flatten() {
            bounds = bounds.with(*place);
        }
        Some(Self { shape, bounds })
    }
}

impl Bounds {
    fn of(place: Place) -> Self {
        Self { west: place.longitude, south: place.latitude, east: place.longitude, north: place.latitude }
    }

    fn with(self, place: Place) -> Self {
        Self {
            west: self.west.min(place.longitude),
            south: self.south.min(place.latitude),
            east: self.east.max(place.longitude),
            north: self.north.max(place.latitude),
        }
    }

    fn meets(self, other: Self) -> bool {
        self.west <= other.east && other.west <= self.east && self.south <= other.north && other.south <= self.north
    }
}
