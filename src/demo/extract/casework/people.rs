//! Schools, pupils and rolls.

use chrono::NaiveDate;
use rusqlite::{Connection, Statement, params};

use super::super::codes::ward_code;
use super::super::text::iso;
use crate::demo::random::Stream;
use crate::demo::town::district::Town;
use crate::demo::town::phase::Phase;
use crate::demo::town::pupil::Pupil;
use crate::demo::upn::with_wrong_letter;

pub(super) fn bases(database: &Connection, town: &Town) -> rusqlite::Result<()> {
    let mut insert = database.prepare("INSERT INTO base VALUES (?, ?, ?, ?, ?, ?, NULL, ?)")?;
    for school in &town.schools {
        let phase = match school.phase {
            Phase::Primary => "Primary",
            Phase::Secondary => "Secondary",
            Phase::Special => "Special",
            Phase::Alternative => "AP",
        };
        // Half of them are written with the slash that the other half lacks.
        let slash = if school.number % 2 == 0 { "/" } else { "" };
        let laestab = format!("336{slash}{:04}", school.number);
        let opened = format!("{}-09-01", 1960 + school.number % 50);
        insert.execute(params![
            school.urn,
            laestab,
            school.name,
            phase,
            school.kind,
            opened,
            school.top_year
        ])?;
    }
    Ok(())
}

pub(super) fn students(database: &Connection, town: &Town, chance: &mut Stream) -> rusqlite::Result<()> {
    let mut insert = database.prepare("INSERT INTO stud VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")?;
    for ((number, pupil), left) in
        (i64::from(town.district) * 1_000_000 + 1..).zip(&town.pupils).zip(&town.left)
    {
        student(&mut insert, chance, number, (pupil, *left), &pupil.upn)?;
    }
    if town.district == 0 {
        for (number, pupil) in (900_001..).zip(town.pupils.iter().rev().take(3)) {
            student(&mut insert, chance, number, (pupil, None), &with_wrong_letter(&pupil.upn))?;
        }
    }
    Ok(())
}

fn student(
    insert: &mut Statement<'_>,
    chance: &mut Stream,
    number: i64,
    (pupil, left): (&Pupil, Option<NaiveDate>),
    upn: &str,
) -> rusqlite::Result<()> {
    let gender = if pupil.female { "F" } else { "M" };
    let letters = b"ABDEFGHJLNPQRSTUWXYZ";
    let mut letter = || char::from(*chance.pick(letters));
    // No post town has these letters.
    let postcode = format!("ZZ{} {}{}{}", pupil.ward + 1, pupil.ward % 9 + 1, letter(), letter());
    // One in two hundred wards is not known.
    let ward = (!chance.chance(5)).then(|| ward_code(pupil.ward, left));
    // One in eighty names has the spaces that somebody typed after it.
    let space = if chance.chance(12) { "  " } else { "" };
    insert.execute(params![
        number,
        upn,
        pupil.name.forename(),
        format!("{}{space}", pupil.name.surname()),
        iso(pupil.born_on),
        gender,
        pupil.ethnicity,
        postcode,
        ward
    ])?;
    Ok(())
}

pub(super) fn spells(database: &Connection, town: &Town) -> rusqlite::Result<()> {
    let mut insert = database.prepare("INSERT INTO stud_base VALUES (?, ?, ?, ?, ?, ?)")?;
    for (number, spell) in (i64::from(town.district) * 1_000_000 + 1..).zip(&town.spells) {
        insert.execute(params![
            number,
            spell.pupil.number(town.district),
            town.school(spell.school).urn,
            spell.status,
            iso(spell.entered_on),
            spell.left_on.map(iso)
        ])?;
    }
    Ok(())
}
