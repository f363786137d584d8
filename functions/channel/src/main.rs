//! The function `lilo-channel`: `bootstrap` of its zip.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    lilo_runtime::run(lilo_channel::handle).await
}
