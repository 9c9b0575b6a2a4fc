//! Bars with rate and time left on a terminal; nothing elsewhere, where each line of the log is whole by itself.

use std::sync::{Mutex, MutexGuard, PoisonError};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::job::Event;

/// What is under way, as one bar.
#[derive(Debug, Default)]
pub(super) struct Progress {
    bar: Mutex<Option<ProgressBar>>,
    colour: bool,
}

impl Progress {
    pub(super) fn new(colour: bool) -> Self {
        Self { bar: Mutex::default(), colour }
    }

    /// Shows an event on a bar; returns whether it did, so that it needs no line.
    pub(super) fn show(&self, event: &Event) -> bool {
        match event {
            Event::Reading { source, files } => self.begin(source, *files, "files"),
            Event::Read { .. } => self.step(None),
            Event::Building { model, done, tables } => {
                let pipeline = model.split('.').next().unwrap_or(model);
                let other = self.bar().as_ref().is_none_or(|bar| bar.prefix() != pipeline);
                if other {
                    self.begin(pipeline, *tables, "tables");
                }
                self.step(Some((*done, model)));
            }
            Event::Checked { wrong: 0, .. } => {}
            Event::Checked { .. } | Event::Skipped { .. } | Event::Finished { .. } => {
                self.end();
                return false;
            }
        }
        true
    }

    /// Prints a line above the bar; whether there is one.
    pub(super) fn line(&self, text: &str) -> bool {
        self.bar().as_ref().is_some_and(|bar| {
            bar.suspend(|| {
                use std::io::Write;
                let _closed = writeln!(std::io::stderr(), "{text}");
            });
            true
        })
    }

    fn bar(&self) -> MutexGuard<'_, Option<ProgressBar>> {
        self.bar.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, prefix: &str, length: usize, unit: &str) {
        self.end();
        let bar = ProgressBar::with_draw_target(
            Some(u64::try_from(length).unwrap_or(u64::MAX)),
            ProgressDrawTarget::stderr_with_hz(8),
        );
        let colour = if self.colour { ".cyan" } else { "" };
        let template = format!(
            "  {{prefix:24!}} {{bar:16{colour}}} {{pos}}/{{len}} {unit}  {{per_sec}}  {{eta}} left  {{wide_msg}}"
        );
        let style = ProgressStyle::with_template(&template);
        if let Ok(style) = style {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_prefix(prefix.to_owned());
        *self.bar() = Some(bar);
    }

    fn step(&self, to: Option<(usize, &String)>) {
        if let Some(bar) = self.bar().as_ref() {
            match to {
                None => bar.inc(1),
                Some((done, name)) => {
                    bar.set_position(u64::try_from(done).unwrap_or(u64::MAX));
                    bar.set_message(name.clone());
                }
            }
        }
    }

    fn end(&self) {
        let ended = self.bar().take();
        if let Some(bar) = ended {
            bar.finish_and_clear();
        }
    }
}

/// A bar that is left behind, as by a signal, would hide the last line of the terminal.
impl Drop for Progress {
    fn drop(&mut self) {
        self.end();
    }
}
