//! Rebuilds when a file of the embedded project comes or goes, which `include_dir` alone does not notice.

fn main() {
    println!("cargo::rerun-if-changed=pipelines");
    println!("cargo::rerun-if-changed=report-templates");
}
