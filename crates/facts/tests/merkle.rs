//! Laws of the trees: every leaf can be led to the root, and nothing else can.
#![allow(clippy::unwrap_used, missing_docs)]

use facts::merkle::{Growing, Hash, Sibling, Side, climb, hex, leaf, root, siblings, unhex};
use proptest::prelude::*;

fn leaves(n: usize) -> Vec<Hash> {
    (0..n).map(|place| leaf(&[b"leaf", &place.to_be_bytes()])).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn each_leaf_leads_to_the_root_by_its_own_siblings_and_no_other_leaf_does(n in 1_usize..70) {
        let leaves = leaves(n);
        let root = root(&leaves);
        for place in 0..n {
            let own = siblings(&leaves, place).unwrap();
            prop_assert!(own.len() <= 7, "the way is as long as the tree is high");
            for (other, leaf) in leaves.iter().enumerate() {
                prop_assert_eq!(climb(*leaf, &own) == root, other == place);
            }
        }
        prop_assert!(siblings(&leaves, n).is_none());
    }

    #[test]
    fn a_sibling_that_is_altered_turned_round_left_out_or_added_leads_elsewhere(
        n in 2_usize..200, place in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), byte in 0_usize..32, bit in 0_u8..8,
    ) {
        let leaves = leaves(n);
        let (root, place) = (root(&leaves), place.index(n));
        let own = siblings(&leaves, place).unwrap();
        let at = at.index(own.len());
        let mut altered = own.clone();
        altered[at].hash[byte] ^= 1 << bit;
        prop_assert_ne!(climb(leaves[place], &altered), root);
        let mut turned = own.clone();
        turned[at].side = if own[at].side == Side::Left { Side::Right } else { Side::Left };
        prop_assert_ne!(climb(leaves[place], &turned), root);
        let mut short = own.clone();
        short.remove(at);
        prop_assert_ne!(climb(leaves[place], &short), root);
        let mut long = own.clone();
        long.insert(at, Sibling { side: Side::Right, hash: root });
        prop_assert_ne!(climb(leaves[place], &long), root);
    }

    #[test]
    fn a_tree_that_grows_has_the_root_of_its_leaves_at_any_time(n in 0_usize..300) {
        let leaves = leaves(n);
        let mut tree = Growing::default();
        prop_assert_eq!(tree.root(), root(&[]));
        for (place, leaf) in leaves.iter().enumerate() {
            tree.push(*leaf);
            prop_assert_eq!(tree.root(), root(&leaves[..=place]));
        }
    }
}

#[test]
fn a_node_does_not_pass_for_a_leaf() {
    let four = leaves(4);
    let own = siblings(&four, 0).unwrap();
    let node = climb(four[0], &own[..1]);
    assert_eq!(climb(node, &own[1..]), root(&four), "a node leads to the root too,");
    assert_ne!(leaf(&[&[four[0], four[1]].concat()]), node, "but no content has it for its leaf");
}

#[test]
fn parts_do_not_run_into_each_other() {
    assert_ne!(leaf(&[b"ab", b"c"]), leaf(&[b"a", b"bc"]));
    assert_ne!(leaf(&[b"ab", b""]), leaf(&[b"ab"]));
}

#[test]
fn a_hash_is_read_as_it_is_written_and_no_other_way() {
    let hash = leaf(&[b"x"]);
    assert_eq!(unhex(&hex(&hash)), Some(hash));
    for wrong in [hex(&hash).to_uppercase(), hex(&hash)[1..].to_owned(), hex(&hash) + "0", "g".repeat(64), "é".repeat(32), String::new()] {
        assert_eq!(unhex(&wrong), None, "{wrong}");
    }
}
