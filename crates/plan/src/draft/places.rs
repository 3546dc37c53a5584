//! Names of places: the city in a title, counties in a list.

use super::pieces::is_han;

/// The longest name of a city or county, in characters.
const LONGEST: usize = 8;

/// The place a title begins with: as written, and without its ending.
pub(super) fn of_title(title: &str) -> Vec<String> {
    let own = title.rsplit_once("关于印发").map_or(title, |(_, own)| own).trim_start_matches('《');
    let ending = |c: char| matches!(c, '省' | '市' | '县' | '区' | '州' | '旗');
    let found = own.char_indices().take_while(|(_, c)| is_han(*c)).take(LONGEST + 1).skip(1).find(|(_, c)| ending(*c));
    let Some((at, end)) = found else {
        return Vec::new();
    };
    let place = &own[..at + end.len_utf8()];
    let bare = &own[..at];
    if bare.chars().count() < 2 { vec![place.to_owned()] } else { vec![place.to_owned(), bare.to_owned()] }
}

/// The county whose government a piece names.
pub(super) fn county(piece: &str) -> Option<&str> {
    let name = piece.strip_suffix("人民政府").or_else(|| piece.strip_suffix("政府"))?;
    let long_enough = (2..=LONGEST - 1).contains(&name.chars().count());
    let sound = is_place(name) && !name.starts_with('各') && name.chars().all(is_han);
    (long_enough && sound).then_some(name)
}

/// Whether a name ends like that of a county, district or city.
pub(super) fn is_place(name: &str) -> bool {
    name.ends_with(['县', '区', '旗', '市'])
}

#[cfg(test)]
mod tests {
    use super::{county, of_title};

    #[test]
    fn a_title_begins_with_its_city() {
        assert_eq!(of_title("某某市水污染防治工作方案"), ["某某市", "某某"]);
        assert_eq!(of_title("关于印发某某县水污染防治方案的通知"), ["某某县", "某某"]);
        assert!(of_title("国务院办公厅关于印发“无废城市”建设试点工作方案的通知").is_empty());
        assert!(of_title("国务院关于促进综合保税区高水平开放的若干意见").is_empty());
    }

    #[test]
    fn a_government_is_that_of_a_county_unless_it_is_of_all() {
        assert_eq!(county("东江县人民政府"), Some("东江县"));
        assert_eq!(county("各县区政府"), None);
        assert_eq!(county("市政府"), None);
    }
}
