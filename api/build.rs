//! The pages in the binary are those in `widget/dist`, also after a file came or went.

fn main() {
    println!("cargo:rerun-if-changed=../widget/dist");
}
