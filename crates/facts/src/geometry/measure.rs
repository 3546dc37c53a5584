//! Metres and square metres on the ellipsoid of CGCS 2000.
//!
//! Between two places the radii of curvature half way are taken: within a hundred-millionth of the geodesic for 2 km, two
//! hundred-thousandths for 100 km and two thousandths for 2 000 km. What is measured here is rounded before anything
//! compares it.

use super::{Geometry, PARTS, Place, Shape};

/// Semi-major axis in metres, flattening and squared eccentricity.
const A_M: f64 = 6_378_137.0;
const F: f64 = 1.0 / 298.257_222_101;
const E2: f64 = F * (2.0 - F);
/// Edges are measured in pieces of at most this angle, in radians (about a tenth of a degree).
const PIECE: f64 = 0.0017;

/// Longitude and latitude in radians.
type Radians = (f64, f64);

impl Geometry {
    /// Metres from a place to the nearest of the geometry, 0 for what it contains.
    pub fn distance_m(&self, place: Place) -> f64 {
        if self.contains(place) {
            return 0.0;
        }
        let from = radians(place);
        let mut least = f64::INFINITY;
        for part in &self.parts {
            if let Shape::Point(own) = part.shape {
                least = least.min(metres(from, radians(own)));
            }
            for (one, two) in part.shape.edges() {
                least = least.min(metres(from, nearest(from, radians(one), radians(two))));
            }
        }
        least
    }

    /// Metres along the lines; points and areas have none.
    pub fn length_m(&self) -> f64 {
        let lines = self.parts.iter().filter(|part| matches!(part.shape, Shape::Line(_)));
        let edges = lines.flat_map(|part| part.shape.edges());
        edges.flat_map(|(one, two)| pieces(radians(one), radians(two))).map(|(one, two)| metres(one, two)).sum()
    }

    /// Square metres within the areas, without their holes; points and lines have none.
    pub fn area_m2(&self) -> f64 {
        let area = |shape: &Shape| match shape {
            Shape::Area(rings) => {
                rings.iter().enumerate().map(|(nth, ring)| if nth == 0 { within(ring) } else { -within(ring) }).sum::<f64>()
            }
            _ => 0.0,
        };
        self.parts.iter().map(|part| area(&part.shape)).sum()
    }
}

fn radians(place: Place) -> Radians {
    let parts = |parts: i64| (parts as f64 / PARTS).to_radians();
    (parts(place.longitude), parts(place.latitude))
}

/// Metres that a radian of longitude and one of latitude have at a latitude.
fn scales(latitude: f64) -> (f64, f64) {
    let w2 = 1.0 - E2 * latitude.sin().powi(2);
    (A_M / w2.sqrt() * latitude.cos(), A_M * (1.0 - E2) / (w2 * w2.sqrt()))
}

fn metres(one: Radians, two: Radians) -> f64 {
    let (east, north) = scales(f64::midpoint(one.1, two.1));
    ((two.0 - one.0) * east).hypot((two.1 - one.1) * north)
}

/// The place of an edge that is nearest, found in the plane that touches the place asked for.
fn nearest(from: Radians, one: Radians, two: Radians) -> Radians {
    let (east, north) = scales(from.1);
    let (along_x, along_y) = ((two.0 - one.0) * east, (two.1 - one.1) * north);
    let (to_x, to_y) = ((from.0 - one.0) * east, (from.1 - one.1) * north);
    let square = along_x * along_x + along_y * along_y;
    let share = if square > 0.0 { ((to_x * along_x + to_y * along_y) / square).clamp(0.0, 1.0) } else { 0.0 };
    between(one, two, share)
}

fn between(one: Radians, two: Radians, share: f64) -> Radians {
    (one.0 + (two.0 - one.0) * share, one.1 + (two.1 - one.1) * share)
}

/// An edge in pieces.
fn pieces(one: Radians, two: Radians) -> impl Iterator<Item = (Radians, Radians)> {
    let count = ((two.0 - one.0).abs().max((two.1 - one.1).abs()) / PIECE).ceil().max(1.0);
    (0..count as u32).map(move |nth| {
        let share = |nth: u32| between(one, two, f64::from(nth) / count);
        (share(nth), share(nth + 1))
    })
}

/// Square metres within a ring: what lies between its edges and the equator, summed with the sign of the way.
fn within(ring: &[Place]) -> f64 {
    let edges = ring.iter().zip(ring.iter().skip(1)).flat_map(|(one, two)| pieces(radians(*one), radians(*two)));
    let strip = |(one, two): (Radians, Radians)| {
        let middle = below(f64::midpoint(one.1, two.1));
        (two.0 - one.0) * (below(one.1) + 4.0 * middle + below(two.1)) / 6.0
    };
    edges.map(strip).sum::<f64>().abs()
}

/// Square metres between the equator and a latitude, for a radian of longitude.
fn below(latitude: f64) -> f64 {
    let (sine, e) = (latitude.sin(), E2.sqrt());
    A_M * A_M * (1.0 - E2) / 2.0 * (sine / (1.0 - E2 * sine * sine) + (e * sine).atanh() / e)
}
