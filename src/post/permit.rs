//! Before each attempt: whether what was planned may still leave.
//!
//! | asked | where not |
//! |---|---|
//! | is the edition the newest of its period and version | withdrawn: another took its place |
//! | is what the reader has something else | withdrawn: they have it |
//! | is the domain allowed, the address on the list, its role trusted and confirmed | blocked, or withdrawn from whoever left the list |
//! | do the gates of the report pass now | held |
//!
//! A correction is owed to whoever has the wrong edition, on the list or not. What the project's files say is as they
//! were read when the process, or its look at the mail, began; what the store says is read each time.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use chrono::NaiveDate;

use super::holders::{Holder, holders_of_earlier};
use super::readers;
use super::trouble::{UNLISTED, has_it, takes_its_place};
use crate::calendar::Terms;
use crate::deliver::{History, Outbox, OutboxError, Permit, Plan, Refusal, Ruling, Screened};
use crate::edition::again::{self, Asked};
use crate::edition::{self, Edition};
use crate::job::{Context, Failure, Kind};
use crate::project::Report;

/// Asks the project, the store and the clock, for one report, or for the program's own notices.
pub(super) struct AskAgain<'a> {
    context: &'a Context,
    report: Option<&'a Report>,
    days: Terms,
    /// What is the same for all recipients of an edition, by the edition.
    known: RefCell<BTreeMap<String, Rc<Known>>>,
    /// The editions of a period, by the names of their records.
    editions: RefCell<(Vec<String>, Rc<Vec<Edition>>)>,
}

/// What is the same for all recipients of an edition.
struct Known {
    screened: Screened,
    owed: Vec<Holder>,
    /// Why its gates do not pass.
    held: Option<String>,
    /// The same of a correction, which the age of the sources does not hold.
    held_correction: Option<String>,
}

impl<'a> AskAgain<'a> {
    /// Asks for the deliveries of a report.
    pub(super) fn of(context: &'a Context, report: &'a Report) -> Self {
        Self { report: Some(report), ..Self::notices(context) }
    }

    /// Asks for the program's own notices.
    pub(super) fn notices(context: &'a Context) -> Self {
        let seeds = context.project().pipelines.get("reference").map(|reference| &reference.seeds);
        let holidays = seeds.and_then(|seeds| seeds.get("bank_holidays"));
        // A file with a fault is a fault that `check` finds; the holidays that the program knows stand in.
        let days = holidays.and_then(|file| Terms::default().with_bank_holidays(file).ok());
        Self {
            context,
            report: None,
            days: days.unwrap_or_default(),
            known: RefCell::default(),
            editions: RefCell::default(),
        }
    }

    fn rule(&self, plan: &Plan) -> Result<Ruling, Failure> {
        let Some(report) = self.report else { return self.of_notice(plan) };
        let editions = self.editions(plan)?;
        let Some(own) = editions.iter().find(|edition| edition.id == plan.edition) else {
            return Ok(Ruling::Block { reason: format!("`{}` is not in the store", plan.edition) });
        };
        let newer = |other: &&Edition| other.version == own.version && other.issue() > own.issue();
        if let Some(newer) = editions.iter().filter(newer).max_by_key(|edition| edition.issue()) {
            return Ok(Ruling::Withdraw { reason: takes_its_place(newer) });
        }
        let known = self.known(report, own)?;
        let ruling = of_reader(self.context, report, own, plan, (&known.screened, &known.owed))?;
        let corrects = known.owed.iter().any(|holder| holder.has(&plan.recipient));
        let held = if corrects { &known.held_correction } else { &known.held };
        Ok(match (ruling, held) {
            (Ruling::Send, Some(reason)) => Ruling::Hold { reason: reason.clone() },
            (ruling, _) => ruling,
        })
    }

    /// Returns the editions of the period as they are now; they are read only when one was added.
    fn editions(&self, plan: &Plan) -> Result<Rc<Vec<Edition>>, Failure> {
        let objects = self.context.store().objects();
        let mut names = objects.list(&format!("editions/{}/{}", plan.report, plan.period))?;
        names.retain(|name| name.ends_with("/edition.json"));
        if self.editions.borrow().0 != names {
            let read = Rc::new(edition::all(self.context, &plan.report, Some(&plan.period))?);
            self.editions.replace((names, read));
        }
        Ok(Rc::clone(&self.editions.borrow().1))
    }

