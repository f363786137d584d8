//! `lilo emulator`: only the emulated MediaLive.

use std::io::{self, Write};

use lilo_encoder as encoder;
use lilo_local_cloud::source::Source;
use lilo_medialive_emulator::{Config, Emulator as MediaLive, EncoderChoice};
use tokio::net::TcpListener;

use crate::Error;
use crate::args::Emulator;
use crate::ui::signals;

/// Serves until Ctrl-C.
pub(crate) async fn run(args: Emulator) -> Result<(), Error> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_target(false).init();
    let encoder = EncoderChoice::from(args.encoder);
    if encoder == EncoderChoice::Ffmpeg {
        encoder::check().await?;
    }
    let shutdown = signals::listen(signals::LOCAL_EXIT_MESSAGE).map_err(Error::Signals)?;
    let listener = TcpListener::bind(args.listen).await.map_err(|source| Error::Listen {
        address: args.listen,
        option: "--listen",
        source,
    })?;
    let address = listener.local_addr().map_err(Error::Serve)?;
    let buckets = match &args.s3_root {
        Some(folder) => Some(Source::serve_folder(folder).await?),
        None => None,
    };
    let (pace, first_id) = (args.pace.into(), args.first_id);
    let s3 = buckets.as_ref().map(|buckets| buckets.url().to_owned());
    let choices = (&args.choices).into();
    let region = args.region;
    let config = Config {
        region: region.clone(),
        pace,
        encoder,
        first_id,
        s3,
        choices,
        ..Config::default()
    };
    let medialive = MediaLive::new(config);
    // Continues without a reader.
    let _ = writeln!(io::stdout(), "MediaLive is emulated at http://{address}");
    let _ = writeln!(
        io::stderr(),
        "  try      aws medialive list-channels --no-sign-request --region {region} --endpoint-url http://{address}\n  \
           calls    http://{address}/_emulator/calls\n  \
           events   http://{address}/_emulator/events\n  \
           faults   http://{address}/_emulator/faults\n  \
           end      Ctrl-C"
    );
    tokio::select! {
        () = medialive.serve(listener) => {}
        () = shutdown.cancelled() => {}
    }
    medialive.shutdown().await;
    Ok(())
}
