//! What pointing a bot at a package changes.

use std::collections::HashSet;

use super::World;
use super::tables::Table;
use crate::ports::store::{
    DEPLOYMENTS_MAX, Deploy, Deployment, Row, Schedule, StoreError, StoreResult, TableShape,
};
use crate::store::{columns, document, names};

impl World {
    pub(super) fn deploy(&mut self, deploy: &Deploy) -> StoreResult<()> {
        names::check("the name of a bot", &deploy.bot)?;
        if !self.packages.contains_key(&deploy.hash) {
            return Err(StoreError::NotFound("the package"));
        }
        self.bots.insert(deploy.bot.clone(), deploy.hash.clone());
        self.note_deployment(deploy);
        self.declare_tables(deploy)?;
        self.replace_schedules(deploy)?;
        self.import_all(deploy)
    }

    /// Notes the deployment, if it tells from where; of too many the oldest are forgotten.
    fn note_deployment(&mut self, deploy: &Deploy) {
        if deploy.origin.is_empty() {
            return;
        }
        let Deploy { hash, at, origin, .. } = deploy.clone();
        let known = self.deployments.entry(deploy.bot.clone()).or_default();
        known.push_back(Deployment { hash, at, origin });
        if known.len() > DEPLOYMENTS_MAX as usize {
            known.pop_front();
        }
    }

    /// Drops packages that no bot, no conversation and no deployment needs; how many.
    pub(super) fn drop_unused_packages(&mut self) -> u64 {
        let mut used: HashSet<String> = self.bots.values().cloned().collect();
        used.extend(self.talks.values().map(|talk| talk.head.program.clone()));
        used.extend(self.deployments.values().flatten().map(|one| one.hash.clone()));
        let before = self.packages.len();
        let needed = |(hash, _): &(String, _)| used.contains(hash);
        self.packages = std::mem::take(&mut self.packages).into_iter().filter(needed).collect();
        (before - self.packages.len()) as u64
    }

    fn declare_tables(&mut self, deploy: &Deploy) -> StoreResult<()> {
        let mut declared = HashSet::new();
        for (place, shape) in deploy.tables.iter().enumerate() {
            let mut shape = shape.clone();
            shape.name = names::table(&shape.name)?;
            if shape.key.is_empty() {
                shape.key = "id".into();
            }
            declared.insert(shape.name.clone());
            self.set_shape(&deploy.bot, shape, Some(place))?;
        }
        // A table that is no longer declared keeps its rows and their key, and takes any column.
        let gone = |((bot, name), table): (&(String, String), &Table)| {
            let gone = *bot == deploy.bot && table.place.is_some() && !declared.contains(name);
            gone.then(|| TableShape { key: table.shape.key.clone(), ..columns::plain(name) })
        };
        let gone: Vec<TableShape> = self.tables.iter().filter_map(gone).collect();
        gone.into_iter().try_for_each(|shape| self.set_shape(&deploy.bot, shape, None))
    }

    fn set_shape(&mut self, bot: &str, shape: TableShape, place: Option<usize>) -> StoreResult<()> {
        let of = (bot.to_string(), shape.name.clone());
        match self.tables.get_mut(&of) {
            Some(table) => table.reshape(shape, place),
            None => {
                self.tables.insert(of, Table::of(shape, place));
                Ok(())
            }
        }
    }

    /// The schedules that the package declares replace those of the package before; one that stays
    /// the same keeps its next time.
    fn replace_schedules(&mut self, deploy: &Deploy) -> StoreResult<()> {
        let kept: HashSet<&str> = deploy.schedules.iter().map(|s| s.id.as_str()).collect();
        let stays = |((bot, id), schedule): &((String, String), Schedule)| {
            *bot != deploy.bot || !schedule.declared || kept.contains(id.as_str())
        };
        self.schedules = std::mem::take(&mut self.schedules).into_iter().filter(stays).collect();
        for new in &deploy.schedules {
            document::encode(&new.args)?;
            let of = (deploy.bot.clone(), new.id.clone());
            let same = |old: &&Schedule| old.rule == new.rule && old.zone == new.zone;
            let next_at =
                self.schedules.get(&of).filter(same).map_or(new.next_at, |old| old.next_at);
            let bot = deploy.bot.clone();
            self.schedules.insert(of, Schedule { bot, next_at, declared: true, ..new.clone() });
        }
        Ok(())
    }

    fn import_all(&mut self, deploy: &Deploy) -> StoreResult<()> {
        let mut imported = HashSet::new();
        for (table, hash, rows) in &deploy.imports {
            let of = (deploy.bot.clone(), names::table(table)?);
            self.import(&of, hash, rows)?;
            imported.insert(of.1);
        }
        let gone =
            |(bot, table): &&(String, String)| *bot == deploy.bot && !imported.contains(table);
        let gone: Vec<_> = self.imports.keys().filter(gone).cloned().collect();
        gone.iter().try_for_each(|of| self.remove_import(of))
    }

    fn import(&mut self, of: &(String, String), hash: &str, rows: &[Row]) -> StoreResult<()> {
        if self.imports.get(of).is_some_and(|done| done == hash) {
            return Ok(());
        }
        self.remove_import(of)?;
        let table = self.tables.entry(of.clone()).or_insert_with(|| Table::plain(&of.1));
        for (place, row) in (1i64..).zip(rows) {
            table.import(place, row.clone())?;
        }
        self.imports.insert(of.clone(), hash.to_string());
        Ok(())
    }

    fn remove_import(&mut self, of: &(String, String)) -> StoreResult<()> {
        self.imports.remove(of);
        self.tables.get_mut(of).map_or(Ok(()), Table::remove_imported)
    }
}
