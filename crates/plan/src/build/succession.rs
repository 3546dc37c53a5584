//! What came before a plan: read from the folder `earlier/` of the pack, and that what is carried on was there.

use super::{Check, Reader};
use crate::files::PackFiles;
use crate::schema::{PlanFile, TasksFile};
use crate::succession::Earlier;

impl Reader {
    /// The plan before, and those before it in turn: `plan.toml`, `tasks/` and `earlier/` below a folder.
    pub(super) fn earlier(&mut self, files: &PackFiles, folder: &str) -> Option<Earlier> {
        let path = format!("{folder}/plan.toml");
        let head = self.read::<PlanFile>(&path, files.get(&path)?)?;
        let below = format!("{folder}/tasks");
        let tasks: Vec<(&str, TasksFile)> = self.read_all(files, &below);
        let tasks = tasks.into_iter().flat_map(|(_, file)| file.task).collect();
        let before = self.earlier(files, &format!("{folder}/earlier")).map(Box::new);
        Some(Earlier { head, tasks, before })
    }
}

impl Check<'_> {
    /// A plan amends a version of itself or succeeds another plan, and carries on or closes tasks of that one only.
    pub(super) fn succession(&mut self, head: &PlanFile, tasks: &[(&str, TasksFile)], earlier: Option<&Earlier>) {
        let file = "plan.toml";
        let carrying =
            || tasks.iter().flat_map(|(path, list)| list.task.iter().filter_map(move |task| Some((*path, task.carries.as_ref()?))));
        if let (Some(amended), Some(_)) = (&head.plan.amends, &head.plan.succeeds) {
            self.problem(file, &amended.plan, "plan.amends", "stands beside succeeds (expected one of the two)".to_owned());
        }
        if let Some(amended) = head.plan.amends.as_ref().filter(|own| *own.plan.get_ref() != head.id || own.version == head.plan.version) {
            let expected = format!("a version of `{}` other than `{}`; another plan is succeeded", head.id, head.plan.version);
            let found = format!("`{}` version `{}` (expected {expected})", amended.plan.get_ref(), amended.version);
            self.problem(file, &amended.plan, "plan.amends", found);
        }
        if let Some(followed) = head.plan.succeeds.as_ref().filter(|own| *own.plan.get_ref() == head.id) {
            self.problem(file, &followed.plan, "plan.succeeds", format!("`{}` is this plan itself (expected amends)", head.id));
        }
        let Some(before) = head.plan.before() else {
            for (path, name) in carrying() {
                self.problem(path, name, "carries", "there is no plan before (expected [plan] amends or succeeds in plan.toml)".to_owned());
            }
            for closed in &head.plan.closed {
                self.problem(file, &closed.task, "plan.closed", "there is no plan before (expected [plan] amends or succeeds)".to_owned());
            }
            return;
        };
        for closed in &head.plan.closed {
            let id = closed.task.get_ref();
            if let Some((path, name)) = carrying().find(|(_, name)| name.get_ref() == id) {
                self.problem(path, name, "carries", format!("`{id}` is closed in plan.toml (expected one of the two)"));
            }
        }
        let Some(earlier) = earlier else { return };
        if earlier.head.id != *before.plan.get_ref() || earlier.head.plan.version != before.version {
            let message = format!(
                "`{}` version `{}`, but earlier/plan.toml is `{}` version `{}`",
                before.plan.get_ref(),
                before.version,
                earlier.head.id,
                earlier.head.plan.version
            );
            self.problem(file, &before.plan, "plan", message);
        }
        let known = |id: &str| earlier.task(id).is_some();
        for (path, name) in carrying() {
            self.known(path, "carries", [name], "a task of the plan before", known);
        }
        self.known(file, "plan.closed", head.plan.closed.iter().map(|closed| &closed.task), "a task of the plan before", known);
    }
}