    fn known(&self, report: &Report, edition: &Edition) -> Result<Rc<Known>, Failure> {
        if let Some(known) = self.known.borrow().get(&edition.id) {
            return Ok(Rc::clone(known));
        }
        let (held, held_correction) = match again::of_sources(self.context, report, edition) {
            Ok(sources) => {
                let held = |asked| sources.held(asked).map(Failure::reason);
                (held(Asked::All), held(Asked::AllButAge))
            }
            Err(failure) if failure.kind() == Kind::Gate => (Some(failure.reason()), Some(failure.reason())),
            Err(failure) => return Err(failure),
        };
        let known = Rc::new(Known {
            screened: readers::recipients(self.context, report, Some(edition))?,
            owed: holders_of_earlier(self.context, edition)?,
            held,
            held_correction,
        });
        self.known.borrow_mut().insert(edition.id.clone(), Rc::clone(&known));
        Ok(known)
    }

    /// Rules on a notice: its address is an owner's, or of a reader of the report that is late.
    fn of_notice(&self, plan: &Plan) -> Result<Ruling, Failure> {
        let address = plan.recipient.to_string();
        if let Err(reason) = readers::allow_list(self.context)?.admit(&address) {
            return Ok(Ruling::Block { reason: reason.to_string() });
        }
        let project = self.context.project();
        let is_owner = project.council.owners.values().any(|written| {
            super::letters::mailbox(written)
                .is_ok_and(|owner| owner.address().folded() == plan.recipient.folded())
        });
        let mut late = project.reports.values().filter(|report| {
            plan.edition.ends_with("-late") && plan.edition.starts_with(&format!("{}-", report.name))
        });
        let mut is_reader = || -> Result<bool, Failure> {
            let Some(report) = late.next() else { return Ok(false) };
            let screened = readers::recipients(self.context, report, None)?;
            Ok(screened.recipients.iter().any(|one| one.address.folded() == plan.recipient.folded()))
        };
        if is_owner || is_reader()? {
            return Ok(Ruling::Send);
        }
        Ok(Ruling::Withdraw { reason: UNLISTED.to_owned() })
    }
}

impl Permit for AskAgain<'_> {
    fn ruling(&self, plan: &Plan, _history: &History) -> Result<Ruling, OutboxError> {
        self.rule(plan)
            .map_err(|failure| OutboxError::Unknown { edition: plan.edition.clone(), cause: failure.into() })
    }

    fn stopping(&self) -> bool {
        self.context.stop().is_now()
    }

    fn unbroken(&self, act: &mut dyn FnMut()) {
        let _unbroken = self.context.stop().unbroken();
        act();
    }

    fn is_working_day(&self, day: NaiveDate) -> bool {
        self.days.is_working_day(day)
    }
}

/// Rules on the reader of a delivery, by the lists as they are now.
fn of_reader(
    context: &Context,
    report: &Report,
    edition: &Edition,
    plan: &Plan,
    (screened, owed): (&Screened, &[Holder]),
) -> Result<Ruling, Failure> {
    let written = plan.recipient.to_string();
    let holder = owed.iter().find(|holder| holder.has(&plan.recipient));
    let had = holder.map_or(edition, |holder| &holder.edition);
    if let Some(reason) = readers::distrusted(context, report, edition, &plan.role, had) {
        return Ok(Ruling::Block { reason: reason.to_string() });
    }
    if let Err(reason) = readers::allow_list(context)?.admit(&written) {
        return Ok(Ruling::Block { reason: reason.to_string() });
    }
    if let Some(holder) = holder {
        let same = holder.has_same_as(edition);
        return Ok(if same { Ruling::Withdraw { reason: has_it(&holder.edition) } } else { Ruling::Send });
    }
    let folded = plan.recipient.folded();
    let is_theirs = |refusal: &&Refusal| refusal.written.to_ascii_lowercase() == folded;
    if let Some(refusal) = screened.refusals.iter().find(is_theirs) {
        return Ok(Ruling::Block { reason: refusal.reason.to_string() });
    }
    if screened.recipients.iter().any(|one| one.address.folded() == folded) {
        return Ok(Ruling::Send);
    }
    Ok(Ruling::Withdraw { reason: UNLISTED.to_owned() })
}

/// Applies what the lists say now to deliveries that have not left, before a person decides about them.
pub(super) fn apply(
    context: &Context,
    report: &Report,
    edition: &Edition,
    outbox: &Outbox<'_>,
) -> Result<Vec<History>, Failure> {
    let mut histories = outbox.edition(&report.name, &edition.id)?;
    let screened = readers::recipients(context, report, Some(edition))?;
    let owed = holders_of_earlier(context, edition)?;
    for history in &mut histories {
        let Some(plan) = history.plan().cloned() else { continue };
        match of_reader(context, report, edition, &plan, (&screened, &owed))? {
            Ruling::Block { reason } => {
                let recipient = plan.recipient.to_string();
                outbox.stop(history, &recipient, &reason, context.clock())?;
            }
            Ruling::Withdraw { reason } => {
                let gone = std::slice::from_mut(history);
                outbox.withdraw(gone, &reason, context.clock())?;
            }
            Ruling::Send | Ruling::Hold { .. } => {}
        }
    }
    Ok(histories)
}
