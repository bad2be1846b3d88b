//! A sign of life on the terminal for anything that takes longer than two seconds.

use std::{
    io::IsTerminal as _,
    sync::mpsc::{RecvTimeoutError, Sender, channel},
    thread::JoinHandle,
    time::Duration,
};

/// Shows what is being done until it is dropped; says nothing when that comes within two seconds.
pub struct Progress {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Begins.
    pub fn of(what: &str) -> Progress {
        let (stop, stopped) = channel();
        let what = what.to_owned();
        let thread = std::thread::spawn(move || {
            if !matches!(stopped.recv_timeout(Duration::from_secs(2)), Err(RecvTimeoutError::Timeout)) {
                return;
            }
            if !std::io::stderr().is_terminal() {
                eprintln!("{what} ...");
                return;
            }
            let bar = indicatif::ProgressBar::new_spinner();
            bar.set_style(
                indicatif::ProgressStyle::with_template("{spinner} {msg} {elapsed}")
                    .unwrap_or_else(|_| indicatif::ProgressStyle::default_spinner()),
            );
            bar.set_message(what);
            while matches!(stopped.recv_timeout(Duration::from_millis(120)), Err(RecvTimeoutError::Timeout)) {
                bar.tick();
            }
            bar.finish_and_clear();
        });
        Progress { stop: Some(stop), thread: Some(thread) }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
