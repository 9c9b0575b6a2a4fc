use super::*;
#[test]
fn dump() {
    let pupils = std::env::var("DEMO_PUPILS").map_or(43_000, |t| t.parse().unwrap());
    let dir = std::env::var("DEMO_DIR").unwrap();
    let t = std::time::Instant::now();
    let _ = Town::live(1, 0, Size { pupils }, 2020);
    eprintln!("live {:?}", t.elapsed());
    let s = write(Path::new(&dir), &Options { pupils, ..Options::default() }).unwrap();
    eprintln!("{:?} {} {} {} {}", t.elapsed(), s.files.len(), s.pupils, s.placements, s.ledger_lines);
}
