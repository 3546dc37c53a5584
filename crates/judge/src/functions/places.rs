//! Functions of places: points in areas, and metres to lines. A geometry is read once for every distinct text, so that many
//! points against few areas cost no more than the comparing.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use facts::geometry::{Geometry, Place};
use standards::mean::from_float;

use crate::functions::args::{signed_value, text};
use crate::functions::{Cell, Function, Kind, Out, Returns};

const GEOMETRY: (&str, Kind) = ("geometry", Kind::Text);
const LONGITUDE: (&str, Kind) = ("longitude", Kind::Value);
const LATITUDE: (&str, Kind) = ("latitude", Kind::Value);
/// Texts that are kept read in a thread, in bytes; then it begins anew.
const KEPT: usize = 8 << 20;

pub(super) const CONTAINS: Function = Function {
    name: "st_contains",
    args: &[GEOMETRY, LONGITUDE, LATITUDE],
    optional: 0,
    returns: Returns::Boolean,
    doc: "Whether a place lies in an area, on a line or at a point, given as a field of type geometry keeps it (GeoJSON). The boundary and that of holes count as inside; exact to nine places of a degree.",
    run: |args| {
        let (Some(geometry), Some(place)) = (geometry(args, 0)?, place(args, 1)?) else { return Ok(Out::Null) };
        Ok(Out::Boolean(geometry.contains(place)))
    },
};

pub(super) const INTERSECTS: Function = Function {
    name: "st_intersects",
    args: &[("geometry_1", Kind::Text), ("geometry_2", Kind::Text)],
    optional: 0,
    returns: Returns::Boolean,
    doc: "Whether two geometries have a place in common; to touch is enough.",
    run: |args| {
        let (Some(one), Some(two)) = (geometry(args, 0)?, geometry(args, 1)?) else { return Ok(Out::Null) };
        Ok(Out::Boolean(one.intersects(&two)))
    },
};

pub(super) const DISTANCE: Function = Function {
    name: "st_distance_to_m",
    args: &[GEOMETRY, LONGITUDE, LATITUDE],
    optional: 0,
    returns: Returns::Decimal(1),
    doc: "Metres from a place to the nearest of a geometry on the ellipsoid of CGCS 2000, to a tenth; 0 for what it contains. Within 2 m for 100 km; between points up to 0.6 % from st_distance_m, which is of a sphere.",
    run: |args| {
        let (Some(geometry), Some(place)) = (geometry(args, 0)?, place(args, 1)?) else { return Ok(Out::Null) };
        Ok(from_float(geometry.distance_m(place), 1).map_or(Out::Null, Out::Decimal))
    },
};

pub(super) const AREA: Function = Function {
    name: "st_area_m2",
    args: &[GEOMETRY],
    optional: 0,
    returns: Returns::Decimal(1),
    doc: "Square metres of areas on the ellipsoid, without their holes, to a tenth; 0 for points and lines. Areas of one geometry that overlap count twice.",
    run: |args| Ok(geometry(args, 0)?.and_then(|geometry| from_float(geometry.area_m2(), 1)).map_or(Out::Null, Out::Decimal)),
};

pub(super) const LENGTH: Function = Function {
    name: "st_length_m",
    args: &[GEOMETRY],
    optional: 0,
    returns: Returns::Decimal(1),
    doc: "Metres along lines on the ellipsoid, to a tenth; 0 for points and areas.",
    run: |args| Ok(geometry(args, 0)?.and_then(|geometry| from_float(geometry.length_m(), 1)).map_or(Out::Null, Out::Decimal)),
};

thread_local! {
    static READ: RefCell<Texts> = RefCell::new(Texts::default());
}

/// Geometries by their text; the last one is found without asking the map.
#[derive(Default)]
struct Texts {
    all: HashMap<Rc<str>, Rc<Geometry>>,
    last: Option<(Rc<str>, Rc<Geometry>)>,
    bytes: usize,
}

impl Texts {
    fn read(&mut self, text: &str) -> Result<Rc<Geometry>, String> {
        if let Some((last, geometry)) = &self.last
            && **last == *text
        {
            return Ok(Rc::clone(geometry));
        }
        let (key, geometry) = match self.all.get_key_value(text) {
            Some((key, geometry)) => (Rc::clone(key), Rc::clone(geometry)),
            None => {
                let read = Geometry::parse(text).map_err(|error| format!("`{}` is no geometry: {error}", shorten(text)))?;
                if self.bytes + text.len() > KEPT {
                    self.all.clear();
                    self.bytes = 0;
                }
                self.bytes += text.len();
                let (key, geometry) = (Rc::<str>::from(text), Rc::new(read));
                self.all.insert(Rc::clone(&key), Rc::clone(&geometry));
                (key, geometry)
            }
        };
        self.last = Some((key, Rc::clone(&geometry)));
        Ok(geometry)
    }
}

fn geometry(args: &[Cell<'_>], at: usize) -> Result<Option<Rc<Geometry>>, String> {
    text(args, at).map(|text| READ.with_borrow_mut(|texts| texts.read(text))).transpose()
}

/// The place of a longitude and the latitude after it.
fn place(args: &[Cell<'_>], at: usize) -> Result<Option<Place>, String> {
    let (Some(longitude), Some(latitude)) = (signed_value(args, at)?, signed_value(args, at + 1)?) else { return Ok(None) };
    let wrong = || format!("{longitude}, {latitude} is no place (expected a longitude and a latitude in degrees)");
    Place::new(longitude, latitude).map(Some).ok_or_else(wrong)
}

fn shorten(text: &str) -> String {
    if text.chars().count() <= 60 { text.to_owned() } else { text.chars().take(60).chain(['…']).collect() }
}
