//! The channels that the checks ask for: as small as MediaLive allows, since they cost money.

use aws_sdk_medialive::operation::create_channel::builders::CreateChannelInputBuilder;
use aws_sdk_medialive::types::{
    AacSettings, AudioCodecSettings, AudioDescription, ChannelClass, EncoderSettings,
    FecOutputIncludeFec, FecOutputSettings, H264FramerateControl, H264GopSizeUnits, H264ParControl,
    H264RateControlMode, H264Settings, InputAttachment, InputCodec, InputMaximumBitrate,
    InputResolution, InputSettings, InputSourceEndBehavior, InputSpecification, M2tsSettings,
    Output, OutputDestination, OutputDestinationSettings, OutputGroup, OutputGroupSettings,
    OutputLocationRef, OutputSettings, TimecodeConfig, TimecodeConfigSource, UdpContainerSettings,
    UdpGroupSettings, UdpOutputSettings, VideoCodecSettings, VideoDescription,
};

const DESTINATION: &str = "out";
const VIDEO: &str = "video";
const AUDIO: &str = "audio";

/// A request for a small channel, without role and tags, that plays this input to this URL.
#[must_use]
pub fn small_channel(name: &str, input: &str, url: &str) -> CreateChannelInputBuilder {
    ChannelRequest::new(name, input, url).builder()
}

/// The part of a CreateChannel that checks change.
#[derive(Clone, Debug)]
pub(crate) struct ChannelRequest {
    pub(crate) name: String,
    pub(crate) class: ChannelClass,
    pub(crate) attachments: Vec<InputAttachment>,
    /// The URLs of the one destination.
    pub(crate) urls: Vec<String>,
    pub(crate) encoder: Option<EncoderSettings>,
    pub(crate) dry_run: bool,
}

impl ChannelRequest {
    /// One pipeline that plays the input in a loop, 360 lines high, to one RTP destination.
    pub(crate) fn new(name: &str, input: &str, url: &str) -> Self {
        Self {
            name: name.to_owned(),
            class: ChannelClass::SinglePipeline,
            attachments: vec![attachment(input)],
            urls: vec![url.to_owned()],
            encoder: Some(encoder()),
            dry_run: false,
        }
    }

    /// The request, without role and tags.
    pub(crate) fn builder(self) -> CreateChannelInputBuilder {
        let specification = InputSpecification::builder()
            .codec(InputCodec::Avc)
            .resolution(InputResolution::Sd)
            .maximum_bitrate(InputMaximumBitrate::Max10Mbps)
            .build();
        CreateChannelInputBuilder::default()
            .name(self.name)
            .channel_class(self.class)
            .input_specification(specification)
            .set_input_attachments(Some(self.attachments))
            .destinations(destination(&self.urls))
            .set_encoder_settings(self.encoder)
            .set_dry_run(self.dry_run.then_some(true))
    }

    pub(crate) fn encoder(&mut self) -> &mut EncoderSettings {
        self.encoder.as_mut().expect("a request has encoder settings until a check takes them off")
    }

    pub(crate) fn video(&mut self) -> &mut VideoDescription {
        first(&mut self.encoder().video_descriptions)
    }

    pub(crate) fn output(&mut self) -> &mut Output {
        first(&mut first(&mut self.encoder().output_groups).outputs)
    }

    pub(crate) fn input_settings(&mut self) -> &mut InputSettings {
        let settings = self.attachments.first_mut().and_then(|it| it.input_settings.as_mut());
        settings.expect("a request has an input with settings")
    }

    /// Adds error correction to the output.
    pub(crate) fn correct_errors(&mut self) {
        let settings = self.output().output_settings.as_mut();
        let udp = settings.and_then(|it| it.udp_output_settings.as_mut());
        let fec = FecOutputSettings::builder()
            .include_fec(FecOutputIncludeFec::Column)
            .column_depth(4)
            .row_length(4);
        udp.expect("the output is a UDP output").fec_output_settings = Some(fec.build());
    }
}

fn first<T>(items: &mut Option<Vec<T>>) -> &mut T {
    items.as_mut().and_then(|it| it.first_mut()).expect("a request has one of everything")
}

fn attachment(input: &str) -> InputAttachment {
    let settings = InputSettings::builder().source_end_behavior(InputSourceEndBehavior::Loop);
    InputAttachment::builder()
        .input_id(input)
        .input_attachment_name("input")
        .input_settings(settings.build())
        .build()
}

fn destination(urls: &[String]) -> OutputDestination {
    let settings = urls.iter().map(|url| OutputDestinationSettings::builder().url(url).build());
    OutputDestination::builder().id(DESTINATION).set_settings(Some(settings.collect())).build()
}

fn encoder() -> EncoderSettings {
    EncoderSettings::builder()
        .timecode_config(
            TimecodeConfig::builder().source(TimecodeConfigSource::Systemclock).build(),
        )
        .video_descriptions(video())
        .audio_descriptions(audio())
        .output_groups(output_group())
        .build()
}

fn video() -> VideoDescription {
    let h264 = H264Settings::builder()
        .bitrate(500_000)
        .rate_control_mode(H264RateControlMode::Cbr)
        .framerate_control(H264FramerateControl::Specified)
        .framerate_numerator(25)
        .framerate_denominator(1)
        .par_control(H264ParControl::Specified)
        .par_numerator(1)
        .par_denominator(1)
        .gop_size(50.0)
        .gop_size_units(H264GopSizeUnits::Frames)
        .build();
    VideoDescription::builder()
        .name(VIDEO)
        .width(640)
        .height(360)
        .codec_settings(VideoCodecSettings::builder().h264_settings(h264).build())
        .build()
}

fn audio() -> AudioDescription {
    let aac = AacSettings::builder().bitrate(96_000.0).sample_rate(48_000.0).build();
    AudioDescription::builder()
        .name(AUDIO)
        .audio_selector_name("default")
        .codec_settings(AudioCodecSettings::builder().aac_settings(aac).build())
        .build()
}

fn output_group() -> OutputGroup {
    let container = UdpContainerSettings::builder().m2ts_settings(M2tsSettings::builder().build());
    let udp = UdpOutputSettings::builder()
        .container_settings(container.build())
        .destination(OutputLocationRef::builder().destination_ref_id(DESTINATION).build());
    let output = Output::builder()
        .output_name("output")
        .video_description_name(VIDEO)
        .audio_description_names(AUDIO)
        .output_settings(OutputSettings::builder().udp_output_settings(udp.build()).build());
    let group = UdpGroupSettings::builder().build();
    OutputGroup::builder()
        .name("group")
        .output_group_settings(OutputGroupSettings::builder().udp_group_settings(group).build())
        .outputs(output.build())
        .build()
}
