//! The output group: one transport stream, one destination per pipeline.

use aws_sdk_medialive::types::{
    M2tsSettings, Output, OutputDestination, OutputDestinationSettings, OutputGroup,
    OutputGroupSettings, OutputLocationRef, OutputSettings, UdpContainerSettings, UdpGroupSettings,
    UdpOutputSettings,
};

use super::{AUDIO, VIDEO};

/// The destination that the output refers to. Numbers, letters and hyphens only.
const DESTINATION: &str = "app-rtp-output";

/// The destination with one URL per pipeline.
pub(crate) fn destination(urls: &[String]) -> OutputDestination {
    let settings = urls.iter().map(|url| OutputDestinationSettings::builder().url(url).build());
    OutputDestination::builder().id(DESTINATION).set_settings(Some(settings.collect())).build()
}

pub(super) fn group() -> OutputGroup {
    let udp = UdpGroupSettings::builder().build();
    OutputGroup::builder()
        .name("RtpStream")
        .output_group_settings(OutputGroupSettings::builder().udp_group_settings(udp).build())
        .outputs(output())
        .build()
}

fn output() -> Output {
    let m2ts = M2tsSettings::builder().build();
    let udp = UdpOutputSettings::builder()
        .container_settings(UdpContainerSettings::builder().m2ts_settings(m2ts).build())
        .destination(OutputLocationRef::builder().destination_ref_id(DESTINATION).build())
        .build();
    Output::builder()
        .output_name("video_1080p")
        .video_description_name(VIDEO)
        .audio_description_names(AUDIO)
        .output_settings(OutputSettings::builder().udp_output_settings(udp).build())
        .build()
}
