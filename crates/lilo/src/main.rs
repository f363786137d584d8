//! The `lilo` command.

#[tokio::main]
async fn main() -> std::process::ExitCode {
    lilo::run().await
}
