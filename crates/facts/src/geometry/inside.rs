//! What lies in what, in whole numbers.

use std::cmp::Ordering;

use super::{Bounds, Geometry, Part, Place, Shape};

impl Geometry {
    /// Whether a place lies in the area, on the line or at the point; the boundary of an area, its holes too, is of it.
    pub fn contains(&self, place: Place) -> bool {
        self.parts.iter().any(|part| part.contains(place))
    }

    /// Whether the two have a place in common.
    pub fn intersects(&self, other: &Self) -> bool {
        self.parts.iter().any(|one| other.parts.iter().any(|two| one.intersects(two)))
    }
}

impl Part {
    fn contains(&self, place: Place) -> bool {
        if !self.bounds.meets(Bounds::of(place)) {
            return false;
        }
        match &self.shape {
            Shape::Point(own) => *own == place,
            Shape::Line(_) => self.shape.edges().any(|edge| on_edge(edge, place)),
            Shape::Area(_) => {
                let mut inside = false;
                for edge in self.shape.edges() {
                    if on_edge(edge, place) {
                        return true;
                    }
                    // Every edge that a ray to the east meets turns inside to outside, and a hole back again.
                    inside ^= meets_ray(edge, place);
                }
                inside
            }
        }
    }

    /// Two parts meet where edges cross, or where one lies in the other with all it has.
    fn intersects(&self, other: &Self) -> bool {
        if !self.bounds.meets(other.bounds) {
            return false;
        }
        let holds = |one: &Self, two: &Self| two.shape.first().is_some_and(|place| one.contains(place));
        holds(self, other) || holds(other, self) || self.shape.edges().any(|edge| other.crosses(edge))
    }

    fn crosses(&self, edge: (Place, Place)) -> bool {
        let bounds = Bounds::of(edge.0).with(edge.1);
        self.bounds.meets(bounds) && self.shape.edges().any(|own| bounds.meets(Bounds::of(own.0).with(own.1)) && cross(own, edge))
    }
}

/// On which side of the way from the first to the second place the third lies: greater is left.
fn side((from, to): (Place, Place), place: Place) -> Ordering {
    let times = |a: i64, b: i64| i128::from(a) * i128::from(b);
    let left = times(to.longitude - from.longitude, place.latitude - from.latitude);
    let right = times(to.latitude - from.latitude, place.longitude - from.longitude);
    left.cmp(&right)
}

fn on_edge(edge: (Place, Place), place: Place) -> bool {
    Bounds::of(edge.0).with(edge.1).meets(Bounds::of(place)) && side(edge, place) == Ordering::Equal
}

fn meets_ray(edge: (Place, Place), place: Place) -> bool {
    let up = edge.1.latitude > place.latitude;
    if (edge.0.latitude > place.latitude) == up {
        return false;
    }
    side(edge, place) == if up { Ordering::Greater } else { Ordering::Less }
}

/// Whether two edges have a place in common, whose boxes meet.
fn cross(one: (Place, Place), two: (Place, Place)) -> bool {
    let apart = |edge: (Place, Place), other: (Place, Place)| {
        let (first, second) = (side(edge, other.0), side(edge, other.1));
        first == second && first != Ordering::Equal
    };
    !apart(one, two) && !apart(two, one)
}
