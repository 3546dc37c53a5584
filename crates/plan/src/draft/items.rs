//! Everything a draft says, one thing after another, so that lists and the review page need not know its shape.

use super::model::{Draft, DraftTask, Ground, Named};

/// What a thing found is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ItemKind {
    /// Title, city or year of the plan.
    Head,
    /// A chapter.
    Chapter,
    /// A task and its number.
    Task,
    /// The title of a task.
    Title,
    /// Who leads.
    Lead,
    /// Who takes part.
    Participant,
    /// Who assists.
    Assist,
    /// Who is responsible beside.
    Responsible,
    /// A date.
    Deadline,
    /// A number.
    Target,
    /// A duty.
    Duty,
    /// A consequence.
    Consequence,
}

impl ItemKind {
    /// The word in files.
    pub const fn id(self) -> &'static str {
        self.words().0
    }

    /// The word in Chinese.
    pub const fn zh(self) -> &'static str {
        self.words().1
    }

    /// The word in English.
    pub const fn en(self) -> &'static str {
        self.words().2
    }

    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Head => ("head", "方案", "plan"),
            Self::Chapter => ("chapter", "章", "chapter"),
            Self::Task => ("task", "任务", "task"),
            Self::Title => ("title", "标题", "title"),
            Self::Lead => ("lead", "牵头", "lead"),
            Self::Participant => ("participant", "参与", "takes part"),
            Self::Assist => ("assist", "配合", "assists"),
            Self::Responsible => ("responsible", "责任", "responsible"),
            Self::Deadline => ("deadline", "期限", "date"),
            Self::Target => ("target", "指标", "number"),
            Self::Duty => ("duty", "义务", "duty"),
            Self::Consequence => ("consequence", "后果", "consequence"),
        }
    }
}

/// One thing a draft says.
#[derive(Debug, Clone)]
pub struct Item<'d> {
    /// The task or chapter it belongs to; empty for the plan itself.
    pub of: String,
    /// What it is.
    pub kind: ItemKind,
    /// What it says.
    pub value: String,
    /// What it rests on.
    pub ground: &'d Ground,
}

impl Draft {
    /// Everything it says.
    pub fn items(&self) -> Vec<Item<'_>> {
        let head = &self.head;
        let mut items = vec![
            item("", ItemKind::Head, head.title.value.clone(), &head.title.ground),
            item("", ItemKind::Head, head.city.value.clone(), &head.city.ground),
            item("", ItemKind::Head, head.issue_year.value.to_string(), &head.issue_year.ground),
        ];
        for chapter in &self.chapters {
            items.push(item(&chapter.number.to_string(), ItemKind::Chapter, chapter.title.value.clone(), &chapter.title.ground));
            chapter.tasks.iter().for_each(|task| items.extend(task.items()));
        }
        items
    }

    /// Everything that is in doubt.
    pub fn unsure(&self) -> Vec<Item<'_>> {
        self.items().into_iter().filter(|item| !item.ground.sure()).collect()
    }
}

impl DraftTask {
    /// Everything it says.
    pub fn items(&self) -> Vec<Item<'_>> {
        let id = self.id.as_str();
        let mut items = vec![
            item(id, ItemKind::Task, self.id.clone(), &self.ground),
            item(id, ItemKind::Title, self.title.value.clone(), &self.title.ground),
        ];
        let people = [
            (ItemKind::Lead, &self.lead),
            (ItemKind::Participant, &self.participants),
            (ItemKind::Assist, &self.assist),
            (ItemKind::Responsible, &self.responsible_departments),
        ];
        for (kind, names) in people {
            items.extend(names.iter().map(|Named { name, ground, .. }| item(id, kind, name.clone(), ground)));
        }
        items.extend(self.deadlines.iter().map(|own| item(id, ItemKind::Deadline, format!("{} {}", own.date, own.what), &own.ground)));
        items.extend(self.targets.iter().map(|own| {
            let value = if own.value.is_empty() { "?" } else { &own.value };
            item(id, ItemKind::Target, format!("{} {value} {}", own.name, own.unit), &own.ground)
        }));
        items.extend(self.duties.iter().map(|own| item(id, ItemKind::Duty, own.what.clone(), &own.ground)));
        items.extend(
            self.consequences.iter().map(|own| item(id, ItemKind::Consequence, format!("{}: {}", own.action, own.text), &own.ground)),
        );
        items
    }
}

fn item<'d>(of: &str, kind: ItemKind, value: String, ground: &'d Ground) -> Item<'d> {
    Item { of: of.to_owned(), kind, value, ground }
}
