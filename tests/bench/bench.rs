// bench -- some rows of bench.c, on the channels of the Rust library crossbeam.
//
// Its channels hand values from thread to thread, as chan.h does without -DCHAN_FIBERS.
// Built and run by tests/bench/run, if the library is there: `bench ROW...`, and
// `bench -l` for the names of the rows.
//
// SPDX-License-Identifier: 0BSD
use crossbeam_channel::{bounded, select, Receiver, Sender};
use std::time::Instant;

const CORES: usize = 2;
const HUNDRED: usize = 100;

fn together<F: Fn() + Sync>(f: F) {
    std::thread::scope(|scope| {
        for _ in 0..CORES {
            scope.spawn(&f);
        }
    });
}

fn hundreds(n: usize, s: &Sender<i32>, r: &Receiver<i32>) {
    for _ in 0..n {
        for i in 0..HUNDRED {
            s.send(i as i32).unwrap();
        }
        for _ in 0..HUNDRED {
            r.recv().unwrap();
        }
    }
}

fn uncontended(n: usize) {
    together(|| {
        let (s, r) = bounded(HUNDRED);
        hundreds(n / CORES, &s, &r);
    });
}

fn contended(n: usize) {
    let (s, r) = bounded(CORES * HUNDRED);
    together(|| hundreds(n / CORES, &s, &r));
}

fn semaphore(n: usize) {
    let (s, r) = bounded(CORES);
    together(|| {
        for _ in 0..n / CORES {
            s.send(0).unwrap();
            r.recv().unwrap();
        }
    });
}

fn creation(n: usize) {
    together(|| {
        for _ in 0..n / CORES {
            let (s, r) = bounded(1);
            s.send(0).unwrap();
            r.recv().unwrap();
        }
    });
}

fn ping_pong(n: usize) {
    let (s, r) = bounded(0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for _ in (0..n).step_by(2) {
                s.send(0).unwrap();
                r.recv().unwrap();
            }
        });
        scope.spawn(|| {
            for _ in (0..n).step_by(2) {
                r.recv().unwrap();
                s.send(0).unwrap();
            }
        });
    });
}

fn nonblocking_receive(n: usize) {
    let (_s, r) = bounded::<i32>(0);
    together(|| {
        for _ in 0..n / CORES {
            let _ = r.try_recv();
        }
    });
}

fn select_uncontended(n: usize) {
    together(|| {
        let ((s, r), (t, u)) = (bounded(1), bounded(1));
        s.send(0).unwrap();
        for _ in 0..n / CORES {
            select! {
                recv(r) -> v => t.send(v.unwrap()).unwrap(),
                recv(u) -> v => s.send(v.unwrap()).unwrap(),
            }
        }
    });
}

fn producers(pairs: usize, capacity: usize, n: usize) {
    let (s, r) = bounded(capacity);
    std::thread::scope(|scope| {
        for _ in 0..pairs {
            scope.spawn(|| {
                for i in 0..n / pairs {
                    s.send(i as i32).unwrap();
                }
            });
            scope.spawn(|| {
                for _ in 0..n / pairs {
                    r.recv().unwrap();
                }
            });
        }
    });
}

type Run = fn(usize);

const ROWS: [(&str, Run); 12] = [
    ("uncontended", uncontended),
    ("contended", contended),
    ("ping-pong", ping_pong),
    ("prod-cons:2:0", |n| producers(2, 0, n)),
    ("prod-cons:2:10", |n| producers(2, 10, n)),
    ("prod-cons:2:100", |n| producers(2, 100, n)),
    ("semaphore", semaphore),
    ("creation", creation),
    ("nonblocking-receive", nonblocking_receive),
    ("select-uncontended", select_uncontended),
    ("prod-cons:64:0", |n| producers(64, 0, n)),
    ("prod-cons:64:100", |n| producers(64, 100, n)),
];

fn measure(name: &str, run: Run, enough: f64) {
    let seconds = |n| {
        let began = Instant::now();
        run(n);
        began.elapsed().as_secs_f64()
    };
    let mut n = 128;
    loop {
        let first = seconds(n);
        let took = if first < enough { 0.0 } else { first.min(seconds(n)) };
        if took >= enough {
            println!("{}\t{:.2}", name, took * 1e9 / n as f64);
            return;
        }
        n *= 2;
    }
}

fn main() {
    let text = std::env::var("BENCH_SECONDS").unwrap_or_default();
    let enough = text.parse().unwrap_or(0.1);
    for name in std::env::args().skip(1) {
        if name == "-l" {
            ROWS.iter().for_each(|row| println!("{}", row.0));
            continue;
        }
        match ROWS.iter().find(|row| row.0 == name) {
            Some(row) => measure(&name, row.1, enough),
            None => {
                eprintln!("bench: there is no row {}", name);
                std::process::exit(2);
            }
        }
    }
}
