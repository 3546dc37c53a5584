//! Whether nodes and reaches make a river: ends, circles, parts, and the order from the springs to the mouth.

use super::fault::{Fault, Warning};
use super::lists::Lists;
use super::record::End;
use super::report::Report;

/// Nodes and reaches by their positions.
pub(super) struct Shape<'a> {
    /// Ids of the nodes.
    pub(super) ids: Vec<&'a str>,
    /// How each node ends the network, if it does.
    pub(super) ends: Vec<Option<End>>,
    /// What lies on each node, with its kind.
    pub(super) on: Vec<Vec<String>>,
    /// Whether water enters at a node.
    pub(super) fed: Vec<bool>,
    /// Ids of the reaches.
    pub(super) reaches: Vec<&'a str>,
    /// Their upper ends.
    pub(super) from: Vec<usize>,
    /// Their lower ends.
    pub(super) to: Vec<usize>,
    /// Reaches that leave each node.
    pub(super) outgoing: &'a Lists,
    /// Reaches that arrive at each node.
    pub(super) incoming: &'a Lists,
}

impl Shape<'_> {
    /// Names what is wrong, and gives the nodes from the springs to the mouth; fewer of them where reaches run in a circle.
    pub(super) fn check(&self, report: &mut Report<'_>) -> Vec<usize> {
        self.check_nodes(report);
        self.check_parts(report);
        let (order, waiting) = self.order();
        self.check_circles(waiting, report);
        order
    }

    fn check_nodes(&self, report: &mut Report<'_>) {
        for node in 0..self.ids.len() {
            let id = || self.ids[node].to_owned();
            let leaving = self.outgoing.of(node).next();
            let arriving = self.incoming.of(node).next();
            match (arriving, leaving, self.ends[node]) {
                (None, None, _) => report.fault(Fault::Disconnected { node: id(), on_it: self.on[node].clone() }),
                (_, Some(reach), Some(_)) => report.fault(Fault::EndFlowsOn { node: id(), reach: self.reaches[reach].to_owned() }),
                (None, Some(_), None) if !self.fed[node] => report.fault(Fault::NoSpring { node: id() }),
                (Some(_), None, None) => report.fault(Fault::DanglingEnd { node: id() }),
                _ => {}
            }
        }
    }

    /// One mouth for each part that hangs together.
    fn check_parts(&self, report: &mut Report<'_>) {
        let part = self.parts();
        let mut firsts = Vec::new();
        for (node, first) in part.iter().enumerate() {
            let connected = 0 < self.outgoing.count(node) + self.incoming.count(node);
            if *first == node && connected {
                firsts.push(node);
            }
        }
        let mut mouths = vec![Vec::new(); self.ids.len()];
        let mut side_ends = vec![false; self.ids.len()];
        for node in 0..self.ids.len() {
            match self.ends[node] {
                Some(End::Mouth) => mouths[part[node]].push(self.ids[node].to_owned()),
                Some(End::Side) => side_ends[part[node]] = true,
                None => {}
            }
        }
        for &first in &firsts {
            match mouths[first].len() {
                0 if side_ends[first] => report.fault(Fault::NoMouth { node: self.ids[first].to_owned() }),
                0 | 1 => {}
                _ => report.fault(Fault::SeveralMouths { mouths: mouths[first].clone() }),
            }
        }
        if 1 < firsts.len() {
            report.warn(Warning::Apart { nodes: firsts.iter().map(|first| self.ids[*first].to_owned()).collect() });
        }
    }

    /// For each node the first node of its part.
    fn parts(&self) -> Vec<usize> {
        let mut part = vec![usize::MAX; self.ids.len()];
        let mut stack = Vec::new();
        for first in 0..self.ids.len() {
            if part[first] != usize::MAX {
                continue;
            }
            part[first] = first;
            stack.push(first);
            while let Some(node) = stack.pop() {
                let below = self.outgoing.of(node).map(|reach| self.to[reach]);
                let above = self.incoming.of(node).map(|reach| self.from[reach]);
                for neighbour in below.chain(above) {
                    if part[neighbour] == usize::MAX {
                        part[neighbour] = first;
                        stack.push(neighbour);
                    }
                }
            }
        }
        part
    }

    /// Nodes in an order in which every reach leads onwards, and how many reaches each node still waits for.
    fn order(&self) -> (Vec<usize>, Vec<usize>) {
        let mut waiting: Vec<usize> = (0..self.ids.len()).map(|node| self.incoming.count(node)).collect();
        let mut order: Vec<usize> = (0..self.ids.len()).filter(|node| waiting[*node] == 0).collect();
        let mut next = 0;
        while next < order.len() {
            for reach in self.outgoing.of(order[next]) {
                let below = self.to[reach];
                waiting[below] -= 1;
                if waiting[below] == 0 {
                    order.push(below);
                }
            }
            next += 1;
        }
        (order, waiting)
    }

    /// Names circles: first what only lies downstream of one is taken away, then each walk on what is left ends in one.
    fn check_circles(&self, waiting: Vec<usize>, report: &mut Report<'_>) {
        let mut left: Vec<bool> = waiting.iter().map(|n| 0 < *n).collect();
        let mut ahead: Vec<usize> =
            (0..self.ids.len()).map(|node| self.outgoing.of(node).filter(|reach| left[self.to[*reach]]).count()).collect();
        let mut ends: Vec<usize> = (0..self.ids.len()).filter(|node| left[*node] && ahead[*node] == 0).collect();
        while let Some(node) = ends.pop() {
            left[node] = false;
            for reach in self.incoming.of(node) {
                let above = self.from[reach];
                ahead[above] -= 1;
                if left[above] && ahead[above] == 0 {
                    ends.push(above);
                }
            }
        }
        let mut walked_in = vec![0; self.ids.len()];
        let mut walk = 0;
        for first in 0..self.ids.len() {
            if !left[first] || walked_in[first] != 0 {
                continue;
            }
            walk += 1;
            let mut path = Vec::new();
            let mut node = first;
            while walked_in[node] == 0 {
                walked_in[node] = walk;
                path.push(node);
                let Some(below) = self.outgoing.of(node).map(|reach| self.to[reach]).find(|below| left[*below]) else { break };
                node = below;
            }
            if walked_in[node] == walk
                && let Some(start) = path.iter().position(|passed| *passed == node)
            {
                let mut nodes: Vec<String> = path[start..].iter().map(|passed| self.ids[*passed].to_owned()).collect();
                nodes.push(self.ids[node].to_owned());
                report.fault(Fault::Cycle { nodes });
            }
        }
    }
}
